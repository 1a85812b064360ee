"""
The desk's own move-up, `dispatch.move_up.decide.move_up`, whenever a unit becomes free.

It looks at all free units, so it may also move some that stand at their posts. The desk looks once a minute as well;
here it does not (weakness). Some 30 ms a look on the whole city: for days and weeks, not for years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.move_up.decide import move_up
from simulator.mirror import TableTravel, mirror_of
from simulator.policies.base import Setup

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit


class DeskMoveUp:
    """Crews agree to every move (guess)."""

    def __init__(self, setup: Setup) -> None:
        if setup.city is None:
            raise ValueError("the desk's move-up needs the city's stations; add [city] to the scenario")
        self._world, self._index = setup.city, {unit.id: unit.index for unit in setup.units}
        self._place = {station.id: self._world.first_station + row for row, station in enumerate(self._world.stations)}
        self._travel: TableTravel | None = None

    def prepare(self, day: Day) -> None:
        """Before the first call: the desk's state must know every step."""
        mirror_of(day, self._world)
        self._travel = TableTravel(day, self._world)

    def post_for(self, day: Day, unit: Unit) -> int | None:
        """Where this unit goes; others that are advised to move do so at once."""
        assert self._travel is not None
        mirror, world = mirror_of(day, self._world), self._world
        settings = world.policy.move_up
        found: int | None = None
        for move in move_up(mirror.state, mirror.positions(), self._travel, world.coverage, mirror.now, settings):
            other = day.units[self._index[move.unit_id]]
            if other is unit:
                found = self._place[move.to_id]
            elif day.free[other.index]:
                day.move(other, self._place[move.to_id])
        return found
