"""
One profile's answers to points: drive from street to street, and a straight line where there is no road.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing import off_road
from routing.conditions import Conditions, closed_arcs
from routing.graph import FloatArray, RoadGraph
from routing.journeys import Trips, trips
from routing.points import Snapped
from routing.route import Route
from routing.route_builder import RouteBuilder
from routing.snap import Places, Snapper
from routing.streets import Streets
from routing.weighing import Weighing


@dataclass(frozen=True)
class Guide:
    """Everything needed to answer for one profile; of snapped points only the rows that are not refused count."""

    graph: RoadGraph
    streets: Streets
    snapper: Snapper

    def times(self, weighing: Weighing, origins: Snapped, destinations: Snapped) -> FloatArray:
        """(n, m) seconds, straight lines included."""
        with self._trips(weighing, origins, destinations) as trip:
            return with_straight_lines(trip, origins, destinations, trip.times_ms() / 1000)[0]

    def matrix(
        self, weighing: Weighing, origins: Snapped, destinations: Snapped
    ) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """(n, m) seconds, metres of the fastest path, and whether a straight line is part of it."""
        with self._trips(weighing, origins, destinations) as trip:
            road_ms = trip.times_ms()
            time_s, straight = with_straight_lines(trip, origins, destinations, road_ms / 1000)
            metres = trip.metres(np.where(straight, np.inf, road_ms))
        metres += off_road.leg_m(trip.origins)[:, None] + off_road.leg_m(trip.destinations)
        metres = np.where(straight, off_road.straight_m(origins.points, destinations.points), metres)
        metres[np.isinf(time_s)] = np.inf
        return time_s, metres, straight | off_road.is_off(trip.origins)[:, None] | off_road.is_off(trip.destinations)

    def route(self, weighing: Weighing, conditions: Conditions, origin: Snapped, destination: Snapped) -> Route | None:
        """The way itself, for one origin and one destination; `None` where no road leads."""
        with self._trips(weighing, origin, destination) as trip:
            road_ms = trip.times_ms()
            time_s, straight = with_straight_lines(trip, origin, destination, road_ms / 1000)
            if np.isinf(time_s[0, 0]):
                return None
            legs = [] if straight[0, 0] else trip.legs(0, 0, float(road_ms[0, 0]))
        here, there = _point(origin.points), _point(destination.points)
        builder = RouteBuilder(self.graph, weighing.weights, closed_arcs(conditions))
        if straight[0, 0]:
            metres = float(off_road.straight_m(origin.points, destination.points)[0, 0])
            builder.add_straight(here, there, float(time_s[0, 0]), metres)
            return builder.finish(here)
        first, last = self._on_street(trip.origins), self._on_street(trip.destinations)
        if off_road.is_off(trip.origins)[0]:
            builder.add_straight(here, first, *self._leg(trip.origins))
        for leg in legs:
            builder.add_leg(leg)
        if off_road.is_off(trip.destinations)[0]:
            builder.add_straight(last, there, *self._leg(trip.destinations))
        return builder.finish(first)

    def _on_street(self, place: Places) -> tuple[float, float]:
        return _point(self.streets.point_at(place.edge, place.share))

    @staticmethod
    def _leg(place: Places) -> tuple[float, float]:
        return float(off_road.leg_s(place)[0]), float(off_road.leg_m(place)[0])

    def _trips(self, weighing: Weighing, origins: Snapped, destinations: Snapped) -> AbstractContextManager[Trips]:
        return trips(self.graph, weighing, origins.places, destinations.places)


def with_straight_lines(
    trip: Trips, origins: Snapped, destinations: Snapped, road_s: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Add the ways off the road; take a straight line where that is all there is, or is sooner off the road."""
    here, there = trip.origins, trip.destinations
    off_here, off_there = off_road.is_off(here), off_road.is_off(there)
    if not (off_here.any() or off_there.any()):
        return road_s, np.zeros(road_s.shape, dtype=np.bool_)
    time_s = road_s + off_road.leg_s(here)[:, None] + off_road.leg_s(there)
    far = off_road.is_far(here)[:, None] | off_road.is_far(there)
    if not (far.any() or (off_here.any() and off_there.any())):
        return time_s, far
    straight_m = off_road.straight_m(origins.points, destinations.points)
    afield = straight_m * 3.6 / off_road.LEG_KPH
    across = off_here[:, None] & off_there & (afield < time_s) & ~far
    time_s = np.where(across, afield, time_s)
    return np.where(far, straight_m * 3.6 / off_road.TRIP_KPH, time_s), far | across


def _point(points: FloatArray) -> tuple[float, float]:
    return float(points[0, 0]), float(points[0, 1])
