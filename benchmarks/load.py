"""
What people feel of the desk under a load: `simulator.drive` against a real `saigon115 up`, at several speeds.

    python -m benchmarks.load [--speeds 1,10,50,100] [--crews 300] [--seconds 120]

Every crew's phone and every station has a feed of its own. The calls are ten times the city's usual emergencies on a
Monday from 10 o'clock, so that there is something to measure at ×1 too. Driver and desk share the machine's processors.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.recommendation import _desk, _environment, _state_with, _token
from dispatch.access.store import AccessStore
from dispatch.city.build import open_city
from dispatch.city_builders import BUILDERS
from dispatch.city_pack import load_city_pack
from dispatch.database import open_pool
from dispatch.services import running_postgres
from simulator.load import LENT

SCENARIO = """
[scenario]
duration_s = 86400
start = 2026-03-02T10:00:00
[city]
scale = {scale}
"""


def main() -> int:
    """Print the tables and write load-SPEED.json beside each other; 1 when a test did not come to its end."""
    parser = argparse.ArgumentParser(description="What people feel of the desk under a load.")
    parser.add_argument("--speeds", default="1,10,50,100")
    parser.add_argument("--crews", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--scale", type=float, default=10.0, help="times the city's usual emergencies")
    parser.add_argument("--out", type=Path, default=Path.cwd(), help="folder for the results")
    options = parser.parse_args()
    city, failed = open_city(builders=BUILDERS), 0
    for speed in options.speeds.split(","):
        with tempfile.TemporaryDirectory(prefix="saigon115-load-") as folder:
            state = _state_with(city, Path(folder) / "state")
            scenario = Path(folder) / "load.toml"
            scenario.write_text(SCENARIO.format(scale=options.scale), encoding="utf-8")
            with _desk(state) as url:
                tokens = make_tokens(state, Path(folder) / "tokens", options.crews)
                failed |= _drive(url, state, city, scenario, tokens, speed, options)
    return failed


def _drive(
    url: str, state: Path, city: Path, scenario: Path, tokens: Path, speed: str, options: argparse.Namespace
) -> int:
    command = [
        sys.executable, "-m", "simulator.drive", "--url", url, "--city", str(city), "--scenario", str(scenario),
        "--speed", speed, "--crews", str(options.crews), "--tokens", str(tokens), "--duration", str(options.seconds),
        "--seed", "115", "--report", str(options.out / f"load-{speed}.json"),
    ]  # fmt: skip
    secret = _token(state, "supervisor")["Authorization"].removeprefix("Bearer ")
    environment = _environment(state) | {"SAIGON115_TOKEN": secret}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return int(done.returncode != 0 or "time is up" not in json.loads(done.stdout)["ended"])


def make_tokens(state: Path, path: Path, crews: int) -> Path:
    """One for each crew that may be put on duty or lent, and for each station."""
    pack = load_city_pack()
    units = [row.id for row in pack.units] + [LENT.format(number) for number in range(1, crews + 1)]

    async def make(database_url: str) -> list[str]:
        async with open_pool(database_url, min_size=1, max_size=2) as pool:
            tokens, lines = AccessStore(pool).tokens, []
            for unit_id in units:
                _, secret = await tokens.create("crew", unit_id=unit_id, label="load test", by="benchmark")
                lines.append(f"unit {unit_id} {secret}")
            for row in pack.stations:
                _, secret = await tokens.create("station", station_id=row.id, label="load test", by="benchmark")
                lines.append(f"station {row.id} {secret}")
            return lines

    with running_postgres(state, os.environ.get("DATABASE_URL") or None, lambda text: None) as database_url:
        lines = asyncio.run(make(database_url))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
