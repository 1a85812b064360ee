"""
A scenario with everything that another machine needs to run it: the files that it names and its travel tables.

The other machine needs the same program, and no built city. What a result stands on is told as `facts`: two runs whose
facts are equal give the same bytes. Weakness: a policy file may import modules that stay behind.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from dispatch.paths import repo_root
from simulator.city_table import CityTable, Points, Roads
from simulator.errors import ScenarioError
from simulator.run import Prepared, prepare, table_key
from simulator.scenario import Scenario
from simulator.streams import stream

PROGRAM = ("dispatch", "routing", "simulator")
Facts = dict[str, str]


@dataclass(frozen=True)
class Parcel:
    """`files` by their path from the scenario's folder, the scenario itself as `name`; `tables` by what was asked."""

    name: str
    files: dict[str, bytes]
    tables: dict[str, CityTable]
    facts: Facts

    @classmethod
    def of(cls, prepared: Prepared, tables: dict[str, CityTable]) -> Parcel:
        """Pack a scenario. Raises ScenarioError for one that names files elsewhere."""
        path = prepared.path
        files = {path.name: path.read_bytes()}
        for named in named_files(prepared.scenario):
            inside = PurePosixPath(named)
            if named.startswith("log:") or inside.is_absolute() or ".." in inside.parts:
                fact = f"{named!r} lies elsewhere and cannot be sent to other machines"
                raise ScenarioError(path, fact, "put the file beside the scenario, or run without --cluster")
            files[named] = (path.parent / named).read_bytes()
        return cls(path.name, files, tables, facts_of(prepared))

    def open(self, folder: Path) -> Prepared:
        """The scenario, ready to run, with its files in this folder."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return prepare(folder / self.name, lambda text: None, table_of=self._table_of)

    def _table_of(self, points: Points, samples: Points, traffic: Roads) -> CityTable:
        return self.tables[table_key(points, samples, traffic)]


def named_files(scenario: Scenario) -> list[str]:
    """What a scenario names beside itself: matrix, demand, calls, policies of one's own; `log:ID` for a kept log."""
    head, city = scenario.scenario, scenario.city
    found = [name.rpartition(":")[0] for name in (head.policy, head.move_up, head.hospital)]
    found = [name for name in found if name.endswith(".py")]
    if city is None and scenario.travel.matrix != "zero":
        found.append(scenario.travel.matrix)
    found += [name for name in (getattr(city, "demand", None), getattr(city, "calls", None)) if name]
    return list(dict.fromkeys(found))


def facts_of(prepared: Prepared) -> Facts:
    """What the results of a scenario stand on, beside the seed."""
    path, world = prepared.path, prepared.world
    named = [path, *(path.parent / name for name in named_files(prepared.scenario) if not name.startswith("log:"))]
    files = hashlib.sha256(b"".join(hashlib.sha256(one.read_bytes()).digest() for one in named))
    facts = {"scenario": files.hexdigest()} | machine_facts()
    if world is not None:
        facts |= {"city pack": world.pack.city_hash, "travel times": _hash_table(world.table)}
    return facts


@cache
def machine_facts() -> Facts:
    """What this program is and how this machine computes; asked once, so that it tells what was started."""
    return {"program": _hash_program(), "arithmetic": _hash_arithmetic()}


def _hash_program() -> str:
    """Our own source and the city pack, as they lie here."""
    root, found = repo_root(), hashlib.sha256()
    for path in _sources(root):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _sources(root: Path) -> Iterable[Path]:
    for package in PROGRAM:
        yield from sorted((root / package).rglob("*.py"))
    yield from sorted(path for path in (root / "data" / "hcmc").glob("*") if path.is_file())


def _hash_arithmetic() -> str:
    """Draws and functions as this NumPy and processor round them: others may differ in the last digit."""
    x = stream(0, "arithmetic").standard_normal(4096)
    parts: list[Any] = [np.exp(x), np.log(np.abs(x)), np.sqrt(np.abs(x)), x.mean(), x.std(), np.cumsum(x)]
    told = hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in parts))
    told.update(f"{platform.python_version_tuple()[:2]}".encode())
    return told.hexdigest()


def _hash_table(table: CityTable) -> str:
    found = hashlib.sha256(table.distance_m.tobytes() + bytes(table.band))
    for bands in table.time_s:
        for band in bands:
            found.update(np.ascontiguousarray(band).tobytes())
    return found.hexdigest()
