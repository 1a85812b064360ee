"""
Calls of a day, seeded and pure: when, where, about what, and in which words.

Calls come as a Poisson process whose rate follows the hour of the week (local time). A place is a random point of a
ward drawn by weight, moved to the side of the nearest road. Every attribute has a stream of its own. The shares are
a stand-in for records that are not public: see `data/README.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, hypot, log, pi, radians, sin
from typing import Any, Literal, Protocol

import numpy as np
import shapely

from dispatch.city_pack import CityPack
from dispatch.domain.clock import LOCAL
from dispatch.domain.words import Level
from simulator.streams import Seed, stream
from simulator.words import say_complaint, say_nothing, say_place

CallKind = Literal["emergency", "duplicate", "no_content"]

M_PER_DEGREE = 111_195.0
FARTHEST_ROAD_M = 250.0
"""A point farther than this from a road is a field or a river: another one is drawn (guess)."""
TRIES = 12
BESIDE_ROAD_M = 25.0
"""People fall ill in houses: up to this far off the middle of the street (guess)."""
NEAR_LANDMARK_M = 250.0
NAMES_WITHIN_M = (120.0, 300.0)
"""How far somebody in a nameless alley looks for a street that others know (guess)."""
DUPLICATE_AFTER_S, DUPLICATE_WITHIN_S = 20.0, 300.0
"""A second caller rings after and within this time (guess)."""
RED_AT_OPENING = "cardiac_arrest"
DUPLICATE_OFF_M = 30.0


class Nearest(Protocol):
    """What is asked of a road: a point on it and its name. `routing.travel_times.NearestRoad` is one."""

    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def name(self) -> str | None: ...
    @property
    def distance_m(self) -> float: ...


NearestRoadTo = Callable[[float, float], Nearest]


@dataclass(frozen=True, kw_only=True)
class DemandCall:
    """
    One ring at 115. `lon`, `lat`: where it is true that help is needed; `phone_lon`, `phone_lat`: what the phone
    tells, if it does, within `radius_m`. `same_as` is the key of the call that a duplicate is about.
    """

    key: str
    at: datetime
    kind: CallKind
    lon: float
    lat: float
    words: str
    phone: str
    phone_lon: float | None = None
    phone_lat: float | None = None
    radius_m: float | None = None
    complaint: str | None = None
    level: Level = 2
    street: str | None = None
    on_street: bool = True
    ward: str | None = None
    same_as: str | None = None


@dataclass(frozen=True)
class Mix:
    """How often calls come, per hour of the mean week, and which share is without content or a second caller's."""

    calls_per_hour: float
    share_no_content: float
    share_duplicate: float

    @classmethod
    def of_city(cls, pack: CityPack) -> Mix:
        """The city's own volumes, as far as they are known."""
        demand = pack.demand
        return cls(demand.calls_per_day / 24, demand.share_no_content, demand.share_duplicate)


class Demand:
    """The city's callers. `nearest` answers with the nearest road to (lon, lat)."""

    def __init__(self, pack: CityPack, nearest: NearestRoadTo, mix: Mix | None = None) -> None:
        self._pack, self._nearest = pack, nearest
        self._mix = mix or Mix.of_city(pack)
        rows = {ward.code: row for row, ward in enumerate(pack.wards)}
        self._row_of = rows
        self._ward_rows = [rows[code] for code in pack.demand.ward_weight]
        self._ward_bounds = np.cumsum(list(pack.demand.ward_weight.values()))
        self._complaints = {one.code: one for one in pack.complaints}
        self._complaint_bounds = np.cumsum(list(pack.demand.complaint_mix.values()))

    def calls(self, seed: Seed, start: datetime, duration_s: float) -> list[DemandCall]:
        """The calls from `start` for `duration_s` seconds, in order of time."""
        calls: list[DemandCall] = []
        for index, at in enumerate(self._arrivals(seed, start, duration_s)):
            calls += self._arrival(seed, f"{index}", at)
        return sorted(calls, key=lambda call: (call.at, call.key))

    def opening(self, seed: Seed, start: datetime, count: int, over_s: float) -> list[DemandCall]:
        """
        Exactly `count` emergencies spread over `over_s` seconds, so that a stranger sees life at once. One is a
        cardiac arrest: red goes to two stations at once.
        """
        spread = stream(seed, "opening").random(count)
        times = [start + timedelta(seconds=over_s * (i + float(u)) / count) for i, u in enumerate(spread)]
        red = min(1, count - 1)
        return [self._emergency(seed, f"o{i}", at, RED_AT_OPENING if i == red else None) for i, at in enumerate(times)]

    def recorded(
        self,
        seed: Seed,
        key: str,
        at: datetime,
        *,
        point: tuple[float, float] | None = None,
        ward: str | None = None,
        complaint: str | None = None,
        level: int | None = None,
    ) -> DemandCall:
        """A call that a log or a scenario tells of; what it does not tell is drawn as for any other call."""
        row = self._row_of.get(ward or "")
        place = (*point, self._nearest(*point)) if point is not None else self._place(seed, key, row)
        known = complaint if complaint in self._complaints else None
        call = self._emergency(seed, key, at, known, place)
        return call if level is None else replace(call, level=level)  # type: ignore[arg-type]  # 1–4, as logs are read

    def _arrivals(self, seed: Seed, start: datetime, duration_s: float) -> list[datetime]:
        """By thinning: candidates at the busiest hour's rate, each kept with its own hour's share of it."""
        rng = stream(seed, "arrival")
        factors = self._pack.demand.hour_of_week
        peak = max(factors)
        mean_gap_s = 3600.0 / (self._mix.calls_per_hour * peak)
        kept: list[datetime] = []
        at_s = 0.0
        while True:
            gap, keep = rng.random(2)
            at_s -= log(1.0 - gap) * mean_gap_s
            if at_s >= duration_s:
                return kept
            at = start + timedelta(seconds=at_s)
            if keep * peak < factors[hour_of_week(at)]:
                kept.append(at)

    def _arrival(self, seed: Seed, key: str, at: datetime) -> list[DemandCall]:
        """One arrival: a call, and now and then the second caller that it brings with it."""
        if stream(seed, "content", key).random() < self._mix.share_no_content:
            return [self._empty_call(seed, key, at)]
        first = self._emergency(seed, key, at)
        is_twice, after = stream(seed, "duplicate", key).random(2)
        if is_twice >= self._mix.share_duplicate:
            return [first]
        later = at + timedelta(seconds=DUPLICATE_AFTER_S + float(after) * (DUPLICATE_WITHIN_S - DUPLICATE_AFTER_S))
        return [first, self._second_caller(seed, first, later)]

    def _empty_call(self, seed: Seed, key: str, at: datetime) -> DemandCall:
        words = say_nothing(stream(seed, "words", key))
        return DemandCall(key=key, at=at, kind="no_content", lon=0.0, lat=0.0, words=words, phone=_phone(seed, key))

    def _emergency(
        self,
        seed: Seed,
        key: str,
        at: datetime,
        complaint: str | None = None,
        place: tuple[float, float, Nearest] | None = None,
    ) -> DemandCall:
        lon, lat, road = place or self._place(seed, key)
        ward = self._pack.ward_at(lon, lat)
        drawn = list(self._pack.demand.complaint_mix)[_row(stream(seed, "complaint", key), self._complaint_bounds)]
        code = complaint or drawn
        call = DemandCall(
            key=key,
            at=at,
            kind="emergency",
            lon=lon,
            lat=lat,
            words="",
            phone=_phone(seed, key),
            complaint=code,
            level=self._complaints[code].level,  # type: ignore[arg-type]  # 1–4, checked when read
            street=road.name or self._street_around(road),
            on_street=road.name is not None,
            ward=ward.name if ward else None,
        )
        return self._spoken(seed, key, call)

    def _second_caller(self, seed: Seed, first: DemandCall, at: datetime) -> DemandCall:
        """Somebody else sees the same thing from a few metres away and says it in other words."""
        key = f"{first.key}b"
        lon, lat = _off(stream(seed, "place", key), first.lon, first.lat, DUPLICATE_OFF_M)
        other = replace(first, key=key, at=at, kind="duplicate", lon=lon, lat=lat, same_as=first.key)
        return self._spoken(seed, key, replace(other, phone=_phone(seed, key)))

    def _spoken(self, seed: Seed, key: str, call: DemandCall) -> DemandCall:
        """The call with its words and, for some, the phone's position."""
        rng = stream(seed, "words", key)
        complaint = self._complaints[call.complaint or "unknown"]
        where = say_place(rng, call.street, call.ward, self._landmark(call.lon, call.lat), call.on_street)
        words = f"{where}, {say_complaint(rng, complaint.name_vi, complaint.synonyms_vi)}"
        position = stream(seed, "position", key)
        demand = self._pack.demand
        if position.random() >= demand.share_with_phone_position:
            return replace(call, words=words)
        lon, lat = _off(position, call.lon, call.lat, demand.phone_position_radius_m)
        radius_m = demand.phone_position_radius_m
        return replace(call, words=words, phone_lon=lon, phone_lat=lat, radius_m=radius_m)

    def _place(self, seed: Seed, key: str, ward_row: int | None = None) -> tuple[float, float, Nearest]:
        """A point beside a road, and the road; in a ward drawn by weight, or in this one."""
        drawn = self._ward_rows[_row(stream(seed, "ward", key), self._ward_bounds)]
        outline = self._pack.outlines[drawn if ward_row is None else ward_row]
        rng = stream(seed, "place", key)
        for _ in range(TRIES):
            road = self._nearest(*_point_in(rng, outline))
            if road.distance_m <= FARTHEST_ROAD_M:
                break
        lon, lat = _off(rng, road.lon, road.lat, BESIDE_ROAD_M)
        return lon, lat, road

    def _street_around(self, here: Nearest) -> str | None:
        """The name of a street close by, for somebody in an alley without one: looks around in two rings."""
        for ring_m in NAMES_WITHIN_M:
            around = [self._nearest(*_moved(here.lon, here.lat, ring_m, turn / 8)) for turn in range(8)]
            named = [(road.distance_m, road.name) for road in around if road.name and road.distance_m < ring_m]
            if named:
                return min(named)[1]
        return None

    def _landmark(self, lon: float, lat: float) -> str | None:
        """The nearest hospital, when it stands around the corner."""
        near_m, name = min((_apart_m(lon, lat, row.lon, row.lat), row.name_vi) for row in self._pack.hospitals)
        return name if near_m <= NEAR_LANDMARK_M else None


def hour_of_week(at: datetime) -> int:
    """Hours since Monday 00:00 local time."""
    local = at.astimezone(LOCAL)
    return local.weekday() * 24 + local.hour


def _row(rng: np.random.Generator, bounds: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """A row drawn by cumulated weights."""
    return min(int(np.searchsorted(bounds, rng.random() * bounds[-1], side="right")), len(bounds) - 1)


def _point_in(rng: np.random.Generator, outline: Any) -> tuple[float, float]:
    west, south, east, north = outline.bounds
    while True:
        u, v = rng.random(2)
        lon, lat = west + float(u) * (east - west), south + float(v) * (north - south)
        if shapely.contains_xy(outline, lon, lat):
            return lon, lat


def _off(rng: np.random.Generator, lon: float, lat: float, within_m: float) -> tuple[float, float]:
    """A point up to `within_m` away, in any direction."""
    far, turn = rng.random(2)
    return _moved(lon, lat, within_m * float(far), float(turn))


def _moved(lon: float, lat: float, by_m: float, turn: float) -> tuple[float, float]:
    """A point `by_m` metres away; `turn` is the direction as a share of a full circle."""
    east_m, north_m = by_m * cos(2 * pi * turn), by_m * sin(2 * pi * turn)
    return lon + east_m / (M_PER_DEGREE * cos(radians(lat))), lat + north_m / M_PER_DEGREE


def _apart_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres on a local plane."""
    return hypot((lon - other_lon) * cos(radians(lat)), lat - other_lat) * M_PER_DEGREE


def _phone(seed: Seed, key: str) -> str:
    """A number that nobody has: no Vietnamese number begins with 0000."""
    return f"0000{int(stream(seed, 'phone', key).integers(0, 1_000_000)):06d}"
