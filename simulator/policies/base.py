"""
What a policy of one's own starts from.

    from simulator.policies.base import OneByOne

    class Nearest(OneByOne):
        def choose(self, day, call):
            units = day.may_go(call)
            return int(units[day.response_s(call, units).argmin()]) if len(units) else None

Name it in a scenario as `policy = "my_file:Nearest"`, or give it a name by the entry point `saigon115.policies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Unit


class Setup:
    """What a policy may want to know of the world before the day begins; each is told by name, absent ones None."""

    def __init__(
        self,
        units: list[Unit],
        *,
        place_ids: list[str] | None = None,
        preference: Mapping[int, list[int]] | None = None,
        posts: NDArray[np.int64] | None = None,
        demand: NDArray[np.float64] | None = None,
        demand_places: NDArray[np.int64] | None = None,
        hospitals: NDArray[np.int64] | None = None,
        city: Any = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.units, self.place_ids, self.preference = units, place_ids or [], preference or {}
        self.posts, self.demand, self.demand_places = posts, demand, demand_places
        self.hospitals, self.city, self.settings = hospitals, city, settings or {}


class OneByOne:
    """Serves the waiting calls one after the other, in the order of the queue: write `choose`."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def choose(self, day: Day, call: int) -> int | None:
        """The unit for this call, out of `day.may_go(call)`; None: it waits."""
        raise NotImplementedError

    def assign(self, day: Day) -> None:
        for call in day.list_waiting():
            if not day.free.any():
                return
            while day.missing[call] > 0:
                unit = self.choose(day, call)
                if unit is None:
                    break
                day.send(call, unit)


class OwnPost:
    """Units go back to where they belong."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def post_for(self, day: Day, unit: Unit) -> int | None:
        return None
