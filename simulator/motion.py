"""Where a unit is: standing, or some seconds along its route."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import cos, hypot, radians
from typing import NamedTuple

import numpy as np

from routing.route import Position, Route, Step
from simulator.streams import stream

Point = tuple[float, float]

M_PER_DEGREE = 111_195.0
FASTEST_SHOWN_KPH = 180.0
"""The desk takes a faster unit for a false fix; with a large `--speed`, driving is slowed to this."""
STRAIGHT_KPH = 30.0
"""Where no road leads, such as over water (guess)."""
STANDING_OFF_M = 12.0
"""Units of one station park side by side, this far from the point of the station (guess)."""
LONG_STRETCH_M = 60.0
"""Only stretches of this length tell a top speed: shorter ones are dominated by rounding."""


class Fix(NamedTuple):
    """What the unit's device sends."""

    lon: float
    lat: float
    heading_deg: float | None
    speed_kph: float


@dataclass(frozen=True)
class Trip:
    """A drive along a route, `rate` times as fast as life."""

    target: Point
    route: Route
    departed_at: datetime
    rate: float

    def has_arrived(self, now: datetime) -> bool:
        return self._elapsed_s(now) >= self.route.time_s

    def fix(self, now: datetime) -> Fix:
        """Where the unit is now, and how fast it is there."""
        t = self._elapsed_s(now)
        here = self.route.position_at(t)
        before, after = self.route.position_at(t - self.rate), self.route.position_at(t + self.rate)
        shown_s = (min(t + self.rate, self.route.time_s) - max(t - self.rate, 0.0)) / self.rate
        kph = 3.6 * apart_m(_point(before), _point(after)) / shown_s if shown_s > 0 else 0.0
        return Fix(here.lon, here.lat, here.heading_deg, 0.0 if self.has_arrived(now) else kph)

    def _elapsed_s(self, now: datetime) -> float:
        return (now - self.departed_at).total_seconds() * self.rate


@dataclass(frozen=True)
class Driven:
    """A route with the top speed that it reaches."""

    route: Route

    @cached_property
    def top_kph(self) -> float:
        """The fastest of the stretches that are long enough to tell; at least the mean of the route."""
        points, times = self.route.geometry, self.route.vertex_time_s
        fastest = 3.6 * self.route.distance_m / self.route.time_s if self.route.time_s else 0.0
        start = 0
        for i in range(1, len(points)):
            length_m = apart_m(points[start], points[i])
            if length_m >= LONG_STRETCH_M and times[i] > times[start]:
                fastest = max(fastest, 3.6 * length_m / (times[i] - times[start]))
                start = i
        return fastest

    def rate(self, speed: float) -> float:
        """How many times faster than life it may be driven without looking like a false fix."""
        return min(speed, FASTEST_SHOWN_KPH / self.top_kph) if self.top_kph > 0 else speed


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
