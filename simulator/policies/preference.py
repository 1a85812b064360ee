"""Preference lists: each zone names its units in order, the first free one goes (Larson's hypercube)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.policies.base import OneByOne, Setup

if TYPE_CHECKING:
    from simulator.day import Day


class Preference(OneByOne):
    """The zone's own order; units that it does not name come after those, the closest first, then the first unit."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._rank = {
            place: {unit: rank for rank, unit in enumerate(units)} for place, units in setup.preference.items()
        }

    def choose(self, day: Day, call: int) -> int | None:
        units = day.may_go(call)
        if not len(units):
            return None
        rank = self._rank.get(day.place[call], {})
        named: list[int] = [unit for unit in units.tolist() if unit in rank]
        if named:
            return min(named, key=lambda unit: rank[unit])
        return int(units[day.response_s(call, units).argmin()])
