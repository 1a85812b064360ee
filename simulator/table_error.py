"""
How far a travel table is from the roads themselves: at hours, points and places on the way that it does not know.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from routing.travel_times import TravelTimes
from simulator.city_table import CityTable, Points
from simulator.places import HOURS, Places
from simulator.streams import stream
from simulator.table_hours import moment_of

FARTHEST_WAY_S, FARTHEST_CALL_S = 2400.0, 1500.0
"""The error on the way is measured for drives and calls that are no farther: such as units are really sent on."""


def measure(travel: TravelTimes, table: CityTable, points: Points, samples: Points, traffic: bool) -> dict[str, Any]:
    """Against the engine: other hours, other points of the zones, and units that are somewhere on their way."""
    rng = stream(0, "table-error")
    zones, posts = len(samples), np.arange(len(samples), len(points))
    hours: list[int | None] = sorted(rng.choice(HOURS, 6, replace=False).tolist()) if traffic else [None]
    by_hour, by_place, both = [], [], []
    for hour in hours:
        here, there = rng.choice(posts, 30), rng.choice(zones, 60)
        exact = travel.times(points[here], samples[there], "ambulance", moment_of(hour))
        exact_hour = travel.times(points[here], points[there], "ambulance", moment_of(hour))
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
