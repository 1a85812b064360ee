"""
Logs that planners bring, kept for simulations: checked and read in a process of its own, then put in place whole.

What is kept of a log is described in `kept_logs`; the file that was sent is thrown away. A reader that needs more
memory or time than it may have ends, and says so.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dispatch.errors import Malformed, NotFound, Refused
from simulator.jobs import ID, new_id
from simulator.kept_logs import ABOUT, logs_folder

LARGEST_LOG = 64_000_000
"""Bytes as sent; a month of ours, packed by gzip, has less (guess)."""
KEPT_MOST = 30
READ_MOST_S = 120
MEMORY_MOST = 3_000_000_000
"""Seconds and bytes that reading one log may take (guesses)."""
LEFT_BEHIND_S = 3600
"""What has lain half sent for so long belongs to nobody (guess)."""
GZIP = b"\x1f\x8b"
Told = dict[str, Any]


class LogStore:
    """The folders of `<state>/simulations/logs`."""

    def __init__(self, state: Path) -> None:
        self.folder = logs_folder(state)

    def begin(self, now: datetime) -> tuple[str, Path]:
        """An id, and a new folder that only we can read, for what is being sent. Raises Refused when it is full."""
        self._tidy(now)
        coming = sum(1 for _ in self.folder.glob(".new-*"))
        if sum(1 for _ in self.all()) + coming >= KEPT_MOST:
            raise Refused(f"{KEPT_MOST} logs are kept or being sent; erase one that is no longer needed")
        log_id = new_id(now)
        new = self.folder / f".new-{log_id}"
        new.mkdir(parents=True, mode=0o700)
        return log_id, new

    def read(self, log_id: str, new: Path, about: Told, form: str, since: datetime | None = None) -> Told:
        """
        Read what was sent (`new/raw`) and keep it, all or nothing. Blocks until the reader has ended.

        `about`: what is remembered of it beside the account. Raises Malformed with the reader's own words.
        """
        try:
            raw = _named(new / "raw")
            told = _run_reader(raw, new, form, since)
            raw.unlink()
            told["account"]["source"] = about["name"]
            kept = {"id": log_id, **about, **told}
            (new / ABOUT).write_bytes(msgspec.json.encode(kept))
            new.rename(self.folder / log_id)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return kept

    def give_up(self, new: Path) -> None:
        """Nothing half sent stays."""
        shutil.rmtree(new, ignore_errors=True)

    def all(self) -> Iterator[Told]:
        """Every log that is kept, the newest first."""
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir(), reverse=True):
                if ID.fullmatch(path.name) and (path / ABOUT).is_file():
                    yield msgspec.json.decode((path / ABOUT).read_bytes(), type=Told)

    def get(self, log_id: str) -> Told:
        """Raises NotFound."""
        return msgspec.json.decode((self._path(log_id) / ABOUT).read_bytes(), type=Told)

    def erase(self, log_id: str) -> None:
        """Gone at once; a scenario that names it is refused from now on. Raises NotFound."""
        path = self._path(log_id)
        gone = self.folder / f".gone-{log_id}"
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _tidy(self, now: datetime) -> None:
        """Throw away what a killed server left half sent or half erased."""
        for path in [*self.folder.glob(".new-*"), *self.folder.glob(".gone-*")]:
            if now.timestamp() - path.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(path, ignore_errors=True)

    def _path(self, log_id: str) -> Path:
        path = self.folder / log_id
        if not ID.fullmatch(log_id) or not (path / ABOUT).is_file():
            raise NotFound(f"no log {log_id!r} is kept; GET /api/v1/simulations/logs lists them")
        return path


def _named(raw: Path) -> Path:
    """Packed files are told by their first bytes, whatever they were called."""
    with raw.open("rb") as file:
        if file.read(2) != GZIP:
            return raw
    return raw.rename(raw.with_suffix(".gz"))


def _run_reader(raw: Path, out: Path, form: str, since: datetime | None) -> Told:
    command = [sys.executable, "-m", "simulator.upload_reader", str(raw), str(out), form]
    command += [since.isoformat()] if since else []
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=READ_MOST_S,
            env={**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
            preexec_fn=_bounded,
        )
    except subprocess.TimeoutExpired:
        raise Malformed(f"the log took more than {READ_MOST_S} s to read; send a shorter one") from None
    if ended.returncode == 0:
        return msgspec.json.decode(ended.stdout, type=Told)
    said = re.sub(
        rf"({re.escape(str(out))}/|\b)raw(\.\w+)?\b", "the file", ended.stdout.decode(errors="replace").strip()
    )
    raise Malformed(said or "the log needs more memory than reading one may take; send a shorter one")


def _bounded() -> None:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
