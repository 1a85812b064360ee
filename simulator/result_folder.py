"""The folder that results come into: all of them, or none."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simulator.errors import ScenarioError

PART = ".part-"
"""Begins the name of a folder that somebody writes into; whoever does holds a lock on it."""


@contextmanager
def results_in(out: Path) -> Iterator[Path]:
    """
    A folder to write into; what is there at the end comes to `out`, over files of the same names.

    Made at once, so that a folder that cannot be written is told before hours of work. After an error, a full disk or
    Ctrl-C nothing half done is left, and `out` is as it was; what a killed process left there the next one sweeps away.
    Raises ScenarioError for what the disk does not take. Weakness: where the disk knows no locks, nothing is swept.
    """
    absent = [one for one in (out, *out.parents) if not one.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        part, lock = _begin(out)
    except OSError as error:
        _take_back(absent)
        raise ScenarioError(out, f"cannot be made ({error.strerror})", "name another folder with --out") from None
    try:
        yield part
        for path in sorted(part.iterdir()):
            path.replace(out / path.name)
    except OSError as error:
        fact = f"cannot be written ({error.strerror or error})"
        raise ScenarioError(out, fact, "make room or name another folder with --out") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        os.close(lock)
        _take_back(absent)


def _begin(out: Path) -> tuple[Path, int]:
    """
    A new folder in `out`, and the lock on it, which ends with this process and those that it has forked.

    Folders that nobody holds any more are removed first. `out` is locked for that moment, so that nobody takes a folder
    that is just being made for one of them.
    """
    whole = os.open(out, os.O_RDONLY)
    try:
        if _lock(whole, wait=True):
            for path in out.glob(f"{PART}*"):
                _sweep(path)
        part = Path(tempfile.mkdtemp(prefix=PART, dir=out))
        lock = os.open(part, os.O_RDONLY)
        _lock(lock)
        return part, lock
    finally:
        os.close(whole)


def _sweep(path: Path) -> None:
    """Remove a folder if nobody holds it."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # gone meanwhile, or none of ours
        return
    try:
        if _lock(lock):
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Whether it is ours now."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _take_back(folders: list[Path]) -> None:
    """Those of them that are empty, the innermost first."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()
