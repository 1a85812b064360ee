"""
One call → its recommendation on the feed, with the whole fleet in service, measured from outside.

A real `saigon115 up` in a process of its own, with PostgreSQL and Valkey from their wheels, on loopback: the clock runs
from before `POST /api/v1/calls` (coordinates, so that the incident opens by itself) until the feed's frame has
arrived. Client and server share the machine's processors. `python -m benchmarks.recommendation`.
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dispatch.city.build import open_city
from dispatch.city_builders import BUILDERS

CALLS: Final = 200
WAITING: Final = 20
PAUSE_S: Final = (0.05, 0.25)
"""Between two calls; drawn, so that they fall on no beat of the server's own."""
SPREAD_DEG: Final = 0.02
"""Standard deviation of calls and units around a station drawn at random: some 2 km."""
FIXES_EVERY_S: Final = 5.0
READY_WITHIN_S: Final = 180.0
ANSWER_WITHIN_S: Final = 15.0

Point = tuple[float, float]


@dataclass
class Measured:
    """Seconds of each call, and the solver's own milliseconds."""

    name: str
    answered_s: list[float] = field(default_factory=list)
    recommended_s: list[float] = field(default_factory=list)
    solver_ms: list[float] = field(default_factory=list)


class Ear:
    """When each incident's first recommendation came in."""

    def __init__(self, feed: ClientConnection) -> None:
        self._feed = feed
        self._heard: dict[str, tuple[float, float]] = {}
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, incident_id: str) -> tuple[float, float]:
        """Clock time of arrival and the solver's milliseconds."""
        with self._news:
            if not self._news.wait_for(lambda: incident_id in self._heard, ANSWER_WITHIN_S):
                raise SystemExit(f"no recommendation for {incident_id} within {ANSWER_WITHIN_S:.0f} s")
            return self._heard[incident_id]

    def _listen(self) -> None:
        try:
            for text in self._feed:
                at, frame = time.perf_counter(), json.loads(text)
                if frame["type"] == "recommendation":
                    with self._news:
                        self._heard.setdefault(frame["incident_id"], (at, frame["solver_ms"]))
                        self._news.notify_all()
        except ConnectionClosed:
            pass


def main() -> int:
    """Measure and print."""
    console = Console()
    console.print("opening the city (the first build takes a minute or two)")
    city = open_city(builders=BUILDERS)
    folder = Path(tempfile.mkdtemp(prefix="saigon115-bench-"))
    try:
        state = _state_with(city, folder / "state")
        with _desk(state) as url, httpx.Client(base_url=url, headers=_token(state, "supervisor"), timeout=20) as desk:
            in_service, results, source = _measure(url, desk, _token(state, "demo"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    console.print(f"{source}; {in_service} units in service, each with a position")
    console.print(f"{_processor()}, {psutil.cpu_count()} CPUs, Python {platform.python_version()}")
    console.print(f"load average over the last minute: {os.getloadavg()[0]:.1f}, this benchmark included")
    console.print(_table(results))
    return 0


def _measure(url: str, desk: httpx.Client, demo: dict[str, str]) -> tuple[int, list[Measured], str]:
    draw = random.Random(115)
    stations = [(one["lon"], one["lat"]) for one in desk.get("/api/v1/snapshot").json()["state"]["stations"].values()]
    in_service = _put_in_service(desk)
    with _positions(url, demo, in_service, stations), _listen(url, desk) as ear:
        _calls(desk, ear, draw, stations, 10, "warm-up")
        alone = _calls(desk, ear, draw, stations, CALLS, "one call at a time")
        for _ in range(WAITING):
            ear.wait_for(_take_call(desk, _near(draw, stations)))
        crowded = _calls(desk, ear, draw, stations, CALLS, f"{WAITING} others waiting")
    return len(in_service), [alone, crowded], str(desk.get("/api/v1/city").json()["source"])


def _calls(desk: httpx.Client, ear: Ear, draw: random.Random, stations: list[Point], count: int, name: str) -> Measured:
    """Calls one after the other; each incident is closed before the next call."""
    found = Measured(name)
    for _ in range(count):
        time.sleep(draw.uniform(*PAUSE_S))
        began = time.perf_counter()
        incident_id = _take_call(desk, _near(draw, stations))
        found.answered_s.append(time.perf_counter() - began)
        at, solver_ms = ear.wait_for(incident_id)
        found.recommended_s.append(at - began)
        found.solver_ms.append(solver_ms)
        desk.post(f"/api/v1/incidents/{incident_id}/close", json={"outcome": "no_content"}).raise_for_status()
    return found


def _take_call(desk: httpx.Client, point: Point) -> str:
    answer = desk.post("/api/v1/calls", json={"lon": point[0], "lat": point[1], "complaint": "đau ngực"})
    answer.raise_for_status()
    return str(answer.json()["incident"]["id"])


def _near(draw: random.Random, stations: list[Point]) -> Point:
    lon, lat = draw.choice(stations)
    return draw.gauss(lon, SPREAD_DEG), draw.gauss(lat, SPREAD_DEG)


def _put_in_service(desk: httpx.Client) -> list[str]:
    """Every vehicle of the city pack comes on duty."""
    units = desk.get("/api/v1/units").json()
    for unit in units:
        if unit["status"] == "off_duty":
            body = {"status": "available", "at": datetime.now(UTC).isoformat()}
            desk.post(f"/api/v1/units/{unit['id']}/status", json=body).raise_for_status()
    return [unit["id"] for unit in units]


@contextmanager
def _positions(url: str, headers: dict[str, str], units: list[str], stations: list[Point]) -> Iterator[None]:
    """Every unit reports all the time, some metres from where it was."""
    draw, done = random.Random(116), threading.Event()
    spots = {unit_id: _near(draw, stations) for unit_id in units}

    def send(client: httpx.Client) -> None:
        at = datetime.now(UTC).isoformat()
        fixes = [
            {"unit_id": unit_id, "lon": draw.gauss(lon, 1e-4), "lat": draw.gauss(lat, 1e-4), "at": at}
            for unit_id, (lon, lat) in spots.items()
        ]
        client.post("/api/v1/positions", json=fixes).raise_for_status()

    def keep_sending(client: httpx.Client) -> None:
        while not done.wait(FIXES_EVERY_S):
            send(client)

    with httpx.Client(base_url=url, headers=headers, timeout=20) as client:
        send(client)
        sender = threading.Thread(target=keep_sending, args=(client,))
        sender.start()
        try:
            yield
        finally:
            done.set()
            sender.join()


@contextmanager
def _listen(url: str, desk: httpx.Client) -> Iterator[Ear]:
    headers = {"Authorization": desk.headers["Authorization"]}
    with connect(f"{url.replace('http', 'ws')}/feed", additional_headers=headers, max_size=None) as feed:
        yield Ear(feed)


def _state_with(city: Path, state: Path) -> Path:
    """A fresh state folder with the built city in it, so that every run begins with an empty log."""
    state.mkdir(parents=True)
    shutil.copytree(city, state / "city" / city.name)
    return state


@contextmanager
def _desk(state: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log = state / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_SAIGON115, "up", "--port", str(port)], env=_environment(state), stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"the desk did not get ready; it said:\n{log.read_text(errors='replace')}")


def _token(state: Path, role: str) -> dict[str, str]:
    command = [*_SAIGON115, "token", "create", "--role", role]
    made = subprocess.run(command, env=_environment(state), capture_output=True, text=True, check=True)
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


_SAIGON115: Final = (sys.executable, "-m", "dispatch.cli")


def _environment(state: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**ours, "SAIGON115_STATE": str(state)}


def _table(results: list[Measured]) -> Table:
    table = Table("milliseconds", "calls", "p50", "p99", "max")
    for one in results:
        count = str(len(one.answered_s))
        table.add_row(f"{one.name}: call → 201", count, *_spread(one.answered_s, 1000))
        table.add_row("  call → recommendation on the feed", count, *_spread(one.recommended_s, 1000))
        table.add_row("    of it the decision", count, *_spread(one.solver_ms, 1), end_section=True)
    return table


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _spread(values: list[float], factor: float) -> list[str]:
    return [f"{value * factor:.1f}" for value in np.percentile(values, [50, 99, 100])]


if __name__ == "__main__":
    sys.exit(main())
