"""
Our side of the conversation with the peers' processes: one process a router, questions and answers in NumPy.

The protocol is told in process.py. Built files are kept in a folder of ours outside the repository, one for each
extract and lock file, so that a newer extract or router never meets old files.
"""

import hashlib
import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks.peers.country import write_country
from benchmarks.peers.environment import LOCK
from dispatch.paths import repo_root
from routing.graph import FloatArray
from routing.storage import file_sha256

PROCESS: Final = "benchmarks.peers.process"


class PeerError(Exception):
    """A peer's process could not answer; the message is its own."""


class Peer:
    """One router in a process of its own; a context manager, ended with its `with`."""

    def __init__(self, name: str, python: Path, extract: Path, cache: Path) -> None:
        self.name = name
        self._folder = TemporaryDirectory(prefix="saigon115-peer-")
        country = write_country(cache / "country.osm.pbf")
        self._process = subprocess.Popen(
            [str(python), "-m", PROCESS, name, str(extract.resolve()), str(country), str(cache / name)],
            cwd=repo_root(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._read_reply()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)
        self._folder.cleanup()

    def matrix(self, origins: FloatArray, destinations: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(n, m) seconds and metres, NaN where the router finds no way."""
        found = self._ask_arrays("matrix", origins, destinations)
        return found["time_s"], found["distance_m"]

    def pairs(self, origins: FloatArray, destinations: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(n,) seconds and metres, pair by pair, NaN where the router finds no way."""
        found = self._ask_arrays("pairs", origins, destinations)
        return found["time_s"], found["distance_m"]

    def speed(
        self, origins: FloatArray, destinations: FloatArray, rounds: int, distances: bool = False
    ) -> dict[str, FloatArray]:
        """Seconds of `rounds` matrices, in the router's call alone (`call_s`, `cpu_s`) and with NumPy (`numpy_s`)."""
        return self._ask_arrays("speed", origins, destinations, rounds=rounds, distances=distances)

    def ways(self, origins: FloatArray, destinations: FloatArray) -> list[dict[str, Any] | None]:
        """The ways themselves: see `Router.way`."""
        points = self._put(origins, destinations)
        found: list[dict[str, Any] | None] = self._ask(ask="ways", points=str(points))["ways"]
        return found

    def rss_bytes(self) -> int:
        """Resident memory of the router's process."""
        return int(self._ask(ask="memory")["rss_bytes"])

    def _ask_arrays(
        self, ask: str, origins: FloatArray, destinations: FloatArray, **options: object
    ) -> dict[str, FloatArray]:
        answer = Path(self._folder.name) / "answer.npz"
        self._ask(ask=ask, points=str(self._put(origins, destinations)), answer=str(answer), **options)
        with np.load(answer) as arrays:
            return {name: arrays[name] for name in arrays.files}

    def _put(self, origins: FloatArray, destinations: FloatArray) -> Path:
        path = Path(self._folder.name) / "points.npz"
        np.savez(path, origins=origins, destinations=destinations)
        return path

    def _ask(self, **question: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._read_reply()

    def _read_reply(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        reply: dict[str, Any] = json.loads(line) if line else {"ok": False, "error": "its process ended"}
        if not reply["ok"]:
            raise PeerError(f"{self.name}: {reply['error']}")
        return reply


def cache_of(extract: Path, state: Path) -> Path:
    """Where the routers' files for this extract and these versions are kept."""
    versions = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return state / "benchmarks" / "peers" / f"{file_sha256(extract)[:12]}-{versions[:12]}"
