"""
What prevails on the streets: the conditions in force, and the times they give each profile, now or at another hour.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock
from typing import Final, TypeVar

from routing.conditions import FREE_FLOW, Conditions, Traffic, check_conditions, drive_under
from routing.graph import IntArray, RoadGraph
from routing.hours import hour_of_week
from routing.ways import Ways
from routing.weighing import Weighing

T = TypeVar("T")
# One that is asked about, one in force, one being put in force, and the one before them all.
_VERSIONS_AT_ONCE: Final = 4


class Prevailing:
    """Free flow until `apply` is given other `conditions`. Thread-safe."""

    def __init__(self, graph: RoadGraph, traffic: Traffic) -> None:
        self.traffic, self.conditions = traffic, FREE_FLOW
        self._graph = graph
        self._recent = {FREE_FLOW.version: FREE_FLOW}
        self._applying = Lock()

    def apply(self, conditions: Conditions, profiles: Iterable[Ways]) -> str:
        """See `TravelTimes.apply`; `profiles` are all that there are."""
        check_conditions(conditions, self._graph.arcs)
        with self._applying:
            if conditions.version != self.conditions.version:
                others = [each for each in self._recent.values() if each.version != conditions.version]
                known = [*others, conditions][-_VERSIONS_AT_ONCE:]
                self._recent = {each.version: each for each in known}
                for ways in sorted(profiles, key=lambda ways: ways.profile.kind != "ambulance"):
                    ways.weighing.change(self._drive_ms(ways, conditions), conditions.version)
                self.conditions = conditions
        return conditions.version

    def weighing(self, ways: Ways, at: datetime | None) -> Weighing:
        """The times in force, or those of an hour of the week (of any hour where none is known), kept once made."""
        if at is None:
            return ways.weighing
        asked, hours = hour_of_week(at), self.traffic.hours
        hour = None if hours is None else hours.band(asked)

        def make() -> Weighing:
            usual = Conditions(hour=hour)
            return Weighing(ways.network, ways.weights, usual.version, self._drive_ms(ways, usual))

        return ways.of_hour(hour, make)

    def under_one_version(self, weighing: Weighing, answer: Callable[[Conditions], T]) -> T:
        """
        An answer made of times and of the conditions behind them: both of one version.

        While a version is held it can be replaced, but not come back: if it is in force in the end, it always was.
        """
        while True:
            with weighing.in_force() as now:
                found = answer(self._recent.get(now.version, FREE_FLOW))
                if weighing.version == now.version:
                    return found

    def _drive_ms(self, ways: Ways, conditions: Conditions) -> IntArray:
        return drive_under(conditions, self._graph, self.traffic, ways.profile, ways.weights)
