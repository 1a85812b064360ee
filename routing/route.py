"""
A route to look at and to drive along: geometry, steps by street name, and where somebody is after t seconds.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from routing.graph import FloatArray


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


class Stretch(NamedTuple):
    """
    One street piece of a route, as driven.

    `vertex` is where it begins in the route's geometry; `bend_deg` how the way bends after it (clockwise), `delay_s`
    the time lost there, which is part of `time_s`. `arc` is −1 off the road. The flags say what is irregular:
    `against_oneway`; `restricted`, past a closing sign; `closed` now, passed on foot; `forbidden_turn` after it.
    """

    arc: int
    vertex: int
    name: str | None
    road_class: str | None
    roundabout: bool
    distance_m: float
    time_s: float
    delay_s: float
    bend_deg: int
    against_oneway: bool
    restricted: bool
    closed: bool
    forbidden_turn: bool


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
    stretches: list[Stretch] = field(default_factory=list)

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
