"""A number on a street → a point: the house itself, its alley, between its neighbours, or beside the nearest number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dispatch.domain.place import PlaceKind
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.streets import ALLEY_MOUTH, NAMED, NEAREST_ROAD

# Radii hold nine tenths of the house numbers that `benchmarks.geocoding_held_out` takes out, as near as we got.
# Radius and certainty of a mapped number by the source of its street.
EXACT = {NAMED: (25.0, 1.0), ALLEY_MOUTH: (75.0, 0.95), NEAREST_ROAD: (100.0, 0.88)}
DEPTH_OF_ALLEY_M = 120.0
NEAREST_RADIUS_M, METRES_PER_NUMBER = 150.0, 12.0
BEYOND = "beyond the known numbers"
# Numbers on one side of a street are about 4 m a house apart; far more means the numbering starts again.
MOST_METRES_PER_NUMBER = 10.0
_FIRST = re.compile(r"^[a-z]?(\d+)")


@dataclass(frozen=True, slots=True)
class Found:
    """A point on the plane for a number; `certainty` multiplies the confidence of the street's name."""

    point: Floats
    radius_m: float
    kind: PlaceKind
    certainty: float
    how: str
    number: str
    street: int


def find_number(
    city: CityNames, street: int, number: str, *, is_alley: bool = False, district: str | None = None
) -> list[Found]:
    """
    All points a number on this street may mean, best knowledge only; empty when the street has no numbers at all.

    Where the street has numbers in the named old district, only those are looked at: numbering starts again.
    """
    number = number.split("-")[0]
    rows = _rows(city, street, district)
    if not is_alley and (exact := _exact(city, rows, number, street)):
        return exact
    parts = number.split("/")
    for length in range(len(parts), 0, -1):
        is_whole = length == len(parts)
        if is_whole and not is_alley and length == 1:
            continue  # a plain number is a house on the street, not the alley of that number
        if alleys := _alleys(city, street, "/".join(parts[:length]), number):
            return alleys
    entrance = _exact(city, rows, parts[0], street) if len(parts) > 1 or is_alley else []
    found = entrance or _between(city, rows, parts[0], street)
    if len(parts) == 1 and not is_alley:
        return found
    return [
        Found(
            one.point, one.radius_m + DEPTH_OF_ALLEY_M, "alley", 0.9 * one.certainty, "alley entrance", number, street
        )
        for one in found
    ]


def _rows(city: CityNames, street: int, district: str | None) -> Sequence[int]:
    rows = city.houses_of(street)
    if district is None:
        return rows
    here = slice(rows.start, rows.stop)
    inside = city.are_in(city.wards_meant(district), city.house_zone[here], city.house_points[here])
    return [row for row, is_inside in zip(rows, inside, strict=True) if is_inside] or rows


def _exact(city: CityNames, rows: Sequence[int], number: str, street: int) -> list[Found]:
    rows = [row for row in rows if city.tables.house_numbers[row] == number]
    sure = [row for row in rows if city.house_source[row] == NAMED] or rows
    found: list[Found] = []
    for row in sure:
        point = city.house_points[row]
        if all(np.hypot(*(point - other.point)) > 100 for other in found):
            radius_m, certainty = EXACT[int(city.house_source[row])]
            found.append(Found(point, radius_m, "address", certainty, "exact", number, street))
    return found


def _alleys(city: CityNames, street: int, prefix: str, number: str) -> list[Found]:
    shape = city.street_shape(street)
    found = []
    for alley in city.alleys.get((city.street_keys[street], prefix), ()):
        points = city.points[city.street_points(alley)]
        if shape.distance(shapely.Point(points[0])) > 600:
            continue
        reach_m = float(np.hypot(*np.ptp(points, axis=0))) / 2
        middle = points[np.hypot(*(points - points.mean(axis=0)).T).argmin()]
        certainty = 0.97 if prefix == number else 0.92
        found.append(Found(middle, 30 + 1.3 * reach_m, "alley", certainty, f"alley {prefix}", number, alley))
    return found


def _between(city: CityNames, rows: Sequence[int], number: str, street: int) -> list[Found]:
    """Between the nearest lower and higher number of the same side, or beside the nearest number."""
    wanted = first_number(number)
    anchors = _anchors(city, rows)
    if wanted is None or not anchors:
        return []
    side = [one for one in anchors if (one[0] - wanted) % 2 == 0] or anchors
    lower = max((one for one in side if one[0] <= wanted), key=lambda one: one[0], default=None)
    upper = min((one for one in side if one[0] >= wanted), key=lambda one: one[0], default=None)
    shape = city.street_shape(street)
    if lower and upper:
        gap_m, numbers = float(np.hypot(*(lower[1] - upper[1]))), upper[0] - lower[0]
        if gap_m <= 60 + MOST_METRES_PER_NUMBER * numbers:
            share = (wanted - lower[0]) / numbers if numbers else 0.0
            point = _onto(shape, lower[1] + share * (upper[1] - lower[1]))
            return [Found(point, 60 + gap_m / 2, "address", 0.9, "between neighbours", number, street)]
    nearest = min((one for one in (lower, upper) if one), key=lambda one: abs(one[0] - wanted))
    away = abs(nearest[0] - wanted)
    radius_m = min(NEAREST_RADIUS_M + METRES_PER_NUMBER * away, max(NEAREST_RADIUS_M, shape.length / 2))
    certainty = 0.88 if away <= 10 else 0.75
    how = "nearest number" if away <= 200 else BEYOND
    return [Found(_onto(shape, nearest[1]), radius_m, "address", certainty, how, number, street)]


def _anchors(city: CityNames, rows: Sequence[int]) -> list[tuple[int, Floats]]:
    anchors = []
    for row in rows:
        value = first_number(city.tables.house_numbers[row])
        if value is not None and "/" not in city.tables.house_numbers[row]:
            anchors.append((value, city.house_points[row], city.house_source[row] != NEAREST_ROAD))
    sure = [(value, point) for value, point, is_sure in anchors if is_sure]
    return sure if len(sure) >= 2 else [(value, point) for value, point, _ in anchors]


def _onto(shape: BaseGeometry, point: Floats) -> Floats:
    nearest = shapely.get_coordinates(shapely.shortest_line(shape, shapely.Point(point)))[0]
    return np.asarray(nearest)


def first_number(number: str) -> int | None:
    """ "123b/4" → 123; None when there is no number to count with."""
    found = _FIRST.match(number)
    return int(found[1]) if found else None
