"""
A route to look at and to drive along: geometry, steps by street name, and where somebody is after t seconds.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np

from routing.graph import FloatArray, RoadGraph, distance_m


class Step(NamedTuple):
    """A stretch under one street name; `None` for streets without one and for ground off the road."""

    name: str | None
    distance_m: float
    time_s: float


class Position(NamedTuple):
    """A point on the way and where it faces, in degrees clockwise from north."""

    lon: float
    lat: float
    heading_deg: float


@dataclass(frozen=True)
class Leg:
    """Part of one edge, from one share of its length to another (backwards when the first is larger)."""

    edge: int
    from_share: float
    to_share: float
    time_s: float


@dataclass(frozen=True)
class Route:
    """
    One way from origin to destination.

    `geometry` is lon, lat; `vertex_time_s[i]` is when vertex `i` is passed, counted from departure. Within a street
    piece progress is even, its waits included. `estimated` when any part is a straight line rather than a street.
    """

    geometry: list[tuple[float, float]]
    vertex_time_s: list[float]
    time_s: float
    distance_m: float
    steps: list[Step]
    estimated: bool

    def position_at(self, t_s: float) -> Position:
        """Where one is `t_s` seconds after departure; before it at the start, after arrival at the end."""
        points, times = self._arrays
        t = min(max(t_s, 0.0), self.time_s)
        lon = float(np.interp(t, times, points[:, 0]))
        lat = float(np.interp(t, times, points[:, 1]))
        after = min(max(int(np.searchsorted(times, t, side="right")), 1), len(times) - 1)
        return Position(lon, lat, heading_deg(self.geometry[after - 1], self.geometry[after]))

    @cached_property
    def _arrays(self) -> tuple[FloatArray, FloatArray]:
        return np.array(self.geometry), np.array(self.vertex_time_s)


def heading_deg(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Direction from one lon, lat to another, clockwise from north, 0 to 360 (flat; 0 when both are one point)."""
    east = (there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return math.degrees(math.atan2(east, there[1] - here[1])) % 360.0


class RouteBuilder:
    """Joins legs into a route; points that do not move are left out."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._points: list[tuple[float, float]] = []
        self._times: list[float] = []
        self._steps: list[Step] = []
        self._estimated = False

    def add_straight(
        self, here: tuple[float, float], there: tuple[float, float], time_s: float, length_m: float
    ) -> None:
        """A guessed straight stretch off the road."""
        self._add_points(np.array([here, there]), time_s)
        self._steps.append(Step(None, length_m, time_s))
        self._estimated = True

    def add_leg(self, leg: Leg) -> None:
        """A stretch along a street."""
        graph = self._graph
        points = _points_between(graph, leg)
        self._add_points(points, leg.time_s)
        name = graph.names[graph.way_name[graph.edge_way[leg.edge]]] or None
        length = abs(leg.to_share - leg.from_share) * float(graph.edge_length_m[leg.edge])
        self._steps.append(Step(name, length, leg.time_s))

    def _add_points(self, points: FloatArray, time_s: float) -> None:
        start = self._times[-1] if self._times else 0.0
        times = start + _shares(points) * time_s
        for point, at in zip(map(tuple, points.tolist()), times.tolist(), strict=True):
            if self._points and point == self._points[-1]:
                self._times[-1] = at if len(self._points) > 1 else self._times[-1]
            else:
                self._points.append(point)
                self._times.append(at)

    def finish(self, here: tuple[float, float]) -> Route:
        """The route so far; `here` stands twice when nothing moved, so that a line can be drawn."""
        if len(self._points) < 2:
            self._points, self._times = [here, here], [0.0, 0.0]
        steps = _join_steps(self._steps)
        return Route(
            geometry=self._points,
            vertex_time_s=self._times,
            time_s=sum(step.time_s for step in steps),
            distance_m=sum(step.distance_m for step in steps),
            steps=steps,
            estimated=self._estimated,
        )


def _join_steps(steps: Iterable[Step]) -> list[Step]:
    joined = []
    for name, group in groupby(steps, key=lambda step: step.name):
        parts = list(group)
        joined.append(Step(name, sum(p.distance_m for p in parts), sum(p.time_s for p in parts)))
    return [step for step in joined if step.distance_m > 0 or step.time_s > 0]


def _points_between(graph: RoadGraph, leg: Leg) -> FloatArray:
    """(n, 2) lon, lat along an edge between two shares of its length, in driving order."""
    part = slice(graph.geometry_start[leg.edge], graph.geometry_start[leg.edge + 1])
    points = np.column_stack([graph.geometry_lon[part], graph.geometry_lat[part]])
    share = _shares(points)
    low, high = sorted((leg.from_share, leg.to_share))
    inner = points[(share > low) & (share < high)]
    ends = [[np.interp(at, share, points[:, 0]), np.interp(at, share, points[:, 1])] for at in (low, high)]
    line = np.vstack([ends[:1], inner, ends[1:]])
    return line if leg.from_share <= leg.to_share else line[::-1]


def _shares(points: FloatArray) -> FloatArray:
    """For each vertex the share of the line's length before it."""
    steps = distance_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    if travelled[-1] == 0:
        return np.linspace(0.0, 1.0, len(points))
    return np.asarray(travelled / travelled[-1], dtype=np.float64)
