"""
The roads as the crews find them: the usual traffic of the hour and the closures that stand, as at the desk.

So crews drive as fast as the desk expects of them. Live speeds are left out: nobody reports any of the played city.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from dispatch.domain.state import Closure
from dispatch.roads.decide import conditions_at, find_arcs, newest_by_arc
from routing.graph import IntArray
from routing.locate import Locator
from routing.travel_times import TravelTimes


class Traffic:
    """Keeps the driver's own travel times under the conditions of the moment."""

    def __init__(self, travel: TravelTimes) -> None:
        self._travel, self._locator = travel, Locator(travel.graph, travel.streets)
        self._arcs: dict[str, IntArray | None] = {}

    async def keep(self, closures: Iterable[Closure], now: datetime) -> None:
        """Put in force what holds now, if that is other than before; takes some tenths of a second of a thread then."""
        await asyncio.to_thread(self._apply, list(closures), now)

    def _apply(self, closures: list[Closure], now: datetime) -> None:
        self._arcs = {one.id: self._arcs[one.id] if one.id in self._arcs else self._find(one) for one in closures}
        found = [(one, arcs) for one in closures if (arcs := self._arcs[one.id]) is not None]
        self._travel.apply(conditions_at(now, newest_by_arc([], now), found))

    def _find(self, closure: Closure) -> IntArray | None:
        return find_arcs(closure, self._locator)
