"""
The table of travel times from now on: the usual one, or, while roads are closed or speeds are reported, one asked of
the roads themselves under the conditions of now and of every later change.

Exact, as in `changed_table`: closures that begin or end, and hours of another kind, each ask for one table more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from dispatch.domain.clock import LOCAL
from dispatch.domain.state import Closure
from dispatch.roads.decide import allowed_kph, find_arcs
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead.start import LiveRoads
from simulator.changed_table import ChangedArcs, Usual, make_bands
from simulator.city_table import PROFILES, CityTable, hours_of_bands, with_bands
from simulator.units import DAY_S

LIVE_HOLDS_S = 3600.0
"""Reported speeds are taken to hold for so long from now, then the usual ones of the hour (guess)."""
Say = Callable[[str], None]


class AboutRoads(msgspec.Struct, frozen=True, kw_only=True):
    """For the results: the usual `table` of hours, or the `roads` themselves under these conditions."""

    source: str
    closures: int
    not_located: int
    live_speeds: int
    version: str
    build_s: float


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
        return usual, AboutRoads(source="table", closures=0, not_located=0, live_speeds=0, version="", build_s=0.0)
    say("loading the roads")
    travel = TravelTimes.load(city)
    locator = Locator(travel.graph, travel.streets)
    closed = [(one, arcs) for one in relevant if (arcs := find_arcs(one, locator)) is not None]
    changes = [ChangedArcs((_span(one, at, end_s),), arcs, allowed_kph(one)) for one, arcs in closed]
    if roads.arcs:
        changes.append(_live(roads, travel.graph.arcs, end_s))
    own = Usual(usual.band, hours_of_bands(city), len(usual.time_s[0]))
    local = at.astimezone(LOCAL)
    first_hour_s = local.weekday() * DAY_S + local.hour * 3600.0 + local.minute * 60.0 + local.second
    profiles = PROFILES if bikes else PROFILES[:1]
    bands = make_bands(travel, points, changes, own, first_hour_s, end_s, profiles, say)
    if not bikes:
        bands.time_s.append(bands.time_s[0])  # nobody asks for it
    about = AboutRoads(
        source="roads",
        closures=len(closed),
        not_located=len(relevant) - len(closed),
        live_speeds=len(roads.arcs),
        version=roads.version,
        build_s=round(time.perf_counter() - began, 1),
    )
    return with_bands(usual, bands), about


def _matters(closure: Closure, at: datetime, end_s: float) -> bool:
    return closure.from_at < at + timedelta(seconds=end_s) and (closure.until_at is None or closure.until_at > at)


def _span(closure: Closure, at: datetime, end_s: float) -> tuple[float, float]:
    until_s = end_s if closure.until_at is None else (closure.until_at - at).total_seconds()
    return max(0.0, (closure.from_at - at).total_seconds()), min(until_s, end_s)


def _live(roads: LiveRoads, arcs: int, end_s: float) -> ChangedArcs:
    """Speeds on arcs that the map in use has."""
    arc, kph = np.array(roads.arcs, dtype=np.int32), np.array(roads.kph, dtype=np.float64)
    known = (arc >= 0) & (arc < arcs)
    return ChangedArcs(((0.0, min(LIVE_HOLDS_S, end_s)),), arc[known], live_kph=kph[known])
