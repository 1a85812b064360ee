"""The roads as a decision of the log knew them: weighed again from the built city, or as they were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from dispatch.assignment.travel import Travel
from dispatch.domain.state import Closure
from dispatch.roads.decide import conditions_at, find_arcs, newest_by_arc
from routing.graph import IntArray
from routing.locate import Locator
from routing.travel_times import TravelTimes

LAG = timedelta(seconds=5)
"""At the full hour, and when a closure begins or ends by the clock, the old conditions held so long at most (guess)."""

NO_SPEEDS = newest_by_arc((), datetime(2020, 1, 1, tzinfo=UTC))


class Roads(Protocol):
    """`network` names the streets."""

    @property
    def network(self) -> str: ...

    def under(self, version: str, now: datetime, closures: Sequence[Sequence[Closure]]) -> Travel | None:
        """
        Times under the conditions of that version, good until the next call; None when they cannot be had.

        `closures`: those in the log at the moment, and before that those that held before its last changes.
        """
        ...


class CityRoads:
    """A built city. The usual traffic and the closures can be had again, live speeds cannot."""

    def __init__(self, city_dir: Path) -> None:
        self.travel = TravelTimes.load(city_dir, live=True)
        self._locator = Locator(self.travel.graph, self.travel.streets)
        self._arcs: dict[str, IntArray | None] = {}

    @property
    def network(self) -> str:
        return self._locator.key

    def under(self, version: str, now: datetime, closures: Sequence[Sequence[Closure]]) -> Travel | None:
        for standing in closures:
            placed = [(one, arcs) for one in standing if (arcs := self._arcs_of(one)) is not None]
            for moment in (now, now - LAG):
                conditions = conditions_at(moment, NO_SPEEDS, placed)
                if conditions.version == version:
                    self.travel.apply(conditions)
                    return self.travel
        return None

    def _arcs_of(self, closure: Closure) -> IntArray | None:
        if closure.id not in self._arcs:
            self._arcs[closure.id] = find_arcs(closure, self._locator)
        return self._arcs[closure.id]
