"""
From raw coordinates to times, distances and routes for one profile: snap, leave the street, cross the network, arrive.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing import off_road
from routing.ends import EdgeEnds, PartialEdges
from routing.engine import Engine, Path
from routing.graph import FloatArray, RoadGraph
from routing.route import Leg, Route, RouteBuilder
from routing.snap import Places, Snapper, Streets

# From so many origins to one destination a whole tree of fastest paths costs less than single paths (measured).
_TREE_WORTH: Final = 300


@dataclass(frozen=True)
class _Trip:
    """Both ends of all journeys asked for, snapped."""

    origins: Places
    destinations: Places
    leaving: EdgeEnds
    reaching: EdgeEnds


@dataclass(frozen=True)
class Journeys:
    """Everything needed to answer for one profile."""

    graph: RoadGraph
    streets: Streets
    snapper: Snapper
    partial: PartialEdges
    engine: Engine

    def times(self, origins: FloatArray, destinations: FloatArray) -> FloatArray:
        """(n, m) seconds, straight lines included."""
        trip = self._trip(origins, destinations)
        return self._with_straight_lines(trip, origins, destinations, self._road_ms(trip) / 1000)[0]

    def matrix(self, origins: FloatArray, destinations: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """(n, m) seconds, metres of the fastest path, and whether a straight line is part of it."""
        trip = self._trip(origins, destinations)
        road_ms = self._road_ms(trip)
        time_s, straight = self._with_straight_lines(trip, origins, destinations, road_ms / 1000)
        metres = self._road_m(trip, road_ms)
        metres += off_road.leg_m(trip.origins.distance_m)[:, None] + off_road.leg_m(trip.destinations.distance_m)
        metres = np.where(straight, off_road.straight_m(origins, destinations), metres)
        metres[np.isinf(time_s)] = np.inf
        return time_s, metres, straight | _off(trip.origins)[:, None] | _off(trip.destinations)

    def is_off_road(self, points: FloatArray) -> NDArray[np.bool_]:
        """(n,) whether a point lies so far from the streets that a straight line stands in for the first stretch."""
        return _off(self.snapper.snap(points))

    def route(self, origin: FloatArray, destination: FloatArray) -> Route | None:
        """The way itself, for one origin and one destination given as (1, 2) arrays."""
        trip = self._trip(origin, destination)
        road_ms = self._road_ms(trip)
        time_s, straight = self._with_straight_lines(trip, origin, destination, road_ms / 1000)
        if np.isinf(time_s[0, 0]):
            return None
        here, there = _point(origin), _point(destination)
        builder = RouteBuilder(self.graph)
        if straight[0, 0]:
            metres = float(off_road.straight_m(origin, destination)[0, 0])
            builder.add_straight(here, there, float(time_s[0, 0]), metres)
            return builder.finish(here)
        first, last = _point(self.streets.point_at(trip.origins)), _point(self.streets.point_at(trip.destinations))
        if _off(trip.origins)[0]:
            builder.add_straight(here, first, *_leg(trip.origins))
        for leg in self._legs(trip, int(road_ms[0, 0])):
            builder.add_leg(leg)
        if _off(trip.destinations)[0]:
            builder.add_straight(last, there, *_leg(trip.destinations))
        return builder.finish(first)

    def _trip(self, origins: FloatArray, destinations: FloatArray) -> _Trip:
        start, end = self.snapper.snap(origins), self.snapper.snap(destinations)
        return _Trip(start, end, self.partial.leaving(start), self.partial.reaching(end))

    def _road_ms(self, trip: _Trip) -> FloatArray:
        """(n, m) milliseconds from street to street."""
        count, leaving = len(trip.origins), trip.leaving
        targets = [trip.reaching.pairs(index) for index in range(len(trip.destinations))]
        across = self.engine.times_to_each(leaving.node.ravel().tolist(), targets)
        ways = across.reshape(len(targets), count, 2) + leaving.ms
        through: FloatArray = np.minimum(ways[:, :, 0], ways[:, :, 1]).T
        for column in range(len(targets)):
            one = trip.destinations[slice(column, column + 1)]
            if (trip.origins.edge == one.edge).any():
                along = self.partial.along(trip.origins, one)
                np.minimum(through[:, column], along, out=through[:, column])
        return through

    def _with_straight_lines(
        self, trip: _Trip, origins: FloatArray, destinations: FloatArray, road_s: FloatArray
    ) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Add the ways off the road; take a straight line where that is all there is, or is sooner off the road."""
        start_m, end_m = trip.origins.distance_m, trip.destinations.distance_m
        if max(start_m.max(initial=0.0), end_m.max(initial=0.0)) <= off_road.FREE_M:
            return road_s, np.zeros(road_s.shape, dtype=np.bool_)
        time_s = road_s + off_road.leg_s(start_m)[:, None] + off_road.leg_s(end_m)
        straight_m = off_road.straight_m(origins, destinations)
        far = (start_m > off_road.FAR_M)[:, None] | (end_m > off_road.FAR_M)
        afield = straight_m * 3.6 / off_road.LEG_KPH
        across = _off(trip.origins)[:, None] & _off(trip.destinations) & (afield < time_s) & ~far
        time_s = np.where(across, afield, time_s)
        return np.where(far, straight_m * 3.6 / off_road.TRIP_KPH, time_s), far | across

    def _road_m(self, trip: _Trip, road_ms: FloatArray) -> FloatArray:
        """(n, m) metres of the fastest ways from street to street."""
        metres = np.full(road_ms.shape, np.inf)
        for column in range(len(trip.destinations)):
            one = trip.destinations[slice(column, column + 1)]
            along_ms = self.partial.along(trip.origins, one)
            direct = np.isfinite(along_ms) & (along_ms <= road_ms[:, column])
            length = self.graph.edge_length_m[trip.origins.edge]
            metres[direct, column] = (np.abs(one.share - trip.origins.share) * length)[direct]
            rows = np.flatnonzero(~direct & np.isfinite(road_ms[:, column]))
            measure = self._tree_m if len(rows) > _TREE_WORTH else self._paths_m
            metres[rows, column] = measure(trip, rows, column)
        return metres

    def _paths_m(self, trip: _Trip, rows: NDArray[np.int64], column: int) -> FloatArray:
        """Metres, path by path."""
        targets = trip.reaching.pairs(column)
        out = np.full(len(rows), np.inf)
        for index, row in enumerate(rows.tolist()):
            path = self.engine.find_path(trip.leaving.pairs(row), targets)
            if path is not None:
                ends = trip.leaving.metres_through(row, path.first_node)
                ends += trip.reaching.metres_through(column, path.last_node)
                out[index] = ends + self.graph.edge_length_m[path.arcs >> 1].sum()
        return out

    def _tree_m(self, trip: _Trip, rows: NDArray[np.int64], column: int) -> FloatArray:
        """Metres by walking the tree of fastest paths, all rows in step."""
        time, following = self.engine.next_arcs(trip.reaching.pairs(column))
        total = trip.leaving.ms[rows] + time[trip.leaving.node[rows]]
        side = total.argmin(axis=1)
        node = trip.leaving.node[rows, side]
        metres = trip.leaving.metres[rows, side].copy()
        walking = np.arange(len(rows))
        while len(walking):
            arc = following[node[walking]]
            walking, arc = walking[arc >= 0], arc[arc >= 0]
            metres[walking] += self.graph.edge_length_m[arc >> 1]
            node[walking] = self.engine.heads[arc]
        last = {end: trip.reaching.metres_through(column, end) for end, _ in trip.reaching.pairs(column)}
        return np.asarray(metres + np.array([last[end] for end in node.tolist()]), dtype=np.float64)

    def _legs(self, trip: _Trip, road_ms: int) -> list[Leg]:
        """The streets driven, for the trip's only journey."""
        start, end = trip.origins, trip.destinations
        if self.partial.along(start, end)[0] <= road_ms:
            return [Leg(int(start.edge[0]), float(start.share[0]), float(end.share[0]), road_ms / 1000)]
        path = self.engine.find_path(trip.leaving.pairs(0), trip.reaching.pairs(0))
        if path is None:  # cannot be: the time was finite
            return []
        side = _side(trip.leaving, path.first_node)
        legs = [Leg(int(start.edge[0]), float(start.share[0]), float(side), float(trip.leaving.ms[0, side]) / 1000)]
        legs += self._middle(path)
        side = _side(trip.reaching, path.last_node)
        legs.append(Leg(int(end.edge[0]), float(side), float(end.share[0]), float(trip.reaching.ms[0, side]) / 1000))
        return [leg for leg in legs if leg.time_s > 0 or leg.from_share != leg.to_share]

    def _middle(self, path: Path) -> list[Leg]:
        arc_ms = self.engine.arc_ms
        return [
            Leg(arc >> 1, float(arc & 1), float(1 - (arc & 1)), int(arc_ms[arc]) / 1000) for arc in path.arcs.tolist()
        ]


def _side(ends: EdgeEnds, node: int) -> int:
    """0 when the journey uses its edge's tail, 1 when its head; of a loop's two sides the faster."""
    return min((side for side in (0, 1) if ends.node[0, side] == node), key=lambda side: float(ends.ms[0, side]))


def _off(places: Places) -> NDArray[np.bool_]:
    return np.asarray(places.distance_m > off_road.FREE_M)


def _leg(place: Places) -> tuple[float, float]:
    return float(off_road.leg_s(place.distance_m)[0]), float(off_road.leg_m(place.distance_m)[0])


def _point(points: FloatArray) -> tuple[float, float]:
    return float(points[0, 0]), float(points[0, 1])
