"""
A travel table from the roads: whole, or, beside a table of the same roads that is known already, only the rows and
columns of the places that it lacks. Both ways give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.hours import HourOfWeek
from routing.travel_times import TravelTimes
from simulator.city_table import PROFILES, CityTable, Points, Say
from simulator.places import Seconds
from simulator.table_error import measure
from simulator.table_hours import bands_of, moment_of

Ask = Callable[[Points, Points], NDArray[np.float64]]
"""Origins and destinations → what lies between each of them."""


@dataclass(frozen=True)
class Known:
    """A table of the same roads, and where in it each place stands; -1: it lacks this one."""

    table: CityTable
    row: NDArray[np.int64]

    @classmethod
    def of(cls, table: CityTable, its_points: Points, points: Points) -> Known:
        """Places are the same when their coordinates are."""
        row_of = {place: row for row, place in enumerate(map(tuple, its_points.tolist()))}
        return cls(table, np.array([row_of.get(place, -1) for place in map(tuple, points.tolist())], dtype=np.int64))

    @property
    def lacks(self) -> int:
        """How many places it does not have."""
        return int((self.row < 0).sum())


def build_table(
    travel: TravelTimes,
    hours: HourOfWeek | None,
    points: Points,
    samples: Points,
    say: Say,
    known: Known | None = None,
) -> CityTable:
    """Times for every kind of hour and profile, distances at night, and how far the table is off."""
    band, middles = bands_of(hours)
    row = np.full(len(points), -1) if known is None else known.row
    time_s: list[list[Seconds]] = []
    for number, profile in enumerate(PROFILES):
        tables: list[Seconds] = []
        for at, hour in enumerate(middles):

            def ask(here: Points, there: Points, profile: str = profile, hour: int | None = hour) -> Points:
                return travel.times(here, there, profile, moment_of(hour))

            tables.append(_square(points, row, None if known is None else known.table.time_s[number][at], ask))
            say(f"{profile}: {at + 1} of {len(middles)} kinds of hour")
        time_s.append(tables)
    say("distances")
    old_m = None if known is None else known.table.distance_m
    distance_m = _square(points, row, old_m, lambda here, there: travel.matrix(here, there).distance_m)
    say("measuring the table's error against the roads")
    table = CityTable(time_s, band, distance_m, {})
    return replace(table, error=measure(travel, table, points, samples, hours is not None))


def _square(points: Points, row: NDArray[np.int64], old: Seconds | None, ask: Ask) -> Seconds:
    """To × from: what is known of `old`, and the rest asked for."""
    new, kept = np.flatnonzero(row < 0), np.flatnonzero(row >= 0)
    found = np.empty((len(points), len(points)), dtype=np.float32)
    if len(new):
        found[:, new] = ask(points[new], points).T
    if old is not None and len(kept):
        found[np.ix_(kept, kept)] = old[np.ix_(row[kept], row[kept])]
        if len(new):
            found[np.ix_(new, kept)] = ask(points[kept], points[new]).T
    return found
