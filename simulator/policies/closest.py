"""The yardstick: whoever would be there first goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.assignment.eligible import TREATING
from dispatch.assignment.settings import AssignmentSettings
from simulator.policies.base import Setup
from simulator.units import FIRST

if TYPE_CHECKING:
    from simulator.day import Day

RED = 1


class ClosestIdle:
    """
    The free unit with the shortest response: turnout and the way, on the road included. Ties: the first unit.

    For red, a motorbike goes ahead if it is there sooner by as much as the desk asks for, and a second station is
    asked beside the first (docs/domain.md); so the policies differ in whom they choose, not in these rules.
    """

    def __init__(self, setup: Setup) -> None:
        self._gain_s = AssignmentSettings().first_tier_gain_s
        self._is_bike = np.array([unit.skills & 4 == 0 and unit.skills & TREATING != 0 for unit in setup.units])
        self._any_bike = bool(self._is_bike.any())

    def assign(self, day: Day) -> None:
        for _, _, call in list(day.waiting):
            if not day.free.any():
                return
            while day.missing[call] > 0:
                units = day.may_go(call)
                if not len(units):
                    break
                response_s = day.response_s(call, units)
                best = int(response_s.argmin())
                unit = int(units[best])
                is_first = day.asked[call] == 0
                day.send(call, unit)
                if day.priority[call] == RED and day.rules.offers:
                    self._beside(day, call, unit, units, response_s, float(response_s[best]), is_first)
        for call in sorted(day.seconds):
            self._instead(day, call)

    def _instead(self, day: Day, call: int) -> None:
        """Another station in the place of the one of two that has declined."""
        asked = {day.units[run.unit].station for run in day.offers_of[call]}
        units = day.may_go(call)
        units = units[[day.units[one].station not in asked for one in units.tolist()]]
        if len(units):
            day.send(call, int(units[day.response_s(call, units).argmin()]))

    def _beside(
        self, day: Day, call: int, unit: int, units: np.ndarray, response_s: np.ndarray, main_s: float, is_first: bool
    ) -> None:
        """The second station, and the unit ahead of the main one."""
        others = [
            (float(s), int(one))
            for s, one in zip(response_s, units, strict=True)
            if day.units[one].can_refuse and day.units[one].station != day.units[unit].station
        ]
        if day.units[unit].can_refuse and others and day.missing[call] == 0:
            day.send(call, min(others)[1])
        if self._any_bike and is_first:
            bikes = day.may_go(call, 0)
            bikes = bikes[self._is_bike[bikes]]
            if len(bikes):
                bikes_s = day.response_s(call, bikes)
                if bikes_s.min() + self._gain_s <= main_s:
                    day.send(call, int(bikes[bikes_s.argmin()]), FIRST)
