"""Legs of a journey → a route: points joined, streets named, irregularities flagged."""

from collections.abc import Iterable
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from routing.graph import CLOSED, FloatArray, RoadGraph, distance_m
from routing.journeys import Leg
from routing.roads import ROAD_CLASSES
from routing.route import Route, Step, Stretch, WayOn
from routing.weights import Weights

Point = tuple[float, float]


class RouteBuilder:
    """Joins legs into a route; points that do not move are left out. `closed` are the arcs that are closed now."""

    def __init__(self, graph: RoadGraph, weights: Weights, closed: NDArray[np.int64]) -> None:
        self._graph, self._weights = graph, weights
        self._closed = frozenset(closed.tolist())
        self._points: list[Point] = []
        self._times: list[float] = []
        self._stretches: list[Stretch] = []
        self._estimated = False

    def add_straight(self, here: Point, there: Point, time_s: float, length_m: float) -> None:
        """A guessed straight stretch off the road."""
        vertex = self._add_points(np.array([here, there]), time_s)
        nothing = Stretch(-1, vertex, None, None, False, length_m, time_s, 0.0, 0, False, False, False, False)
        self._stretches.append(nothing)
        self._estimated = True

    def add_leg(self, leg: Leg) -> None:
        """A stretch along a street, with the time lost after it."""
        graph, weights = self._graph, self._weights
        time_s = (leg.drive_ms + leg.delay_ms) / 1000
        vertex = self._add_points(_points_along(graph, leg), time_s)
        way = int(graph.arc_way[leg.arc])
        stretch = Stretch(
            arc=leg.arc,
            vertex=vertex,
            name=graph.street_name(leg.arc >> 1),
            road_class=ROAD_CLASSES[graph.way_class[way]],
            roundabout=bool(graph.roundabout[way]),
            distance_m=(leg.to_share - leg.from_share) * float(graph.arc_length_m[leg.arc]),
            time_s=time_s,
            delay_s=leg.delay_ms / 1000,
            bend_deg=int(graph.turns.angle_deg[leg.turn]) if leg.turn >= 0 else 0,
            against_oneway=bool(weights.against[leg.arc]),
            restricted=bool(weights.restricted[leg.arc]),
            closed=leg.arc in self._closed,
            forbidden_turn=leg.turn >= 0 and bool(weights.breaks_rule[leg.turn]),
            bridge=bool(graph.bridge[way]),
            tunnel=bool(graph.tunnel[way]),
        )
        if stretch.distance_m > 0 or stretch.time_s > 0:
            self._stretches.append(stretch)

    def finish(self, here: Point) -> Route:
        """The route so far; `here` stands twice when nothing moved, so that a line can be drawn."""
        if len(self._points) < 2:
            self._points, self._times = [here, here], [0.0, 0.0]
        for index, (stretch, following) in enumerate(pairwise(self._stretches)):
            if stretch.arc >= 0 and following.arc >= 0:
                self._stretches[index] = self._at_junction(stretch, following.arc)
        return Route(
            geometry=self._points,
            vertex_time_s=self._times,
            time_s=sum(stretch.time_s for stretch in self._stretches),
            distance_m=sum(stretch.distance_m for stretch in self._stretches),
            steps=_join_steps(self._stretches),
            estimated=self._estimated,
            stretches=self._stretches,
        )

    def _at_junction(self, stretch: Stretch, onto: int) -> Stretch:
        """How a stretch bends into the next arc, and where else one might have gone."""
        graph, turns = self._graph, self._graph.turns
        bend_deg, others = stretch.bend_deg, []
        first, last = np.searchsorted(turns.source, np.array([stretch.arc, stretch.arc + 1], dtype=turns.source.dtype))
        for turn in range(int(first), int(last)):
            arc = int(turns.state_arc[turns.target[turn]])
            if arc == onto:
                bend_deg = int(turns.angle_deg[turn])
            elif arc != stretch.arc ^ 1 and self._is_lawful(turn, arc):
                way = graph.arc_way[arc]
                kind, name = ROAD_CLASSES[graph.way_class[way]], graph.street_name(arc >> 1)
                others.append(WayOn(int(turns.angle_deg[turn]), name, kind, bool(graph.roundabout[way])))
        return stretch._replace(bend_deg=bend_deg, others=tuple(others))

    def _is_lawful(self, turn: int, arc: int) -> bool:
        weights = self._weights
        open_ = weights.turn_ms[turn] < CLOSED and weights.drive_ms[arc] < CLOSED
        return bool(open_ and not (weights.breaks_rule[turn] or weights.against[arc]))

    def _add_points(self, points: FloatArray, time_s: float) -> int:
        """Append a line that takes some time; the index of the vertex where it begins."""
        start = self._times[-1] if self._times else 0.0
        begins = max(0, len(self._points) - 1)
        times = start + _shares(points) * time_s
        for point, at in zip(map(tuple, points.tolist()), times.tolist(), strict=True):
            if self._points and point == self._points[-1] and (len(self._points) > 1 or at == self._times[-1]):
                self._times[-1] = at
            else:
                self._points.append(point)
                self._times.append(at)
        return begins


def _join_steps(stretches: Iterable[Stretch]) -> list[Step]:
    """Stretches of one name on end."""
    joined = []
    for name, group in groupby(stretches, key=lambda stretch: stretch.name):
        parts = list(group)
        joined.append(Step(name, sum(p.distance_m for p in parts), sum(p.time_s for p in parts)))
    return joined


def _points_along(graph: RoadGraph, leg: Leg) -> FloatArray:
    """(n, 2) lon, lat of the driven part of an arc."""
    edge = leg.arc >> 1
    part = slice(graph.geometry_start[edge], graph.geometry_start[edge + 1])
    points = np.column_stack([graph.geometry_lon[part], graph.geometry_lat[part]])
    points = points[::-1] if leg.arc & 1 else points
    share = _shares(points)
    inner = points[(share > leg.from_share) & (share < leg.to_share)]
    ends = [
        [np.interp(at, share, points[:, 0]), np.interp(at, share, points[:, 1])]
        for at in (leg.from_share, leg.to_share)
    ]
    return np.vstack([ends[:1], inner, ends[1:]])


def _shares(points: FloatArray) -> FloatArray:
    """For each vertex the share of the line's length before it."""
    steps = distance_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    if travelled[-1] == 0:
        return np.linspace(0.0, 1.0, len(points))
    return np.asarray(travelled / travelled[-1], dtype=np.float64)
