"""Where a unit is: standing, or some seconds along its route."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

import numpy as np

from routing.route import Position, Route, Step
from simulator.streams import stream

Point = tuple[float, float]

M_PER_DEGREE = 111_195.0
FASTEST_SHOWN_KPH = 180.0
"""The desk takes a unit over 200 km/h for a false fix; so with a large `--speed` driving is held to this."""
STRAIGHT_KPH = 30.0
"""Where no road leads, such as over water (guess)."""
STANDING_OFF_M = 12.0
"""Units of one station park side by side, this far from the point of the station (guess)."""


class Fix(NamedTuple):
    """What the unit's device sends."""

    lon: float
    lat: float
    heading_deg: float | None
    speed_kph: float


@dataclass(frozen=True)
class Trip:
    """A drive along a route whose times are those of the clock on the wall: see `hasten`."""

    target: Point
    route: Route
    departed_at: datetime

    def has_arrived(self, now: datetime) -> bool:
        return self._elapsed_s(now) >= self.route.time_s

    def fix(self, now: datetime) -> Fix:
        """Where the unit is now, and how fast it is there: over a second before and after."""
        t = self._elapsed_s(now)
        here = self.route.position_at(t)
        before, after = self.route.position_at(t - 1), self.route.position_at(t + 1)
        shown_s = min(t + 1, self.route.time_s) - max(t - 1, 0.0)
        kph = 3.6 * apart_m(_point(before), _point(after)) / shown_s if shown_s > 0 else 0.0
        return Fix(here.lon, here.lat, here.heading_deg, 0.0 if self.has_arrived(now) else kph)

    def _elapsed_s(self, now: datetime) -> float:
        return (now - self.departed_at).total_seconds()


def hasten(route: Route, speed: float) -> Route:
    """The route `speed` times as fast, but nowhere faster than the desk believes of a vehicle."""
    if speed == 1.0:
        return route
    most_mps = FASTEST_SHOWN_KPH / 3.6
    times = [0.0]
    for (here, there), (left_s, reached_s) in zip(pairwise(route.geometry), pairwise(route.vertex_time_s), strict=True):
        times.append(times[-1] + max((reached_s - left_s) / speed, apart_m(here, there) / most_mps))
    return replace(route, vertex_time_s=times, time_s=times[-1])


def straight_route(here: Point, there: Point) -> Route:
    """A guessed straight line."""
    length_m = apart_m(here, there)
    time_s = length_m / (STRAIGHT_KPH / 3.6)
    return Route([here, there], [0.0, time_s], time_s, length_m, [Step(None, length_m, time_s)], estimated=True)


def standing_at(unit_id: str, lon: float, lat: float) -> Point:
    """The unit's own spot at a station."""
    far, turn = stream(0, "parking", unit_id).random(2)
    off_m, angle = STANDING_OFF_M * float(far), 2 * np.pi * float(turn)
    east, north = off_m * np.cos(angle), off_m * np.sin(angle)
    return lon + float(east) / (M_PER_DEGREE * cos(radians(lat))), lat + float(north) / M_PER_DEGREE


def apart_m(here: Point, there: Point) -> float:
    """Metres on a local plane."""
    return hypot((here[0] - there[0]) * cos(radians(there[1])), here[1] - there[1]) * M_PER_DEGREE


def _point(position: Position) -> Point:
    return position.lon, position.lat
