"""The known numbers of a street and its stretches in the old districts, made ready for `numbering`."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.number_runs import Anchors, Scales
from dispatch.geocoding.numbering import NumberLine, Stretch
from dispatch.geocoding.streets import ALLEY_MOUTH, BESIDE, LISTED, NAMED, NEAREST_ROAD
from dispatch.geocoding.tables import NO_ZONE

if TYPE_CHECKING:
    from dispatch.geocoding.city_names import CityNames

# A bus stop stands in front of the number it names, or opposite, or a few doors on (tuning half).
NOISE_M = {NEAREST_ROAD: 50.0, NAMED: 9.0, ALLEY_MOUTH: 20.0, BESIDE: 45.0, LISTED: 45.0}
# Houses deeper in an alley say too little about its mouth (guess).
FARTHEST_IN_ALLEY_M = 150.0
_FIRST = re.compile(r"^[a-z]{0,2}(\d+)")
# Old districts with narrow houses in closed rows.
INNER = frozenset((
    "Quận 1", "Quận 3", "Quận 4", "Quận 5", "Quận 6", "Quận 8", "Quận 10", "Quận 11",
    "Phú Nhuận", "Bình Thạnh", "Tân Bình", "Gò Vấp",
))  # fmt: skip
INNER_SCALES = Scales(3.8, 0.7, 0.3, 25.0, 150.0, 145.0)
OUTER_SCALES = Scales(3.0, 0.7, 0.15, 260.0, 240.0, 280.0)
# On long streets plots are wide: metres for each number grow with this power of the length in km (tuning half).
PACE_OF_LENGTH, SHORTEST_KM, LONGEST_KM = 0.35, 0.2, 5.0
# A street that only touches a district has no numbering of its own there (guess).
LEAST_STRETCH_M = 150.0
# Roads this near the end of a stretch meet it there.
AT_THE_END_M = 60.0


def number_line(city: CityNames, street: int) -> NumberLine:
    """The numbering of a street of the city."""
    span = city.street_points(street)
    along = city.point_along[span].astype(float)
    stretches, districts = _stretches(city, street, along)
    all_anchors, zones = _anchors(city, street)
    anchors, rows = all_anchors.merged()
    own = np.array([_stretch_of(districts, _district(city, zones[row])) for row in rows], dtype=np.intp)
    lost = own < 0
    if lost.any():
        middles = np.array([(one.low + one.high) / 2 for one in stretches])
        own[lost] = np.abs(anchors.along[lost][:, None] - middles).argmin(axis=1)
    return NumberLine(along, stretches, anchors, own)


def _stretches(city: CityNames, street: int, along: Floats) -> tuple[list[Stretch], list[str | None]]:
    names = [_district(city, int(zone)) for zone in city.point_zone[city.street_points(street)]]
    found: list[Stretch] = []
    districts: list[str | None] = []
    for name in sorted(set(names), key=str):
        rows = np.array([one == name for one in names])
        if np.ptp(along[rows]) >= LEAST_STRETCH_M:
            found.append(_stretch(city, street, along, rows, name))
            districts.append(name)
    if len(found) <= 1:
        name = districts[0] if districts else max(set(names), key=names.count)
        return [_stretch(city, street, along, np.ones(len(along), dtype=np.bool_), name)], [name]
    return found, districts


def _stretch(city: CityNames, street: int, along: Floats, rows: NDArray[np.bool_], district: str | None) -> Stretch:
    mine, there = along[rows], city.points[city.street_points(street)][rows]
    low, high = int(mine.argmin()), int(mine.argmax())
    length_km = min(max(float(np.ptp(along)) / 1_000, SHORTEST_KM), LONGEST_KM)
    scales = INNER_SCALES if district in INNER else OUTER_SCALES
    scales = replace(scales, pace=scales.pace * length_km**PACE_OF_LENGTH)
    roads = [_longest_road_m(city, street, there[end]) for end in (low, high)]
    return Stretch(rows, float(mine[low]), float(mine[high]), there[low], there[high], scales, *roads)


def _longest_road_m(city: CityNames, street: int, end: Floats) -> float:
    """The length of the longest other road that the street meets near a point; 0 where it meets none."""
    met = [
        other
        for other, point in city.crossings_of.get(street, ())
        if math.dist(point, end) < AT_THE_END_M and not city.tables.street_names[other].lower().startswith("hẻm")
    ]
    return max((city.street_length_m(other) for other in met), default=0.0)


def _district(city: CityNames, zone: int) -> str | None:
    return city.zones[zone].district if zone != NO_ZONE else None


def _stretch_of(districts: list[str | None], district: str | None) -> int:
    return districts.index(district) if district in districts else -1


def _anchors(city: CityNames, street: int) -> tuple[Anchors, list[int]]:
    """
    The known numbers, with the stretch's zone of each. A house in an alley ("51/4") tells roughly where the
    alley's number is.
    """
    numbers, source = city.tables.house_numbers, city.house_source
    found: list[tuple[float, int, int]] = []
    shape = None
    for row in city.houses_of(street):
        if (value := first_number(numbers[row])) is None:
            continue
        noise_m = NOISE_M[int(source[row])]
        if "/" in numbers[row] or source[row] in {BESIDE, LISTED}:
            shape = shape or city.street_shape(street)
            gap_m = shape.distance(shapely.Point(city.house_points[row]))
            if "/" in numbers[row] and gap_m > FARTHEST_IN_ALLEY_M:
                continue
            noise_m = max(noise_m, NOISE_M[NEAREST_ROAD] + 0.4 * gap_m)
        found.append((noise_m, value, row))
    rows = [row for _, _, row in found]
    columns = np.array([(value, noise_m) for noise_m, value, _ in found], dtype=float).reshape(-1, 2)
    anchors = Anchors(columns[:, 0], city.house_along[rows].astype(float), columns[:, 1])
    return anchors, [int(city.house_zone[row]) for row in rows]


def first_number(number: str) -> int | None:
    """ "123b/4" → 123; None when there is no number to count with."""
    found = _FIRST.match(number)
    return int(found[1]) if found else None
