"""Where patients are taken: the nearest emergency department, or the desk's own advice by load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.policies.base import Setup
from simulator.units import PROFILE_OF_KIND

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit


class NearestHospital:
    """The hospital with the shortest way from the scene, whatever it can do and however many wait there."""

    def __init__(self, setup: Setup) -> None:
        self._hospitals = np.zeros(0, dtype=np.int64) if setup.hospitals is None else setup.hospitals

    def hospital_for(self, day: Day, call: int, unit: Unit) -> int:
        from_here = day.places.time_s[PROFILE_OF_KIND[unit.kind]][day.places.band[day.places.hour(day.now_s)]]
        ways_s = from_here[self._hospitals, day.place[call]]
        return int(self._hospitals[ways_s.argmin()])
