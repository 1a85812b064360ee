"""
DMEXCLP: a unit that has become free goes to the post where it adds most to the coverage of the others.

Jagtenberg, Bhulai, van der Mei (2015). The formula and the thresholds are the desk's (`dispatch.move_up`); here it is
asked for one unit only, with the counts of the others kept between decisions, so that a year takes seconds. A test
holds the two to the same choice. `desk_move_up` calls the desk's own function, for all free units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.move_up.settings import MoveUpSettings
from simulator.policies.base import Setup
from simulator.units import PROFILE_OF_KIND

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit


class Dmexclp:
    """Moves only units that are on the road anyway: after a run."""

    def __init__(self, setup: Setup) -> None:
        if setup.posts is None or setup.demand is None or setup.demand_places is None:
            raise ValueError("DMEXCLP needs stations and demand by zone; add [city] to the scenario")
        self._posts, self._zones, self._demand = setup.posts, setup.demand_places, setup.demand
        self._settings: MoveUpSettings = setup.city.policy.move_up if setup.city else MoveUpSettings()
        self._row = {int(post): row for row, post in enumerate(self._posts)}
        self._reaches: np.ndarray | None = None

    def prepare(self, day: Day) -> None:
        """Which post reaches which zone in time, at empty streets as the desk's own table has it."""
        times = day.places.time_s[0][0]
        self._reaches = np.asarray(
            self._settings.target_s >= times[np.ix_(self._zones, self._posts)].T, dtype=np.float64
        )

    def post_for(self, day: Day, unit: Unit) -> int | None:
        """The post that gains most, if it gains enough over its own and is not too far; else its own."""
        assert self._reaches is not None
        settings, own = self._settings, self._row[unit.home]
        within_hour = [at_s for at_s in unit.moved_s if day.now_s - at_s < 3600.0]
        if len(within_hour) >= settings.moves_per_hour:
            return None
        gains = self.marginals(day, unit)
        places = day.places
        table = places.time_s[PROFILE_OF_KIND[unit.kind]][places.band[places.hour(day.now_s)]]
        ways_s = table[self._posts, day.here[unit.index]]
        gain = np.where(ways_s <= settings.longest_s, gains - gains[own], -np.inf)
        gain[own] = -np.inf
        if gain.max() < settings.least_gain_returning:
            return None
        rows = np.flatnonzero(gain >= gain.max() - 1e-9)
        unit.moved_s = [*within_hour, day.now_s]
        return int(self._posts[rows[np.rint(ways_s[rows] * 10).argmin()]])

    def marginals(self, day: Day, unit: Unit) -> np.ndarray:
        """What the unit adds at each post to the coverage of all other free units: Σ_i d_i (1 − q) q^k_i a_iw."""
        assert self._reaches is not None
        q = self._settings.busy_fraction
        others = np.flatnonzero(day.free)
        at = [self._row[day.units[one].post] for one in others.tolist() if one != unit.index]
        in_reach = np.bincount(at, minlength=len(self._posts)) @ self._reaches
        return np.asarray(self._reaches @ (self._demand * (1.0 - q) * q**in_reach))
