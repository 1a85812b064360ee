"""Questions about ways through the city: checked, answered as GeoJSON, or refused with the reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from dispatch.errors import Malformed, NotFound
from dispatch.routes.features import reach_collection, route_feature
from routing.eta import with_spread
from routing.points import PointKind, PointNote, find_bad
from routing.travel_times import TravelTimes

Point = tuple[float, float]

MINUTES: Final = (1.0, 60.0)
"""The shortest and the longest reach that is drawn: an hour crosses the whole city (guess)."""
MOST_MINUTES: Final = 6
"""More lines than these on one map tell nobody anything (guess)."""


def read_point(text: str) -> Point:
    """`lon,lat` in degrees; raises `Malformed` with what is wrong, swapped ones by name."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Malformed(f"{text!r} is no place: write lon,lat in degrees, as 106.7004,10.7769") from error
    return check_point(lon, lat, repr(text))


def check_point(lon: float, lat: float, shown: str | None = None) -> Point:
    """A point that is on earth; raises `Malformed`."""
    bad = find_bad(np.array([[lon, lat]]))
    if bad:
        why = PointNote(bad[0], math.inf).text()
        raise Malformed(
            f"{shown or f'({lon}, {lat})'} is no place: {why}; write lon,lat in degrees, as 106.7004,10.7769"
        )
    return lon, lat


def read_minutes(text: str) -> list[float]:
    """`5,10,15` in rising order, each once; raises `Malformed` beyond `MINUTES` and for too many."""
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError as error:
        raise Malformed(f"minutes {text!r} are no numbers: write such as 5,10,15") from error
    low, high = MINUTES
    if not all(low <= each <= high for each in found):
        raise Malformed(f"minutes {text!r}: each must be {low:g} to {high:g}")
    if len(found) > MOST_MINUTES:
        raise Malformed(f"minutes {text!r}: ask for at most {MOST_MINUTES} at once")
    return found


def ask_route(
    travel: TravelTimes, origin: Point, destination: Point, profile: str, at: datetime | None = None
) -> dict[str, Any]:
    """The fastest way as a GeoJSON feature; raises `NotFound` with the reason where no road leads."""
    _check_question(travel, profile, at)
    found = travel.route(origin, destination, profile, at)
    if found is None:
        raise NotFound(
            f"no road leads from {_show(origin)} to {_show(destination)} for {profile}: "
            f"{_why_none(travel, origin, destination, profile)}; try another profile"
        )
    off_road_m = sum(piece.distance_m for piece in found.stretches if piece.arc < 0)
    straight = off_road_m > 0 and all(piece.arc < 0 for piece in found.stretches)
    eta = with_spread(
        travel.spread,
        found.time_s,
        found.distance_m,
        travel.hour(at),
        off_road_m=0.0 if straight else off_road_m,
        estimated=straight,
    )
    return route_feature(found, profile, eta, destination, at)


def ask_reach(
    travel: TravelTimes,
    place: Point,
    minutes: Sequence[float],
    profile: str,
    at: datetime | None = None,
    *,
    to: bool = False,
) -> dict[str, Any]:
    """The ground reached within some minutes as a GeoJSON collection; raises `NotFound` far from every road."""
    _check_question(travel, profile, at)
    note = travel.explain_points([place], profile)[0]
    if note.kind in (PointKind.FAR, PointKind.OUTSIDE):
        raise NotFound(f"nobody drives from or to {_show(place)}: {note.text()}; choose a place near a road")
    return reach_collection(travel.reach([place], minutes, profile, at, to=to), place, profile, at, to=to)


def _check_question(travel: TravelTimes, profile: str, at: datetime | None) -> None:
    if profile not in travel.profiles:
        raise Malformed(f"no profile {profile!r}; choose one of {', '.join(travel.profiles)}")
    try:
        travel.hour(at)
    except ValueError as error:
        raise Malformed(str(error)) from error


def _why_none(travel: TravelTimes, origin: Point, destination: Point, profile: str) -> str:
    """Where the roads at the ends lie; an island is named as one."""
    notes = zip(("start", "end"), travel.explain_points([origin, destination], profile), strict=True)
    told = [f"the {end} is {note.text()}" for end, note in notes if note.kind == PointKind.ISLAND]
    return " and ".join(told) or "the streets at both ends hang together by no street that it may drive"


def _show(point: Point) -> str:
    return f"{point[0]:g},{point[1]:g}"
