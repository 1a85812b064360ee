"""
The peers' process: answers questions about one router on standard input. Runs in the peers' own environment.

`python -m benchmarks.peers.process ROUTER EXTRACT COUNTRY FOLDER` builds the router's files into the folder unless they
are there, then reads one JSON object a line and answers each with one line, {"ok": true, …} or {"ok": false, "error":
"…"}. Points and tables travel as .npz files named in the lines, so that a large matrix is never text:

    {"ask": "matrix", "points": IN, "answer": OUT}     origins (n, 2), destinations (m, 2) → time_s, distance_m (n, m)
    {"ask": "pairs", …}                                the same for two equally long lists, pair by pair: (n,)
    {"ask": "speed", …, "rounds": 5, "distances": false}    → call_s, numpy_s (rounds,); time_s of the last round
    {"ask": "ways", "points": IN}                      → "ways": [{time_s, distance_m, turns_s, line, parts} | null, …]
    {"ask": "memory"}                                  → "rss_bytes"

The process ends at the end of its input.
"""

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.peers.routers import ROUTERS, Router

_DONE = "built"


def open_router(name: str, extract: Path, country: Path, folder: Path) -> Router:
    """The router on its files; a folder left half-built is built again."""
    kind = ROUTERS[name]
    if not (folder / _DONE).is_file():
        _empty(folder)
        kind.build(extract, country, folder)
        (folder / _DONE).touch()
    return kind(folder)


def matrix(router: Router, asked: dict[str, Any]) -> dict[str, Any]:
    origins, destinations = _points(asked)
    time_s, distance_m = router.matrix(origins, destinations)
    np.savez(asked["answer"], time_s=time_s, distance_m=distance_m)
    return {}


def pairs(router: Router, asked: dict[str, Any]) -> dict[str, Any]:
    rows = [router.matrix(one[None], other[None]) for one, other in zip(*_points(asked), strict=True)]
    time_s, distance_m = (np.array([row[part][0, 0] for row in rows]) for part in (0, 1))
    np.savez(asked["answer"], time_s=time_s, distance_m=distance_m)
    return {}


def speed(router: Router, asked: dict[str, Any]) -> dict[str, Any]:
    """Rounds from points a metre apart, so that nothing remembered helps. One round before them warms up."""
    origins, destinations = _points(asked)
    call_s, cpu_s, numpy_s = [], [], []
    for turn in range(-1, asked["rounds"]):
        start = time.perf_counter()
        answer, inside = router.ask(origins + turn * 1e-5, destinations, asked["distances"])
        time_s, _ = router.read(answer, asked["distances"])
        numpy_s.append(time.perf_counter() - start)
        call_s.append(inside.wall_s)
        cpu_s.append(inside.cpu_s)
    np.savez(asked["answer"], call_s=call_s[1:], cpu_s=cpu_s[1:], numpy_s=numpy_s[1:], time_s=time_s)
    return {}


def ways(router: Router, asked: dict[str, Any]) -> dict[str, Any]:
    return {"ways": [router.way(one, other) for one, other in zip(*_points(asked), strict=True)]}


def memory(router: Router, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return {"rss_bytes": pages * resource.getpagesize()}
    except OSError:  # no Linux: the highest it has been
        return {
            "rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        }


ANSWERS: dict[str, Callable[[Router, dict[str, Any]], dict[str, Any]]] = {
    "matrix": matrix,
    "pairs": pairs,
    "speed": speed,
    "ways": ways,
    "memory": memory,
}


def main() -> None:
    """Answer until the input ends. The routers write to standard output as they like: theirs becomes standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    name, extract, country, folder = sys.argv[1], *map(Path, sys.argv[2:5])
    try:
        router = open_router(name, extract, country, folder)
    except Exception as error:  # whatever a router throws becomes a line for the other side
        _reply(replies, {"ok": False, "error": str(error)})
        return
    _reply(replies, {"ok": True})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            _reply(replies, {"ok": True, **ANSWERS[asked["ask"]](router, asked)})
        except Exception as error:  # as above
            _reply(replies, {"ok": False, "error": f"{type(error).__name__}: {error}"})


def _reply(replies: TextIO, what: dict[str, Any]) -> None:
    replies.write(json.dumps(what) + "\n")
    replies.flush()


def _points(asked: dict[str, Any]) -> tuple[Any, Any]:
    with np.load(asked["points"]) as points:
        return points["origins"], points["destinations"]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


if __name__ == "__main__":
    main()
