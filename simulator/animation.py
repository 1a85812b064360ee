"""
Some hours of a day as moving pictures: where every unit is and what becomes of every call, as short lists of numbers.

Which hours: those that a reader wants to see first, the busiest before all. A day of up to 26 hours is shown whole.
Units move along straight lines between the places of the table (weakness: not along their streets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.results import Outcomes
from simulator.timeline import BUSY, OFF, RESTING, Piece, Timeline

if TYPE_CHECKING:
    from simulator.city import CityWorld

HOUR_S = 3600.0
WHOLE_S = 26 * HOUR_S
"""A run no longer than this is shown from beginning to end; of a longer one some hours."""
SCALE = 1e4
"""Places are told to some ten metres."""
WAITS_AT_POST, DRIVES_TO_POST, GOES, ON_SCENE, CONVEYS, AT_HOSPITAL, RESTS, IS_OFF = range(8)
LEGS = ("accepted_s", "en_route_s", "on_scene_s", "left_s", "at_hospital_s", "free_s")
CALL_GOES_AFTER_S = 300.0
"""A call that was reached stays on the picture for so long (guess)."""


def moving_pictures(outcomes: Outcomes, world: CityWorld) -> dict[str, Any]:
    """The windows, the ground that they are shown on, and the box around everything that moves."""
    timeline = outcomes.timeline
    windows = [
        {"why": why, "from_s": from_s, "until_s": until_s, **_window(outcomes, timeline, world, from_s, until_s)}
        for why, from_s, until_s in chosen_hours(outcomes)
    ]
    stations = [[_round(one.lon), _round(one.lat)] for one in world.stations]
    hospitals = [[_round(one.lon), _round(one.lat)] for one in world.hospitals]
    return {"scale": SCALE, "windows": windows, "stations": stations, "hospitals": hospitals, "ground": _ground(world)}


def chosen_hours(outcomes: Outcomes) -> list[tuple[str, float, float]]:
    """
    Of a short run all of it, with the busiest hour first; of a longer one three: the one with most emergencies, the
    one with the slowest mean response, and the one with fewest, all after the warm-up.
    """
    day = outcomes.day
    until_s, first = day.rules.until_s, int(outcomes.warm_up_s // HOUR_S)
    hours = max(first + 1, int(until_s // HOUR_S))
    mine = outcomes.counted & outcomes.served & (day.calls.kind == 0)
    at = np.minimum((day.calls.at_s[mine] // HOUR_S).astype(np.int64), hours - 1)
    count = np.bincount(at, minlength=hours)[first:hours]
    total = np.bincount(at, weights=outcomes.response_s[mine], minlength=hours)[first:hours]
    mean = np.where(count >= 3, total / np.maximum(count, 1), 0.0)
    found: dict[int, str] = {first + int(count.argmax()): "busiest"}
    if until_s <= WHOLE_S:
        (busiest,) = found
        return [("busiest", busiest * HOUR_S, (busiest + 1) * HOUR_S), ("whole", 0.0, until_s)]
    found.setdefault(first + int(mean.argmax()), "slowest")
    found.setdefault(first + int(count.argmin()), "quietest")
    return [(why, hour * HOUR_S, (hour + 1) * HOUR_S) for hour, why in found.items()]


def _window(outcomes: Outcomes, timeline: Timeline, world: CityWorld, from_s: float, until_s: float) -> dict[str, Any]:
    day = outcomes.day
    units = [
        [unit.id, unit.kind, [leg for piece, end_s in pieces for leg in _legs(piece, end_s, world, from_s, until_s)]]
        for unit, pieces in zip(day.units, timeline.between(from_s, until_s), strict=True)
    ]
    calls = day.calls
    reached_s = outcomes.response_s + calls.at_s
    ends_s = np.where(np.isnan(reached_s), until_s, reached_s + CALL_GOES_AFTER_S)
    seen = np.flatnonzero((calls.at_s < until_s) & (ends_s > from_s) & (calls.kind == 0))
    accepted_s = outcomes.waited_s + calls.opened_s
    told = [
        [
            *_place(world, int(calls.place[row])), int(calls.priority[row]),
            *(_second(value, from_s) for value in (calls.at_s[row], accepted_s[row], reached_s[row])),
        ]
        for row in seen.tolist()
    ]  # fmt: skip
    return {"units": units, "calls": told}


def _legs(piece: Piece, end_s: float, world: CityWorld, from_s: float, until_s: float) -> list[list[int]]:
    """[begins, ends, lon, lat, lon, lat, what] of each part of a piece; seconds since the window began."""
    parts: list[tuple[float, float, int, int, int]] = []
    if piece.what == BUSY and piece.run is not None:
        run, scene = piece.run, piece.place
        accepted_s, en_route_s, on_scene_s, left_s, at_hospital_s, free_s = (float(run[name]) for name in LEGS)
        start, hospital = int(run["start"]), int(run["hospital"])
        parts = [
            (accepted_s, en_route_s, start, start, GOES),
            (en_route_s, on_scene_s, start, scene, GOES),
            (on_scene_s, left_s, scene, scene, ON_SCENE),
            (left_s, at_hospital_s, scene, hospital, CONVEYS),
            (at_hospital_s, free_s, hospital, hospital, AT_HOSPITAL),
        ]
    elif piece.what in (OFF, RESTING):
        parts = [(piece.from_s, end_s, piece.place, piece.place, IS_OFF if piece.what == OFF else RESTS)]
    else:
        parts = [
            (piece.from_s, piece.arrives_s, piece.left, piece.place, DRIVES_TO_POST),
            (max(piece.from_s, piece.arrives_s), end_s, piece.place, piece.place, WAITS_AT_POST),
        ]
    return [
        [*(round(max(from_s, min(one, until_s)) - from_s) for one in span), *at, what]
        for start_s, stop_s, a, b, what in parts
        if (span := (start_s, min(stop_s, end_s))) and _is_seen(*span, from_s, until_s) and min(a, b) >= 0
        for at in [_cut(world, (start_s, stop_s), (a, b), (max(span[0], from_s), min(span[1], until_s)))]
    ]


def _is_seen(start_s: float, stop_s: float, from_s: float, until_s: float) -> bool:
    """False for what never happened, too: its stamps are no numbers."""
    return start_s < stop_s and start_s < until_s and stop_s > from_s


def _cut(world: CityWorld, way_s: tuple[float, float], way: tuple[int, int], seen_s: tuple[float, float]) -> list[int]:
    """The part of a straight way that is seen: where it begins and where it ends."""
    (x0, y0), (x1, y1) = world.points[way[0]], world.points[way[1]]
    length_s = way_s[1] - way_s[0]
    found = []
    for at_s in seen_s:
        share = (at_s - way_s[0]) / length_s if np.isfinite(length_s) and length_s > 0 else 0.0
        found += [_round(x0 + share * (x1 - x0)), _round(y0 + share * (y1 - y0))]
    return found


def _second(value: float, from_s: float) -> int | None:
    return None if np.isnan(value) else round(value - from_s)


def _place(world: CityWorld, place: int) -> list[int]:
    return [_round(world.points[place][0]), _round(world.points[place][1])]


def _round(degrees: float) -> int:
    return round(float(degrees) * SCALE)


def _ground(world: CityWorld) -> list[list[int]]:
    """Outlines of the wards that have people in the figures, as rows of lon, lat, lon, lat …"""
    rings: list[list[int]] = []
    for ward, outline in zip(world.pack.wards, world.pack.outlines, strict=True):
        if ward.population_2019 is None:
            continue
        for part in getattr(outline, "geoms", [outline]):
            ring = part.simplify(0.001).exterior.coords
            rings.append([_round(value) for point in ring for value in point])
    return rings
