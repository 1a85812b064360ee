"""
One simulation in a process of its own: `python -m simulator.job_worker FOLDER [CITY]`, as `job_runner` starts it.

Says how far it is as JSON lines on standard output. Runs at low priority, so that a desk on the same machine comes
first. Ends, its own workers too, as soon as the server that started it is gone: its standard input closes then.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import msgspec

from dispatch.errors import Saigon115Error
from routing.errors import RoutingError
from simulator.errors import ScenarioError
from simulator.jobs import ASKED_FILE, START_FILE, Job, Progress, Trouble

NICE = 10
NEVER_ENOUGH = 1e-12
"""A half-width that no comparison reaches: asked for, it says how far it is after every ten replications."""
HOW_FAR = re.compile(r"(\d+) of (\d+)")


def main(folder: Path, city: Path | None) -> int:
    """Run the job of a folder; 1 when it failed, with the reason said."""
    os.nice(NICE)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    told = _take_standard_output()
    os.chdir(folder)  # so that results name their scenario and no place of this machine
    try:
        _work(msgspec.json.decode(Path("job.json").read_bytes(), type=Job), city, told)
    except (Saigon115Error, RoutingError) as error:
        _tell(told, trouble_of(error))
        return 1
    return 0


def _work(job: Job, city: Path | None, told: TextIO) -> None:
    paths = [Path("scenarios") / name for name in job.scenarios]
    part = Path("results.part")

    def say(text: str) -> None:
        far = HOW_FAR.search(text)
        _tell(told, Progress(text, *((int(far[1]), int(far[2])) if far else (None, None))))

    say("loading")
    if job.kind == "run":
        from simulator.run import run_scenario

        run_scenario(paths[0], part, None, say, city)
    elif job.kind == "ahead":
        _look_ahead(part, say, city)
    else:
        from simulator.compare import compare

        workers = max(1, (os.cpu_count() or 2) // 2)
        compare(
            paths,
            part,
            job.replications or 2,
            say,
            city=city,
            workers=workers,
            half_width=job.half_width or NEVER_ENOUGH,
        )
    part.rename("results")


def _look_ahead(part: Path, say: Callable[[str], None], city: Path | None) -> None:
    from simulator.ahead.asked import AheadAsked
    from simulator.ahead.start import Start
    from simulator.ahead.write import run_ahead

    folder = Path("scenarios")
    start = msgspec.json.decode((folder / START_FILE).read_bytes(), type=Start)
    asked = msgspec.json.decode((folder / ASKED_FILE).read_bytes(), type=AheadAsked)
    run_ahead(start, asked, part, say, city=city, workers=max(1, (os.cpu_count() or 2) // 2))


def trouble_of(error: Exception) -> Trouble:
    """The parts of a message of ours: `thing: fact; way out`."""
    thing, _, rest = str(error).partition(": ")
    fact, _, way_out = rest.rpartition("; ")
    if isinstance(error, ScenarioError) and fact:
        return Trouble(thing, fact, way_out)
    fact, _, way_out = str(error).rpartition("; ")
    return Trouble("simulation", fact or str(error), way_out if fact else "see log.txt of its folder")


def _tell(told: TextIO, what: Progress | Trouble) -> None:
    told.write(msgspec.json.encode({type(what).__name__: what}).decode() + "\n")
    told.flush()


def _take_standard_output() -> TextIO:
    """Keep it for our lines: what a library prints goes to the log."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


def _end_with_the_server() -> None:
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGKILL)  # our own group: the runner gave us one


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
