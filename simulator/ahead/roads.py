"""
The table of travel times from now on: the usual one, or, while roads are closed or speeds are reported, one asked of
the roads themselves under the conditions of now and of every later change.

Exact: each band is a whole table of the engine under its conditions. One band costs about 2 s a profile (463 places,
measured); closures that begin or end, and hours of another kind, each ask for one more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from dispatch.domain.clock import LOCAL
from dispatch.domain.state import Closure
from dispatch.roads.decide import LiveArcs, conditions_at, find_arcs, is_in_force
from routing.graph import IntArray
from routing.hours import hour_of_week
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead.start import LiveRoads
from simulator.city_table import PROFILES, CityTable
from simulator.places import HOURS

LIVE_HOLDS_S = 3600.0
"""Reported speeds are taken to hold for so long from now, then the usual ones of the hour (guess)."""
SPANS_MOST = 24
"""More changes than this are not told apart: the last conditions go on."""
Say = Callable[[str], None]
Closed = tuple[Closure, IntArray]


class AboutRoads(msgspec.Struct, frozen=True, kw_only=True):
    """For the results: the usual `table` of hours, or the `roads` themselves under these conditions."""

    source: str
    closures: int
    live_speeds: int
    version: str
    build_s: float


@dataclass(frozen=True)
class _Span:
    """Conditions that hold from `from_s` until `until_s`; `kind`: the band of the usual table that its hour is of."""

    from_s: float
    until_s: float
    kind: int
    closed: tuple[str, ...]
    live: bool

    @property
    def key(self) -> tuple[int, tuple[str, ...], bool]:
        return self.kind, self.closed, self.live


def table_from_now(
    usual: CityTable,
    city: Path,
    points: NDArray[np.float64],
    roads: LiveRoads,
    at: datetime,
    hours: float,
    bikes: bool,
    say: Say,
) -> tuple[CityTable, AboutRoads]:
    """The table with spans that begin now; the usual one where nothing is other than usual."""
    began = time.perf_counter()
    end_s = hours * 3600.0
    relevant = [one for one in roads.closures if _matters(one, at, end_s)]
    if not relevant and not roads.arcs:
        return usual, AboutRoads(source="table", closures=0, live_speeds=0, version="", build_s=0.0)
    say("loading the roads")
    travel = TravelTimes.load(city)
    locator = Locator(travel.graph, travel.streets)
    closed = [(one, arcs) for one in relevant if (arcs := find_arcs(one, locator)) is not None]
    live = _live(roads, travel.graph.arcs)
    spans = _spans(closed, bool(len(live.arc)), at, end_s, usual.band)
    say(f"asking the roads: {len({span.key for span in spans})} kinds of conditions")
    table = _with_spans(usual, travel, points, spans, closed, live, at, bikes)
    about = AboutRoads(
        source="roads",
        closures=len(closed),
        live_speeds=len(live.arc),
        version=roads.version,
        build_s=round(time.perf_counter() - began, 1),
    )
    return table, about


def _matters(closure: Closure, at: datetime, end_s: float) -> bool:
    return closure.from_at < at + timedelta(seconds=end_s) and (closure.until_at is None or closure.until_at > at)


def _live(roads: LiveRoads, arcs: int) -> LiveArcs:
    """Speeds on arcs that the map in use has."""
    arc, kph = np.array(roads.arcs, dtype=np.int32), np.array(roads.kph, dtype=np.float64)
    known = (arc >= 0) & (arc < arcs)
    return LiveArcs(arc[known], kph[known], np.zeros(int(known.sum()), dtype=np.int32))


def _spans(closed: list[Closed], has_live: bool, at: datetime, end_s: float, band: list[int]) -> list[_Span]:
    """Cut where a closure begins or ends, where live speeds end, and at full hours; the last goes on for ever."""
    cuts = {0.0, end_s}
    local = at.astimezone(LOCAL)
    to_hour_s = 3600.0 - (local.minute * 60 + local.second)
    cuts |= {to_hour_s + 3600.0 * hour for hour in range(int(end_s // 3600) + 1)}
    cuts |= {LIVE_HOLDS_S} if has_live else set()
    for closure, _ in closed:
        cuts |= {(moment - at).total_seconds() for moment in (closure.from_at, closure.until_at) if moment}
    ordered = sorted(cut for cut in cuts if 0.0 <= cut <= end_s)
    found = []
    for from_s, until_s in pairwise(ordered):
        moment = at + timedelta(seconds=(from_s + until_s) / 2)
        ids = tuple(closure.id for closure, _ in closed if is_in_force(closure, moment))
        kind = band[hour_of_week(moment)]
        found.append(_Span(from_s, until_s, kind, ids, has_live and until_s <= LIVE_HOLDS_S))
    found = found[:SPANS_MOST]
    last = found[-1]
    return [*found[:-1], _Span(last.from_s, float("inf"), last.kind, last.closed, last.live)]


def _with_spans(
    usual: CityTable,
    travel: TravelTimes,
    points: NDArray[np.float64],
    spans: list[_Span],
    closed: list[Closed],
    live: LiveArcs,
    at: datetime,
    bikes: bool,
) -> CityTable:
    nothing = LiveArcs(live.arc[:0], live.kph[:0], live.report[:0])
    time_s, band = [list(bands) for bands in usual.time_s], list(usual.band)
    made: dict[tuple[int, tuple[str, ...], bool], int] = {}
    told = []
    for span in spans:
        if span.key not in made:
            moment = at + timedelta(seconds=(span.from_s + min(span.until_s, span.from_s + 60.0)) / 2)
            travel.apply(conditions_at(moment, live if span.live else nothing, closed))
            made[span.key] = len(time_s[0])
            for number, profile in enumerate(PROFILES):
                if number == 0 or bikes:
                    snapped = travel.snap(points, profile)
                    times = np.ascontiguousarray(travel.times(snapped, snapped, profile).T, dtype=np.float32)
                time_s[number].append(times)
        told.append((span.from_s, span.until_s, len(band)))
        band += [made[span.key]] * HOURS
    return CityTable(time_s, band, usual.distance_m, usual.error, tuple(told))
