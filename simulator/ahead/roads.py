"""
The tables of travel times from now on: the usual one, or, while roads are closed or speeds are reported, one asked of
the roads themselves under the conditions of now and of every later change; and so for each alternative that changes
the roads besides.

Exact, as in `changed_table`: closures that begin or end, and hours of another kind, each ask for one table more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from dispatch.domain.clock import LOCAL
from dispatch.domain.state import Closure
from dispatch.roads.decide import allowed_kph, find_arcs
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead.freeze import Way
from simulator.ahead.start import LiveRoads
from simulator.changed_roads import SPAN, Change, ChangedRoads
from simulator.changed_table import ChangedArcs, Usual, conditions_of, find_changed_arcs, make_bands
from simulator.city import TableOf
from simulator.city_table import (
    PROFILES,
    CityTable,
    Points,
    Roads,
    with_bands,
    without_roads,
)
from simulator.table_hours import hours_of_bands
from simulator.units import DAY_S

LIVE_HOLDS_S = 3600.0
"""Reported speeds are taken to hold for so long from now, then the usual ones of the hour (guess)."""
Say = Callable[[str], None]


class AboutRoads(msgspec.Struct, frozen=True, kw_only=True):
    """For the results: the usual `table` of hours, or the `roads` themselves under these conditions of the desk's."""

    source: str
    closures: int
    not_located: int
    live_speeds: int
    version: str
    build_s: float


class RoadsAhead:
    """
    Serves as `TableOf` to the worlds of all alternatives. Roads are loaded when the first of them is otherwise than
    usual; of several that change the same, the table is made once.

    `at`: now; `end_s`: how long calls come in. Live speeds of another network than the city's are left out.
    """

    def __init__(
        self,
        usual_of: TableOf,
        city: Callable[[], Path],
        desk: LiveRoads,
        at: datetime,
        end_s: float,
        *,
        bikes: bool,
        say: Say,
    ) -> None:
        self._usual_of, self._city, self._desk = usual_of, city, desk
        self._at, self._end_s, self._bikes, self._say = at, end_s, bikes, say
        self._standing = [one for one in desk.closures if _matters(one, at, end_s)]
        self._made: dict[tuple[Change, ...], CityTable] = {}
        self._as_desk_s: dict[str, float] | None = None
        self._build_s = 0.0

    def __call__(self, points: Points, samples: Points, traffic: Roads) -> CityTable:
        changes = traffic.changes if isinstance(traffic, ChangedRoads) else ()
        usual = self._usual_of(points, samples, True)
        if not changes and not self._standing and not self._desk.arcs:
            return usual
        key = tuple(msgspec.structs.replace(one, said="") for one in changes)
        if key not in self._made:
            began = time.perf_counter()
            self._made[key] = self._make(usual, points, changes)
            self._build_s += time.perf_counter() - began
        return self._made[key]

    def longer_s(self, ways: Mapping[str, Way], traffic: Roads) -> dict[str, float]:
        """
        How much longer each way that somebody is on takes by the alternative's roads of this moment than by the desk's.

        Only of those that change; where no road leads, nothing is known.
        """
        changes = traffic.changes if isinstance(traffic, ChangedRoads) else ()
        if not ways or not any(_holds_now(one.spans) for one in changes):
            return {}
        if self._as_desk_s is None:
            self._as_desk_s = self._ways_s(ways, self._as_desk)
        changed = [*self._as_desk, *(find_changed_arcs(one, self._locator) for one in changes)]
        found = {unit: then_s - self._as_desk_s[unit] for unit, then_s in self._ways_s(ways, changed).items()}
        return {unit: longer_s for unit, longer_s in found.items() if longer_s and np.isfinite(longer_s)}

    def _ways_s(self, ways: Mapping[str, Way], changes: Sequence[ChangedArcs]) -> dict[str, float]:
        hour = int(self._first_hour_s // 3600)
        self._travel.apply(conditions_of(self._travel, [one for one in changes if _holds_now(one.spans)], hour))
        return {
            unit: float(self._travel.times([here], [there], profile)[0, 0])
            for unit, (here, there, profile) in ways.items()
        }

    @property
    def about(self) -> AboutRoads:
        """What was asked so far, and how long that took."""
        if not self._made:
            return AboutRoads(source="table", closures=0, not_located=0, live_speeds=0, version="", build_s=0.0)
        return AboutRoads(
            source="roads",
            closures=len(self._closed),
            not_located=len(self._standing) - len(self._closed),
            live_speeds=len(self._desk.arcs) if self._is_our_network else 0,
            version=self._desk.version,
            build_s=round(self._build_s, 1),
        )

    def _make(self, usual: CityTable, points: Points, changes: tuple[Change, ...]) -> CityTable:
        found = [*self._as_desk, *(find_changed_arcs(one, self._locator) for one in changes)]
        own = Usual(usual.band, hours_of_bands(self._city()), len(usual.time_s[0]))
        profiles = PROFILES if self._bikes else PROFILES[:1]
        bands = make_bands(self._travel, points, found, own, self._first_hour_s, self._end_s, profiles, self._say)
        if not self._bikes:
            bands.time_s.append(bands.time_s[0])  # nobody asks for it
        return with_bands(usual, bands)

    @property
    def _first_hour_s(self) -> float:
        """Seconds since Monday 00:00."""
        local = self._at.astimezone(LOCAL)
        return local.weekday() * DAY_S + local.hour * 3600.0 + local.minute * 60.0 + local.second

    @cached_property
    def _travel(self) -> TravelTimes:
        self._say("loading the roads")
        return TravelTimes.load(self._city())

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self._travel.graph, self._travel.streets)

    @property
    def _is_our_network(self) -> bool:
        return self._desk.network in ("", self._locator.key)

    @cached_property
    def _closed(self) -> list[ChangedArcs]:
        """The desk's closures that lie on streets of this city."""
        found = [(one, find_arcs(one, self._locator)) for one in self._standing]
        return [
            ChangedArcs((_span(one, self._at, self._end_s),), arcs, allowed_kph(one))
            for one, arcs in found
            if arcs is not None
        ]

    @cached_property
    def _as_desk(self) -> list[ChangedArcs]:
        if not self._desk.arcs or not self._is_our_network:
            return self._closed
        return [*self._closed, _live(self._desk, self._travel.graph.arcs, self._end_s)]


def checks_streets(locator: Locator) -> TableOf:
    """No travel times: raises ScenarioError where streets are changed that this city does not have."""

    def table_of(points: Points, samples: Points, traffic: Roads) -> CityTable:
        for change in traffic.changes if isinstance(traffic, ChangedRoads) else ():
            find_changed_arcs(change, locator)
        return without_roads(points, samples, traffic)

    return table_of


def _matters(closure: Closure, at: datetime, end_s: float) -> bool:
    return closure.from_at < at + timedelta(seconds=end_s) and (closure.until_at is None or closure.until_at > at)


def _span(closure: Closure, at: datetime, end_s: float) -> tuple[float, float]:
    until_s = end_s if closure.until_at is None else (closure.until_at - at).total_seconds()
    return max(0.0, (closure.from_at - at).total_seconds()), min(until_s, end_s)


def _holds_now(spans: Sequence[SPAN]) -> bool:
    return any(from_s <= 0.0 < to_s for from_s, to_s in spans)


def _live(roads: LiveRoads, arcs: int, end_s: float) -> ChangedArcs:
    """Speeds on arcs that the map in use has."""
    arc, kph = np.array(roads.arcs, dtype=np.int32), np.array(roads.kph, dtype=np.float64)
    known = (arc >= 0) & (arc < arcs)
    return ChangedArcs(((0.0, min(LIVE_HOLDS_S, end_s)),), arc[known], live_kph=kph[known])
