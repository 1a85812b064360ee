"""
sipp for the tests of SIP trunks: found, or fetched. `make setup-dev` calls `python -m tests.dispatch.telephony.sipp`.

It is a peer and no part of the system: where it cannot be had, its tests are skipped and say so.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"
WAY_OUT = "no sipp here; on Debian: apt-get install sip-tester"


def find_sipp() -> str | None:
    return shutil.which("sipp")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def play(scenario: str, port: int, folder: Path, *, talk_ms: int = 200) -> None:
    """Three calls of a scenario to a port here, from numbers that end in 001 to 003; fails when sipp does."""
    (folder / "numbers.csv").write_text("SEQUENTIAL\n001;\n002;\n003;\n")
    calls = (
        "-m",
        "3",
        "-r",
        "30",
        "-d",
        str(talk_ms),
        "-timeout",
        "20s",
        "-timeout_error",
        "-nostdin",
        "-i",
        "127.0.0.1",
    )
    files = ("-sf", str(SCENARIOS / f"{scenario}.xml"), "-inf", "numbers.csv")
    null, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    command = (find_sipp() or "sipp", f"127.0.0.1:{port}", *calls, *files)
    sipp = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=null, stderr=pipe)
    _, errors = await sipp.communicate()
    assert sipp.returncode == 0, errors.decode()


def main() -> None:
    """Fetch it where that takes no more than root and apt."""
    if find_sipp() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        calm = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "sip-tester"], env=calm, check=False)
    print(f"· tests of SIP trunks use {find_sipp() or f'nothing and are skipped: {WAY_OUT}'}")


if __name__ == "__main__":
    main()
