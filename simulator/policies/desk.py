"""
The desk's own assignment: `dispatch.assignment.decide.make_plan` on the desk's own state, at each call and each return.

What it recommends is done at once, as if the dispatcher pressed Enter; units that it waits for are waited for.
Diversions are signed for by a dispatcher. Weakness: a person would now and then choose otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.assignment.decide import make_plan
from dispatch.assignment.plan import Case, Plan
from simulator.mirror import Mirror, TableTravel, mirror_of
from simulator.policies.base import Setup
from simulator.units import FIRST, FREE, GOING, MAIN, RESTING

if TYPE_CHECKING:
    from simulator.day import Day


class Desk:
    """Asks for the city, so it serves city scenarios only."""

    every_s = 30.0
    """While somebody waits, it decides anew after so many seconds (guess; at the desk, at any event of anybody)."""

    def __init__(self, setup: Setup) -> None:
        if setup.city is None:
            raise ValueError("the desk's assignment needs the city's stations; add [city] to the scenario")
        self._world = setup.city
        self._index = {unit.id: unit.index for unit in setup.units}
        self._travel: TableTravel | None = None

    def prepare(self, day: Day) -> None:
        """Before the first call: the desk's state must know every step."""
        mirror_of(day, self._world)
        self._travel = TableTravel(day, self._world)

    def plan(self, day: Day, mirror: Mirror) -> Plan:
        """The decision at this moment, for all incidents together."""
        assert self._travel is not None
        settings = self._world.policy.assignment
        return make_plan(mirror.state, mirror.positions(), self._travel, mirror.now, settings, self._world.coverage)

    def assign(self, day: Day) -> None:
        mirror = mirror_of(day, self._world)
        plan = self.plan(day, mirror)
        for case in plan.cases:
            self._act(day, case, plan)

    def _act(self, day: Day, case: Case, plan: Plan) -> None:
        call, units = int(case.incident.id[1:]), plan.fleet.units
        for column in case.sent:
            index = self._index[units[column].id]
            if day.room(call) <= 0:
                break
            if day.units[index].status in (FREE, RESTING):
                if day.missing[call] > 0 or not case.again[column]:  # twice the same as a second station: for a person
                    day.send(call, index)
            elif day.units[index].status == GOING and day.missing[call] > 0:
                day.divert(index, call)
        if case.parallel is not None and day.offers_of.get(call):
            self._send_if_free(day, call, self._index[units[case.parallel].id], MAIN)
        if case.first is not None:
            self._send_if_free(day, call, self._index[units[case.first].id], FIRST)

    @staticmethod
    def _send_if_free(day: Day, call: int, index: int, tier: int) -> None:
        if day.free[index]:
            day.send(call, index, tier)
