"""
The replications of a sweep that are done, on disk, so that one that was interrupted goes on from them.

    <out>/replications/<scenario>/   stands_on.json · <seed>.json, the summary of each

A file appears whole or not at all. What they stand on is kept beside them: of a scenario that has changed since, or
under another program, nothing is taken up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from simulator.errors import ScenarioError
from simulator.parcel import Facts

Say = Callable[[str], None]
Summary = dict[str, Any]
FOLDER, STANDS_ON = "replications", "stands_on.json"


class Task(NamedTuple):
    """One replication: the scenario's row and the seed."""

    scenario: int
    seed: int


class Kept:
    """`names` and `facts` of the scenarios in their order. Folders are made when there is something to keep."""

    def __init__(self, out: Path, names: Sequence[str], facts: Sequence[Facts]) -> None:
        slugs = [re.sub(r"[^\w.-]+", "-", name) for name in names]
        unique = slugs if len(set(slugs)) == len(slugs) else [f"{row}-{slug}" for row, slug in enumerate(slugs)]
        self._folders = [out / FOLDER / slug for slug in unique]
        self._names, self._facts = names, facts

    def take_up(self, resume: bool | None, say: Say) -> None:
        """
        Leave in place what may be used: what stands on the same facts. Raises ScenarioError when `resume` is asked for
        and something has changed since. `resume` False begins anew whatever is there.
        """
        for name, folder, facts in zip(self._names, self._folders, self._facts, strict=True):
            done = _count(folder)
            if not folder.is_dir():
                continue
            changed = _changes(folder, facts)
            if changed and resume and done:
                fact = f"{changed} changed since its {done} replications were kept"
                raise ScenarioError(name, fact, "leave --resume out to begin anew, or bring back what it was")
            if changed or resume is False:
                shutil.rmtree(folder)
                why = f": {changed} changed" if changed else ""
                say(f"{name}: {done} kept replications begin anew{why}")
            elif done:
                say(f"{name}: {done} replications are there already")

    def find(self, task: Task) -> Summary | None:
        """The summary of a replication that is done; a file that cannot be read is none."""
        try:
            found = json.loads(self._path(task).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, task: Task, summary: Summary) -> None:
        """Write a summary in one step. Raises ScenarioError when the disk does not take it."""
        path = self._path(task)
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True)
                _write(path.parent / STANDS_ON, self._facts[task.scenario])
            _write(path, summary)
        except OSError as error:
            fact = f"cannot be written ({error.strerror})"
            raise ScenarioError(path, fact, "make room or name another folder with --out") from None

    def _path(self, task: Task) -> Path:
        return self._folders[task.scenario] / f"{task.seed}.json"


def _write(path: Path, value: Any) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _count(folder: Path) -> int:
    return sum(path.name != STANDS_ON for path in folder.glob("*.json"))


def _changes(folder: Path, facts: Facts) -> str:
    """Which facts differ, in words; empty for none."""
    try:
        told = json.loads((folder / STANDS_ON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "what it stands on"
    return " and ".join(f"the {key}" for key in sorted(facts.keys() | told.keys()) if facts.get(key) != told.get(key))
