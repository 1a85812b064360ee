"""
The table of travel times of a simulated city, built once from `routing.TravelTimes` and kept, and how far it is off.

Between the census points of the old wards, the stations and the hospitals that patients are taken to. Hours of the
week whose streets are about equally slow share a band; each band's times are those of one hour of it. The error is
measured against the roads themselves, at points, hours and places on the way that the table does not know.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.clock import LOCAL
from dispatch.paths import default_state_dir
from routing.hours import HOURS_FILE, HourOfWeek
from routing.locate import Locator
from routing.storage import FACTS_FILE
from routing.travel_times import TRAFFIC_DIR, TravelTimes
from simulator.changed_roads import ChangedRoads
from simulator.changed_table import Bands, Usual, find_changed_arcs, make_bands
from simulator.places import HOURS, Places, Seconds
from simulator.streams import stream

PROFILES = ("ambulance", "motorbike")
STEP = 0.04
"""Hours share a band when their mean share of the free-flow speed rounds to the same multiple of this (guess)."""
FARTHEST_WAY_S, FARTHEST_CALL_S = 2400.0, 1500.0
"""The error on the way is measured for drives and calls that are no farther: such as units are really sent on."""
MONDAY = datetime(2026, 3, 2, tzinfo=LOCAL)
FORMAT = 3
KEPT = 8
"""Tables of 16 MB that stay in the state folder, the newest."""
Points = NDArray[np.float64]
Say = Callable[[str], None]
Roads = bool | ChangedRoads
"""Whether traffic counts, or that and what a scenario changes of the roads."""


@dataclass(frozen=True)
class CityTable:
    """
    `time_s[profile][band]` and `distance_m` are to × from; `error` says how far the table is from the roads. `spans`:
    when other bands hold than usually, see `Places`.
    """

    time_s: list[list[Seconds]]
    band: list[int]
    distance_m: Seconds
    error: dict[str, Any]
    spans: tuple[tuple[float, float, int], ...] = ()


def without_roads(points: Points, samples: Points, traffic: Roads) -> CityTable:
    """Everything is next door: to check a scenario; whether roads lead anywhere shows when the run loads them."""
    nothing = np.zeros((len(points), len(points)), dtype=np.float32)
    return CityTable([[nothing]], [0] * HOURS, nothing, {})


def open_table(city: Path, points: Points, samples: Points, traffic: Roads, say: Say) -> CityTable:
    """
    The table between `points` (rows of lon, lat) in the city built at `city`; kept in the state folder once made.

    `samples`: for the first points, another point of the same zone each, by which the error is measured. `traffic`:
    whether the usual hours count, or also what is otherwise on the roads (kept apart, beside the usual table).
    """
    if isinstance(traffic, ChangedRoads):
        usual = open_table(city, points, samples, traffic.traffic, say)
        return _open_changed(city, points, traffic, usual, say)
    key = hashlib.sha256(np.round(points, 6).tobytes() + np.round(samples, 6).tobytes())
    key.update((city / FACTS_FILE).read_bytes() + f"{FORMAT}{STEP}{traffic}".encode())
    if (city / TRAFFIC_DIR / HOURS_FILE).exists():
        key.update((city / TRAFFIC_DIR / HOURS_FILE).read_bytes())
    path = default_state_dir() / "simulator" / f"table-{key.hexdigest()[:16]}.npz"
    if not path.exists():
        say(f"building the table of travel times between {len(points)} places (once; a minute or two)")
        _save(path, _build(TravelTimes.load(city), _hours(city) if traffic else None, points, samples, say))
        for old in sorted(path.parent.glob("table-*.npz"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    return _load(path)


def _open_changed(city: Path, points: Points, roads: ChangedRoads, usual: CityTable, say: Say) -> CityTable:
    key = hashlib.sha256(np.round(points, 6).tobytes() + (city / FACTS_FILE).read_bytes())
    key.update(f"{FORMAT}{STEP}{roads}".encode())
    path = default_state_dir() / "simulator" / f"changed-{key.hexdigest()[:16]}.npz"
    if path.exists():
        return with_bands(usual, _load_bands(path))
    say("loading the roads to change them")
    travel = TravelTimes.load(city)
    locator = Locator(travel.graph, travel.streets)
    changes = [find_changed_arcs(change, locator) for change in roads.changes]
    hours = bands_of(_hours(city) if roads.traffic else None)[1]
    mine = Usual(usual.band, hours, len(usual.time_s[0]))
    bands = make_bands(travel, points, changes, mine, roads.first_hour_s, roads.until_s, PROFILES, say)
    _keep(path, time_s=np.array(bands.time_s), band=np.array(bands.band), spans=np.array(bands.spans))
    for old in sorted(path.parent.glob("changed-*.npz"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    return with_bands(usual, bands)


def with_bands(usual: CityTable, bands: Bands) -> CityTable:
    """The usual table, and beside it what holds while roads are otherwise."""
    time_s = [[*mine, *more] for mine, more in zip(usual.time_s, bands.time_s, strict=True)]
    return CityTable(time_s, bands.band, usual.distance_m, usual.error, bands.spans)


def _load_bands(path: Path) -> Bands:
    with np.load(path) as kept:
        time_s = [[np.ascontiguousarray(band) for band in profile] for profile in kept["time_s"]]
        spans = tuple((float(low), float(high), int(first)) for low, high, first in kept["spans"].tolist())
        return Bands(time_s, kept["band"].tolist(), spans)


def hours_of_bands(city: Path) -> list[int | None]:
    """The hour of the week that each band of the usual table was taken from."""
    return bands_of(_hours(city))[1]


def _hours(city: Path) -> HourOfWeek | None:
    folder = city / TRAFFIC_DIR
    return HourOfWeek.load(folder) if (folder / HOURS_FILE).exists() else None


def bands_of(hours: HourOfWeek | None) -> tuple[list[int], list[int | None]]:
    """Each hour's band, and the hour that each band's times are taken from; None: empty streets."""
    if hours is None:
        return [0] * HOURS, [None]
    share = hours.share[:, :-1].mean(axis=1)
    levels, band = np.unique(np.rint(share / STEP), return_inverse=True)
    middle = [
        int(np.flatnonzero(band == one)[np.argsort(share[band == one])[(band == one).sum() // 2]])
        for one in range(len(levels))
    ]
    return band.tolist(), list(middle)


def _build(travel: TravelTimes, hours: HourOfWeek | None, points: Points, samples: Points, say: Say) -> CityTable:
    band, middles = bands_of(hours)
    time_s = []
    for profile in PROFILES:
        snapped = travel.snap(points, profile)
        tables = []
        for done, hour in enumerate(middles, 1):
            times = travel.times(snapped, snapped, profile, _moment(hour))
            tables.append(np.ascontiguousarray(times.T, dtype=np.float32))
            say(f"{profile}: {done} of {len(middles)} kinds of hour")
        time_s.append(tables)
    say("distances")
    distance_m = travel.matrix(travel.snap(points), travel.snap(points)).distance_m.T.astype(np.float32)
    say("measuring the table's error against the roads")
    table = CityTable(time_s, band, np.ascontiguousarray(distance_m), {})
    return CityTable(time_s, band, table.distance_m, _measure(travel, table, points, samples, hours is not None))


def _moment(hour: int | None) -> datetime | None:
    return None if hour is None else MONDAY + timedelta(hours=hour, minutes=30)


def _measure(travel: TravelTimes, table: CityTable, points: Points, samples: Points, traffic: bool) -> dict[str, Any]:
    """Against the engine: other hours, other points of the zones, and units that are somewhere on their way."""
    rng = stream(0, "table-error")
    zones, posts = len(samples), np.arange(len(samples), len(points))
    hours: list[int | None] = sorted(rng.choice(HOURS, 6, replace=False).tolist()) if traffic else [None]
    by_hour, by_place, both = [], [], []
    for hour in hours:
        here, there = rng.choice(posts, 30), rng.choice(zones, 60)
        exact = travel.times(points[here], samples[there], "ambulance", _moment(hour))
        exact_hour = travel.times(points[here], points[there], "ambulance", _moment(hour))
        ours = table.time_s[0][table.band[hour or 0]][np.ix_(there, here)].T
        by_hour.append((ours, exact_hour))
        by_place.append((exact_hour, exact))
        both.append((ours, exact))
    return {
        "against": "routing.TravelTimes at random hours, points of the same old ward, and places on the way",
        "pairs": sum(ours.size for ours, _ in both),
        "hour_only": _off(by_hour),
        "place_only": _off(by_place),
        "hour_and_place": _off(both),
        "on_the_way": _off([_on_the_way(travel, table, points, zones, rng)]),
    }


def _on_the_way(
    travel: TravelTimes, table: CityTable, points: Points, zones: int, rng: np.random.Generator
) -> tuple[Points, Points]:
    """Times from where a unit truly is on its way (by the route) and from the place that we take it to be at."""
    night_s = table.time_s[0][_night_band(table)]
    places = Places([[night_s]])
    ours, exact = [], []
    for start, end in rng.choice(np.arange(zones, len(points)), (120, 2)).tolist():
        route = travel.route(points[start].tolist(), points[end].tolist(), "ambulance")
        if start == end or route is None or night_s[end, start] > FARTHEST_WAY_S:
            continue
        passed_s = float(rng.random()) * route.time_s
        spot = route.position_at(passed_s)
        there = rng.choice(zones, 40)
        true_s = travel.times([(spot.lon, spot.lat)], points[there], "ambulance")[0]
        near = true_s < FARTHEST_CALL_S
        ours.append(night_s[there, places.along(start, end, passed_s, 0, 0.0)][near])
        exact.append(true_s[near])
    return np.concatenate(ours).astype(np.float64), np.concatenate(exact)


def _night_band(table: CityTable) -> int:
    """The band with the emptiest streets: closest to free flow, by which routes are asked."""
    return int(np.argmin([float(np.median(one)) for one in table.time_s[0]]))


def _off(pairs: list[tuple[Any, Any]]) -> dict[str, float]:
    """Ours minus the roads', in seconds."""
    ours = np.concatenate([np.ravel(one) for one, _ in pairs]).astype(np.float64)
    exact = np.concatenate([np.ravel(one) for _, one in pairs])
    finite = np.isfinite(ours) & np.isfinite(exact)
    off = ours[finite] - exact[finite]
    return {
        "mean_s": round(float(off.mean()), 1),
        "mean_absolute_s": round(float(np.abs(off).mean()), 1),
        "p90_absolute_s": round(float(np.percentile(np.abs(off), 90)), 1),
        "mean_absolute_share": round(float(np.abs(off).mean() / exact[finite].mean()), 4),
    }


def _save(path: Path, table: CityTable) -> None:
    """Whole or not at all, also when several runs make the same table at once: each writes a part of its own."""
    _keep(
        path,
        time_s=np.array(table.time_s),
        band=np.array(table.band),
        distance_m=table.distance_m,
        error=np.array(json.dumps(table.error)),
    )


def _keep(path: Path, **columns: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part.npz")
    try:
        np.savez(part, **columns)  # type: ignore[arg-type]  # a flag of its own stands among the columns
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _load(path: Path) -> CityTable:
    with np.load(path) as kept:
        time_s = [[np.ascontiguousarray(band) for band in profile] for profile in kept["time_s"]]
        return CityTable(time_s, kept["band"].tolist(), kept["distance_m"], json.loads(str(kept["error"])))
