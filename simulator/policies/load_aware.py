"""The desk's own advice on hospitals, `dispatch.hospitals.decide.choose`: capability, way, and who is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.hospitals.decide import choose
from dispatch.hospitals.needs import needs_of
from simulator.mirror import TableTravel, mirror_of
from simulator.policies.base import Setup
from simulator.units import PROFILE_OF_KIND

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit

PROFILES = ("ambulance", "motorbike")


class LoadAware:
    """The first that is advised. About 2 ms a patient."""

    def __init__(self, setup: Setup) -> None:
        if setup.city is None:
            raise ValueError("the desk's advice on hospitals needs the city; add [city] to the scenario")
        self._world = setup.city
        self._place: dict[str, int] = {
            row.id: self._world.first_hospital + at for at, row in enumerate(self._world.hospitals)
        }
        self._travel: TableTravel | None = None

    def prepare(self, day: Day) -> None:
        """Before the first call: the desk's state must know every step."""
        mirror_of(day, self._world)
        self._travel = TableTravel(day, self._world)

    def hospital_for(self, day: Day, call: int, unit: Unit) -> int:
        assert self._travel is not None
        mirror, world = mirror_of(day, self._world), self._world
        incident = mirror.state.incidents[f"I{call}"]
        needs = needs_of(incident, world.pack.destination_needs, unit_id=unit.id)
        lon, lat = world.points[day.place[call]].tolist()
        profile = PROFILES[PROFILE_OF_KIND[unit.kind]]
        advised = choose(
            mirror.state, needs, (lon, lat), self._travel, mirror.now, world.policy.destination, profile=profile,
            destinations=self._place,
        )  # fmt: skip
        return self._place[advised[0].hospital_id]
