"""
The calls of a log or of a scenario as callers would ring, `speed` times as fast: emergencies only.

Taken from them: when, the place or else the ward, what, how grave; words, house and phone are made up as for the demo's
callers. Other work of the units (transfers, events) rings nobody at 115 and is counted, not played.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from dispatch.city_pack import CityPack
from simulator.callers import AHEAD, Ringing
from simulator.calls import Calls
from simulator.city import CityWorld
from simulator.city_calls import KINDS
from simulator.city_table import CityTable, Points
from simulator.demand import Demand, DemandCall
from simulator.errors import ScenarioError
from simulator.logs.formats import read_log
from simulator.scenario import load_scenario


@dataclass(frozen=True)
class Told:
    """One call: seconds after the first, and what is known of it."""

    after_s: float
    ward: str | None
    point: tuple[float, float] | None = None
    complaint: str | None = None
    level: int | None = None


@dataclass(frozen=True)
class Recording:
    """The calls in order, and how many others there are that nobody rings for."""

    calls: tuple[Told, ...]
    not_played: int


def of_log(path: Path, pack: CityPack, seed: int, form: str = "auto") -> Recording:
    """Raises LogError for a file of no known form, ScenarioError for one without an emergency."""
    rows = read_log(path, pack, form, seed).calls
    found = []
    for row in rows.iter_rows(named=True):
        if row["kind"] not in (None, "emergency"):
            continue
        is_here = row["lon"] is not None and pack.ward_at(row["lon"], row["lat"]) is not None
        point = (row["lon"], row["lat"]) if is_here else None
        found.append((row["at"], Told(0.0, row["ward"], point, row["complaint"], row["priority"])))
    if not found:
        raise ScenarioError(path, "has no emergency call", "choose another log")
    first = found[0][0]
    calls = (Told((at - first).total_seconds(), one.ward, one.point, one.complaint, one.level) for at, one in found)
    return Recording(tuple(calls), len(rows) - len(found))


def of_scenario(path: Path, seed: int | None) -> Recording:
    """The calls that the simulator would draw for a day in the city. Raises ScenarioError."""
    scenario = load_scenario(path)
    if scenario.city is None:
        raise ScenarioError(path, "is no scenario of the city", "add [city]")
    world = CityWorld(scenario, str(path), _no_table)
    calls = world.draw(scenario.scenario.seed if seed is None else seed)
    mine = np.flatnonzero(calls.kind == KINDS.index("emergency"))
    if not len(mine):
        raise ScenarioError(path, "nobody calls", "raise emergencies_per_day, scale or duration_s")
    return Recording(tuple(_told(calls, world, row) for row in mine.tolist()), len(calls) - len(mine))


def _told(calls: Calls, world: CityWorld, row: int) -> Told:
    zone = int(calls.zone[row])
    complaint = calls.complaints[int(calls.complaint[row])]
    ward = world.wards[zone].new_ward if zone >= 0 else None
    return Told(float(calls.at_s[row]), ward, None, complaint, int(calls.priority[row]))


def _no_table(points: Points, samples: Points, roads: object) -> CityTable:
    """Nobody drives here: the desk and the crews have roads of their own."""
    nothing = np.zeros((len(points), len(points)), dtype=np.float32)
    return CityTable([[nothing], [nothing]], [0] * 168, nothing, {})


class Recorded(Ringing):
    """Plays a recording from `start` on."""

    def __init__(self, recording: Recording, demand: Demand, seed: int, start: datetime, speed: float) -> None:
        super().__init__()
        self._calls, self._demand, self._seed = recording.calls, demand, seed
        self._start, self._speed, self._next = start, speed, 0

    @property
    def is_over(self) -> bool:
        """Everybody has rung."""
        return self._next >= len(self._calls) and not self._coming

    async def draw_ahead(self, now: datetime) -> None:
        last = self._next
        while last < len(self._calls) and self._at(last) <= now + AHEAD:
            last += 1
        if last > self._next:
            rows, self._next = range(self._next, last), last
            self._coming += await asyncio.to_thread(lambda: [self._spoken(row) for row in rows])

    def _at(self, row: int) -> datetime:
        return self._start + timedelta(seconds=(self._calls[row].after_s - self._calls[0].after_s) / self._speed)

    def _spoken(self, row: int) -> DemandCall:
        told = self._calls[row]
        return self._demand.recorded(
            self._seed,
            f"r{row}",
            self._at(row),
            point=told.point,
            ward=told.ward,
            complaint=told.complaint,
            level=told.level,
        )
