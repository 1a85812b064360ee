"""
A route to look at and to drive along: geometry, steps by street name, and where somebody is after t seconds.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from routing.graph import EARTH_RADIUS_M, FloatArray

M_PER_DEG: Final = EARTH_RADIUS_M * math.pi / 180
# Passes of a point as near as this to the nearest are one as good as the other.
_AS_NEAR_M: Final = 1.0
# Further from its route than this a unit is not driving it (guess: a wide road and a poor fix).
OFF_ROUTE_M: Final = 60.0


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


class Progress(NamedTuple):
    """How far along a route somebody is: seconds since departure and to go, and metres off it."""

    time_s: float
    remaining_s: float
    off_m: float


class WayOn(NamedTuple):
    """A way on from a junction that the profile might lawfully have taken: how it bends (clockwise), and what it is."""

    bend_deg: int
    name: str | None
    road_class: str
    roundabout: bool


class Stretch(NamedTuple):
    """
    One street piece of a route, as driven.

    `vertex` is where it begins in the route's geometry; `bend_deg` how the way bends after it (clockwise), `delay_s`
    the time lost there, which is part of `time_s`. `arc` is −1 off the road. The flags say what is irregular:
    `against_oneway`; `restricted`, past a closing sign; `closed` now, passed on foot; `forbidden_turn` after it.
    `others` are the ways that might have been taken after it instead of the next, turning round left out.
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
    bridge: bool = False
    tunnel: bool = False
    others: tuple[WayOn, ...] = ()


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

    def time_at(self, lon: float, lat: float, not_before_s: float = 0.0) -> Progress:
        """
        When this route is nearest to a point, by the clock of `position_at`.

        Where it comes by several times (within a metre as near), the first of them that is not before `not_before_s`:
        what a unit has behind it, it does not drive again.
        """
        points, times = self._arrays
        flat = np.array([math.cos(math.radians(lat)), 1.0]) * M_PER_DEG
        xy = (points - (lon, lat)) * flat
        step = np.diff(xy, axis=0)
        square = (step**2).sum(axis=1)
        duration = np.diff(times)
        least = np.clip(
            np.divide(not_before_s - times[:-1], duration, out=np.zeros_like(duration), where=duration > 0), 0, 1
        )
        part = np.divide(-(xy[:-1] * step).sum(axis=1), square, out=np.zeros_like(square), where=square > 0)
        part = np.clip(part, least, 1.0)
        off_m = np.hypot(*(xy[:-1] + part[:, None] * step).T)
        off_m[times[1:] < min(not_before_s, self.time_s)] = np.inf
        at = int(np.flatnonzero(off_m <= off_m.min() + _AS_NEAR_M)[0])
        time_s = float(times[at] + part[at] * duration[at])
        return Progress(time_s, self.time_s - time_s, float(off_m[at]))

    @cached_property
    def _arrays(self) -> tuple[FloatArray, FloatArray]:
        return np.array(self.geometry), np.array(self.vertex_time_s)


def heading_deg(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Direction from one lon, lat to another, clockwise from north, 0 to 360 (flat; 0 when both are one point)."""
    east = (there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return math.degrees(math.atan2(east, there[1] - here[1])) % 360.0


def dead_reckon(
    route: Route, last_fix: tuple[float, float], age_s: float, not_before_s: float = 0.0
) -> Position | None:
    """
    Where somebody is who was seen `age_s` seconds ago at `last_fix` (lon, lat) driving this route; `None` off it.

    Assumes the pace that the route was planned with; `not_before_s` as in `Route.time_at`. Never beyond its end.
    """
    progress = route.time_at(*last_fix, not_before_s)
    return route.position_at(progress.time_s + max(0.0, age_s)) if progress.off_m <= OFF_ROUTE_M else None
