"""
What stays covered: the share of expected demand that a free unit can reach in time (MEXCLP, Daskin 1983).

A unit is busy when called with chance q, independently of the others; so k units in reach of a zone serve a
share 1 - q^k of its demand. Weakness: they are not independent, and least so when the city is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import UNSTAFFED
from dispatch.assignment.fleet import Fleet
from dispatch.assignment.response import straight_m
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.travel import Floats
from dispatch.domain.lifecycles import FREE_STATUSES
from dispatch.domain.state import State, Station


@dataclass(frozen=True, eq=False)
class Coverage:
    """
    The city's demand and how far it is from each station.

    `zones`: rows of lon, lat, weight (any unit: only shares count). `time_from_station`: seconds, stations ×
    zones, inf where no road leads. `station_ids` names its rows.
    """

    zones: Floats
    time_from_station: Floats
    station_ids: Sequence[str]
    _within: dict[float, Floats] = field(default_factory=dict, repr=False)

    def reaches(self, within_s: float) -> Floats:
        """1 where a station reaches a zone so soon, else 0: stations × zones, kept for the next decision."""
        if within_s not in self._within:
            self._within[within_s] = (self.time_from_station <= within_s).astype(np.float64)
        return self._within[within_s]


@dataclass(frozen=True, slots=True)
class Covered:
    """Coverage at this moment. `loss` is what each column of the fleet alone takes away by leaving, 0 to 1."""

    share: float
    loss: Floats
    reaches: Floats
    row: NDArray[np.int64]
    units_in_reach: Floats
    demand: Floats
    busy_fraction: float

    def without(self, columns: Sequence[int]) -> float:
        """The share that stays covered once these columns have left."""
        rows = [self.row[column] for column in columns if self.row[column] >= 0]
        left = self.units_in_reach - self.reaches[rows].sum(axis=0)
        return float(self.demand @ (1.0 - self.busy_fraction**left))


def estimate_busy_fraction(state: State, settings: AssignmentSettings) -> float:
    """
    The share of staffed road units that are not free now, drawn towards `busy_fraction`, 0 to 1.

    (busy + weight · prior) / (staffed + weight). Weakness: a moment's share, not the coming hour's.
    """
    staffed = [unit for unit in state.units.values() if unit.status not in UNSTAFFED and unit.kind in settings.profiles]
    busy = sum(unit.status not in FREE_STATUSES for unit in staffed)
    weight = settings.busy_prior_weight
    if not staffed and not weight:
        return settings.busy_fraction
    return (busy + weight * settings.busy_fraction) / (len(staffed) + weight)


def measure(
    coverage: Coverage,
    fleet: Fleet,
    stations: Mapping[str, Station],
    within_s: float,
    busy_fraction: float,
) -> Covered:
    """
    Coverage by the free units that travel by road, motorbikes included; what is busy covers nothing.

    A unit stands at its post; one on the road counts as its nearest station by straight line. Weakness: that station
    may lie across a river, and a unit between two covers neither exactly.
    """
    reaches = coverage.reaches(within_s)
    row = _station_rows(coverage.station_ids, fleet, stations)
    standing = np.bincount(row[row >= 0], minlength=len(coverage.station_ids)).astype(np.float64)
    in_reach = standing @ reaches
    weights = coverage.zones[:, 2]
    demand = weights / max(float(weights.sum()), 1e-12)
    alone = demand * (1.0 - busy_fraction) * busy_fraction ** np.maximum(in_reach - 1.0, 0.0)
    loss_of_row = np.append(reaches @ alone, 0.0)
    share = float(demand @ (1.0 - busy_fraction**in_reach))
    return Covered(share, loss_of_row[row], reaches, row, in_reach, demand, busy_fraction)


def _station_rows(station_ids: Sequence[str], fleet: Fleet, stations: Mapping[str, Station]) -> NDArray[np.int64]:
    """Each unit's row in the table; -1 for one that is busy, covers nothing by road or whose post is not in it."""
    row_of = {station_id: row for row, station_id in enumerate(station_ids)}
    rows = np.array([row_of.get(unit.post, -1) for unit in fleet.units], dtype=np.int64)
    known = [station_id for station_id in station_ids if station_id in stations]
    moving = [column for column, unit in enumerate(fleet.units) if fleet.is_free[column] and unit.status != "available"]
    if known and moving:
        spots = np.array([(stations[key].lon, stations[key].lat) for key in known], dtype=np.float64)
        nearest = [int(straight_m(spots, fleet.lonlat[column]).argmin()) for column in moving]
        rows[moving] = [row_of[known[at]] for at in nearest]
    rows[~(fleet.has_road & fleet.is_free)] = -1
    return rows
