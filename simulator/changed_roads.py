"""
What a scenario says of its roads, as plain data: which streets, when in seconds of the run, and how fast they are.

Pure and comparable, so that a table of travel times is kept by it. Which arcs are meant is found where the roads are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import shapely

from dispatch.city_pack import CityPack
from dispatch.domain.clock import LOCAL
from dispatch.roads.flood import passable_kph
from simulator.errors import ScenarioError
from simulator.scenario_parts import Closure, Flood, Jam, When, Where
from simulator.units import DAY_S

if TYPE_CHECKING:
    from simulator.scenario import Scenario

M_PER_DEGREE = 111_320.0
CIRCLE_SIDES = 48
SPAN = tuple[float, float]
Ring = tuple[tuple[float, float], ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    Streets that are otherwise than usual in these spans. `rings`: outlines in degrees, nowhere: the whole city.

    `share` of the usual speed, or else no faster than `kph` (None: nobody drives).
    """

    said: str
    spans: tuple[SPAN, ...]
    ways: tuple[int, ...] = ()
    rings: tuple[Ring, ...] = ()
    street: str | None = None
    kph: float | None = None
    share: float | None = None


class ChangedRoads(msgspec.Struct, frozen=True, kw_only=True):
    """`traffic`: whether the usual hours count. `first_hour_s`: seconds since Monday 00:00 when the run begins."""

    traffic: bool
    first_hour_s: float
    until_s: float
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()


def changed_roads(
    scenario: Scenario, pack: CityPack, start: datetime, first_hour_s: float, where: str
) -> ChangedRoads | None:
    """What `[[closure]]`, `[[flood]]` and `[[traffic]]` come to; None without any. Raises ScenarioError."""
    assert scenario.city is not None
    until_s = scenario.scenario.duration_s
    named: list[tuple[str, Sequence[Where]]] = [
        ("closure", scenario.closure), ("flood", scenario.flood), ("traffic", scenario.traffic),
    ]  # fmt: skip
    changes = [
        _change(f"{where}: {name}[{at}]", part, pack, start, until_s)
        for name, parts in named
        for at, part in enumerate(parts)
    ]
    if not changes:
        return None
    return ChangedRoads(
        traffic=scenario.city.traffic, first_hour_s=first_hour_s, until_s=until_s, changes=tuple(changes)
    )  # fmt: skip


def spans_of(when: When, start: datetime, until_s: float, where: str) -> tuple[SPAN, ...]:
    """In seconds of the run, cut to it. Raises ScenarioError."""
    daily = (when.daily_from, when.daily_until)
    if any(daily):
        if not all(daily) or when.from_ or when.until:
            raise ScenarioError(
                where, "daily_from and daily_until go together, without from and until", "tell one pair"
            )
        return _daily(str(when.daily_from), str(when.daily_until), start, until_s)
    first_s = 0.0 if when.from_ is None else _seconds(when.from_, start)
    last_s = until_s if when.until is None else _seconds(when.until, start)
    if last_s <= first_s:
        raise ScenarioError(where, "it ends before it begins", "correct from and until; the run's own start counts too")
    if last_s <= 0.0 or first_s >= until_s:
        raise ScenarioError(where, "it lies outside the run", "correct from and until, or start and duration_s")
    return ((max(first_s, 0.0), min(last_s, until_s)),)


def _seconds(moment: datetime, start: datetime) -> float:
    return ((moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)) - start).total_seconds()


def _daily(first: str, last: str, start: datetime, until_s: float) -> tuple[SPAN, ...]:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    offset_s = (midnight - start).total_seconds()
    from_s, to_s = _clock_s(first), _clock_s(last)
    to_s += DAY_S if to_s <= from_s else 0.0
    spans = []
    for day in range(int((until_s - offset_s) // DAY_S) + 1):
        low, high = offset_s + day * DAY_S + from_s, offset_s + day * DAY_S + to_s
        if high > 0.0 and low < until_s:
            spans.append((max(low, 0.0), min(high, until_s)))
    return tuple(spans)


def _clock_s(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


def _change(where: str, part: Where, pack: CityPack, start: datetime, until_s: float) -> Change:
    rings = _rings(where, part, pack)
    if not rings and not part.ways and (not isinstance(part, Jam) or part.street):
        fact = (
            "it says no place"
            if part.street is None
            else f"the name {part.street!r} alone says no place: streets share names"
        )
        raise ScenarioError(where, fact, "add a ward, a polygon, a circle (lon, lat, radius_m) or ways")
    kph = (
        part.slow_kph if isinstance(part, Closure) else passable_kph(part.depth_cm) if isinstance(part, Flood) else None
    )
    return Change(
        said=where,
        spans=spans_of(part, start, until_s, where),
        ways=part.ways,
        rings=rings,
        street=part.street,
        kph=kph,
        share=part.speed_share if isinstance(part, Jam) else None,
    )


def _rings(where: str, part: Where, pack: CityPack) -> tuple[Ring, ...]:
    circle = (part.lon, part.lat, part.radius_m)
    told = [bool(part.ways), part.ward is not None, bool(part.polygon), any(one is not None for one in circle)]
    if sum(told) > 1:
        raise ScenarioError(where, "it says its place in two ways", "keep one of ways, ward, polygon, and a circle")
    if part.ward is not None:
        return ward_rings(part.ward, pack, where)
    if part.polygon:
        if len(set(part.polygon)) < 3:
            raise ScenarioError(where, "a polygon needs three points", "add points (lon comes first)")
        return (part.polygon,)
    if told[3]:
        if part.lon is None or part.lat is None or part.radius_m is None:
            raise ScenarioError(where, "a circle needs lon, lat and radius_m", "add what is missing")
        return (circle_ring(part.lon, part.lat, part.radius_m),)
    return ()


def circle_ring(lon: float, lat: float, radius_m: float) -> Ring:
    """A circle on the ground as a ring of degrees."""
    turn = np.linspace(0.0, 2 * np.pi, CIRCLE_SIDES, endpoint=False)
    east = np.cos(turn) * radius_m / (M_PER_DEGREE * np.cos(np.radians(lat)))
    north = np.sin(turn) * radius_m / M_PER_DEGREE
    return tuple((round(lon + float(x), 6), round(lat + float(y), 6)) for x, y in zip(east, north, strict=True))


def ward_rings(ward: str, pack: CityPack, where: str) -> tuple[Ring, ...]:
    """The outline of a new ward by its code or name. Raises ScenarioError, with what was probably meant."""
    names = {name.casefold(): row for row, one in enumerate(pack.wards) for name in (one.code, one.name, one.name_en)}
    short = [name.rpartition("phường ")[2].rpartition("xã ")[2] for name in names]
    names |= {name: row for name, row in zip(short, names.values(), strict=True) if short.count(name) == 1}
    row = names.get(ward.casefold())
    if row is None:
        near = get_close_matches(ward.casefold(), names, 1)
        meant = pack.wards[names[near[0]]].name if near else None
        raise ScenarioError(
            where, f"no ward {ward!r}", f"did you mean {meant!r}?" if meant else "see data/hcmc/wards.geojson"
        )
    parts = shapely.get_parts(pack.outlines[row])
    return tuple(tuple((float(x), float(y)) for x, y in part.exterior.coords[:-1]) for part in parts)
