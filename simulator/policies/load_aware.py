"""
The desk's advice on hospitals, by its own formula: capability, way, and who is there already.

The desk's `dispatch.hospitals.decide.choose` weighs one hospital after the other and finds reasons; here the same terms
are added up for all at once, from the board, so that a year takes seconds. A test holds the two to the same choice.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.response import straight_m
from dispatch.hospitals.decide import GENERAL, Needs, handover_s, missing_of
from dispatch.hospitals.settings import DestinationSettings
from simulator.begun import BegunHospital
from simulator.policies.base import Setup
from simulator.units import PROFILE_OF_KIND

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit

Floats = NDArray[np.float64]
EQUAL_S = 1e-6
"""Scores no farther apart are a tie: the nearer hospital, then the smaller id."""


class LoadAware:
    """The first that is advised, whatever a scenario's hospitals have told of themselves."""

    def __init__(self, setup: Setup) -> None:
        if setup.city is None:
            raise ValueError("the desk's advice on hospitals needs the city; add [city] to the scenario")
        world = setup.city
        self._settings: DestinationSettings = world.policy.destination
        rows = sorted(enumerate(world.hospitals, world.first_hospital), key=lambda row: row[1].id)
        rows = [row for row in rows if row[1].emergency] or rows
        self._hospitals: list[Any] = [row for _, row in rows]
        self._places = np.array([place for place, _ in rows])
        self._points: Floats = world.points
        is_general = np.array([row.emergency and GENERAL in row.capabilities for row in self._hospitals])
        is_emergency = np.array([row.emergency for row in self._hospitals])
        self._nearest_of = np.flatnonzero(is_general if is_general.any() else is_emergency)
        self._needs: dict[str, Any] = {row.complaint: row for row in world.pack.destination_needs}
        self._handover_s = cache(partial(handover_s, settings=self._settings))
        self._told: dict[str, BegunHospital] | None = None
        self._fixed_s: dict[str, Floats] = {}

    def hospital_for(self, day: Day, call: int, unit: Unit) -> int:
        calls = day.calls
        is_emergency = calls.kinds[calls.column("kind")[call]] == "emergency"
        complaint = calls.complaints[calls.column("complaint")[call]] if is_emergency else "unknown"
        ways_s = self._ways_s(day, day.place[call], PROFILE_OF_KIND[unit.kind])
        if len(self._nearest_of) and self._need(complaint).nearest_always:
            return int(self._places[self._nearest_of[ways_s[self._nearest_of].argmin()]])
        there, coming, expected_s = day.at_hospital, day.to_hospital, self._handover_s
        load_s = np.array([expected_s(there[place], coming[place]) for place in self._places.tolist()])
        score_s = ways_s + self._settings.handover_weight * load_s + self._fixed(day, complaint)
        best = np.flatnonzero(score_s <= score_s.min() + EQUAL_S)
        return int(self._places[best[ways_s[best].argmin()]])

    def _need(self, complaint: str) -> Any:
        return self._needs.get(complaint) or Needs()

    def _ways_s(self, day: Day, place: int, profile: int) -> Floats:
        """As at the desk, a straight line where no road leads."""
        places = day.places
        by_road: Floats = places.time_s[profile][places.band[places.hour(day.now_s)]][self._places, place].astype(
            np.float64
        )
        if np.isfinite(by_road).all():
            return by_road
        lon, lat = self._points[place].tolist()
        metres = straight_m(self._points[self._places], (lon, lat))
        straight_s = metres * self._settings.detour / (self._settings.straight_kph / 3.6)
        return np.where(np.isfinite(by_road), by_road, straight_s)

    def _fixed(self, day: Day, complaint: str) -> Floats:
        """What a hospital is and has told of itself: found anew when one of them tells something."""
        if day.hospitals is not self._told:
            self._told, self._fixed_s = day.hospitals, {}
        if complaint not in self._fixed_s:
            self._fixed_s[complaint] = np.array([self._fixed_of(day, row, complaint) for row in self._hospitals])
        return self._fixed_s[complaint]

    def _fixed_of(self, day: Day, row: Any, complaint: str) -> float:
        settings, need = self._settings, self._need(complaint)
        told = day.hospitals.get(row.id) or BegunHospital(row.id)
        seconds = settings.missing_s * len(missing_of(row, need.capabilities))
        seconds += settings.diversion_s * any(one in told.diversion for one in need.capabilities)
        seconds += {"open": 0.0, "busy": settings.busy_s, "full": settings.full_s}[told.status]
        return seconds + settings.none_free_s * (told.capacity.get(need.resource, 1) < 1)
