"""A number on a street → a point: the house itself, its alley, or where along the street the number is likely to be."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from dispatch.domain.place import PlaceKind
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.street_numbers import first_number
from dispatch.geocoding.streets import ALLEY_MOUTH, BESIDE, LISTED, NAMED, NEAREST_ROAD

# Radius and certainty of a mapped number by the source of its street. Of 113 bus stops of another source half stood
# within 38 m of the mapped number they name, nine tenths within 100 m; the stop's own distance is part of that.
EXACT = {
    NAMED: (45.0, 1.0),
    ALLEY_MOUTH: (75.0, 0.95),
    NEAREST_ROAD: (100.0, 0.88),
    BESIDE: (70.0, 0.95),
    LISTED: (90.0, 0.98),
}
DEPTH_OF_ALLEY_M = 120.0
# The same number of a street this near is the same house (guess: a campus).
ONE_HOUSE_M = 300.0
ESTIMATED, BEYOND = "estimated along the street", "beyond the known numbers"
# A street on which the number is mapped is likelier meant than one on which it may be (guess).
ESTIMATED_FIT = 0.8
# A number less likely than this to lie on the street at all is beyond its end.
BEYOND_SHARE = 0.14
# What callers say of ward and district is wrong this often, and edges are this vague (guesses).
WRONG_WARD, WRONG_DISTRICT, EDGE_M, EDGE_FADE_M = 0.06, 0.03, 35.0, 60.0
# A unit sent there sees the house from this far (for choosing the likeliest spot). The radius holds more than nine
# tenths of the distribution: its scales were fitted, and streets they were not fitted on are off more often.
WINDOW_M, RADIUS_SHARE, LEAST_RADIUS_M = 130.0, 0.95, 40.0
# How sure an estimate is: the share of its distribution within this many metres. Of 1,558 held out in the inner city
# (tuning half) 0.63 were so near where that share was 0.6 to 0.7, 0.89 where it was 0.80 to 0.85, 0.94 where it was
# 0.90 to 0.95; on streets of which no number is known 0.82 where it was 0.88 on average.
NEAR_M, NONE_KNOWN = 300.0, 0.93
# A second spot is told when it is this far from the first and holds this share of the distribution; it never outranks
# the first, which has weighed ward and district already (guesses).
APART_M, SECOND_SHARE, SECOND_FIT = 400.0, 0.2, 0.75


@dataclass(frozen=True, slots=True)
class Said:
    """The zones the caller named, as rows of the zones; empty when none was."""

    district: Collection[int] = ()
    wards: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """
    A point on the plane for a number; `certainty` multiplies the confidence of the street's name, `fit` tells how well
    the number goes with the street.
    """

    point: Floats
    radius_m: float
    kind: PlaceKind
    certainty: float
    how: str
    number: str
    street: int
    fit: float = 1.0


def find_number(
    city: CityNames, street: int, number: str, *, is_alley: bool = False, said: Said | None = None
) -> list[Found]:
    """
    All points a number on this street may mean, best knowledge only.

    A mapped number is itself wherever it is; a number between or beyond the known ones lies where the street's
    numbering puts it, the named ward and district weighed in.
    """
    said = said or Said()
    rows = city.houses_of(street)
    for one in () if is_alley else number.split("-"):
        if exact := _exact(city, rows, one, street):
            return _with_estimate(city, exact, one, said)
    number = number.split("-")[0]
    parts = number.split("/")
    for length in range(len(parts), 0, -1):
        is_whole = length == len(parts)
        if is_whole and not is_alley and length == 1:
            continue  # a plain number is a house on the street, not the alley of that number
        if alleys := _alleys(city, street, "/".join(parts[:length]), number):
            return alleys
    entrance = _exact(city, rows, parts[0], street) if len(parts) > 1 or is_alley else []
    entrance = _with_estimate(city, entrance, parts[0], said) if entrance else []
    found = entrance or _estimate(city, street, parts[0], said)
    if len(parts) == 1 and not is_alley:
        return found
    how = "alley entrance"
    return [
        replace(one, radius_m=one.radius_m + DEPTH_OF_ALLEY_M, kind="alley", how=how, number=number,
                certainty=0.9 * one.certainty)
        for one in found
    ]  # fmt: skip


def _with_estimate(city: CityNames, exact: list[Found], number: str, said: Said) -> list[Found]:
    """Numbering may start again: where the caller named a district that holds no such number, an estimate beside."""
    if not said.district or any(_is_inside(city, one.point, said.district) for one in exact):
        return exact
    street = exact[0].street
    if not city.among(city.point_zone[city.street_points(street)], said.district).any():
        return exact
    return exact + _estimate(city, street, number, said)


def _is_inside(city: CityNames, point: Floats, zones: Collection[int]) -> bool:
    return city.is_in(zones, city.zone_row_at(point), point)


def _exact(city: CityNames, rows: Sequence[int], number: str, street: int) -> list[Found]:
    rows = [row for row in rows if city.tables.house_numbers[row] == number]
    sure = [row for row in rows if city.house_source[row] in {NAMED, LISTED}]
    sure = sure or [row for row in rows if not _is_astray(city, row, number, street)]
    found: list[Found] = []
    for group in _groups(city.house_points[sure]):
        points = city.house_points[[sure[at] for at in group]]
        gaps_m = np.hypot(*(points[:, None, :] - points[None, :, :]).T)
        middle = int(gaps_m.max(axis=0).argmin())
        radius_m, certainty = EXACT[int(city.house_source[sure[group[middle]]])]
        radius_m += float(gaps_m[middle].max())
        found.append(Found(points[middle], radius_m, "address", certainty, "exact", number, street))
    return found


def _groups(points: Floats) -> list[list[int]]:
    """Rows of points that are one house: a campus or a hospital bears its number at several gates."""
    groups: list[list[int]] = []
    for row, point in enumerate(points):
        near = [group for group in groups if np.hypot(*(points[group] - point).T).min() <= ONE_HOUSE_M]
        groups = [group for group in groups if group not in near]
        groups.append([*itertools.chain.from_iterable(near), row])
    return groups


def _is_astray(city: CityNames, row: int, number: str, street: int) -> bool:
    """Whether a number that no mapper gave this street contradicts the rest of its numbering."""
    if city.house_source[row] == ALLEY_MOUTH or "/" in number or (value := first_number(number)) is None:
        return False
    return city.number_line(street).is_astray(value, float(city.house_along[row]))


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


def _estimate(city: CityNames, street: int, number: str, said: Said) -> list[Found]:
    """The likeliest spot for the number, and the radius that holds it with nine chances in ten."""
    value = first_number(number)
    if value is None:
        return []
    line = city.number_line(street)
    mass, on_street = line.spread(float(value))
    points = city.points[city.street_points(street)]
    if on_street < BEYOND_SHARE:
        return [_beyond(points, line.along, mass, number, street)]
    weight = mass * _area_weight(city, street, points, said)
    weight /= weight.sum()
    spot = _best_spot(line.along, weight)
    gaps_m = np.hypot(*(points - points[spot]).T)
    radius_m = max(LEAST_RADIUS_M, _holding(gaps_m, weight, RADIUS_SHARE) + 25.0)
    fit = ESTIMATED_FIT + 0.15 * min(1.0, on_street / 0.4)
    certainty = float(weight[gaps_m <= NEAR_M].sum()) * (0.75 + 0.25 * min(1.0, on_street / 0.4))
    if not line.knows_any:
        certainty *= NONE_KNOWN
    first = Found(points[spot], radius_m, "address", certainty, ESTIMATED, number, street, fit)
    return [first, *_second(first, points, line.along, weight)]


def _second(first: Found, points: Floats, along: Floats, weight: Floats) -> list[Found]:
    """Another spot apart from the first that is nearly as likely: numbering may run from either end."""
    apart_m = np.hypot(*(points - first.point).T)
    rest = np.where(apart_m > APART_M, weight, 0.0)
    if rest.sum() < SECOND_SHARE:
        return []
    spot = _best_spot(along, rest)
    gaps_m = np.hypot(*(points - points[spot]).T)
    held = float(rest[gaps_m <= APART_M].sum())
    if held < SECOND_SHARE:
        return []
    mine = np.where(gaps_m < apart_m, rest, 0.0)
    radius_m = max(LEAST_RADIUS_M, _holding(gaps_m, mine / mine.sum(), RADIUS_SHARE) + 25.0)
    certainty = first.certainty * held
    return [replace(first, point=points[spot], radius_m=radius_m, certainty=certainty, fit=SECOND_FIT * first.fit)]


def _area_weight(city: CityNames, street: int, points: Floats, said: Said) -> Floats:
    """How well each point of a street fits the ward and district that were named, from nearly 0 to 1."""
    weight = np.ones(len(points))
    zones = city.point_zone[city.street_points(street)]
    if said.district:
        gaps = np.where(city.among(zones, said.district), 0.0, city.zone_gap_m(said.district, points))
        weight *= WRONG_DISTRICT + (1 - WRONG_DISTRICT) * np.exp(-np.maximum(0, gaps - EDGE_M) / EDGE_FADE_M)
    if said.wards:
        gaps = np.where(city.among(zones, said.wards), 0.0, city.zone_gap_m(said.wards, points))
        weight *= WRONG_WARD + (1 - WRONG_WARD) * np.exp(-np.maximum(0, gaps - EDGE_M) / EDGE_FADE_M)
    return weight


def _best_spot(along: Floats, weight: Floats) -> int:
    """The point with most weight around it along the street; of several such the middle one."""
    order = np.argsort(along, kind="stable")
    metres, sums = along[order], np.concatenate(([0.0], np.cumsum(weight[order])))
    first = np.searchsorted(metres, metres - WINDOW_M, side="left")
    last = np.searchsorted(metres, metres + WINDOW_M, side="right")
    held = sums[last] - sums[first]
    best = np.flatnonzero(held >= held.max() - 1e-9)
    return int(order[best[len(best) // 2]])


def _holding(gaps_m: Floats, weight: Floats, share: float) -> float:
    order = np.argsort(gaps_m)
    return float(gaps_m[order][min(len(order) - 1, int(np.searchsorted(np.cumsum(weight[order]), share)))])


def _beyond(points: Floats, along: Floats, mass: Floats, number: str, street: int) -> Found:
    """No such number should be there: the end that is nearest to it, as wide as half the street."""
    spot = int(mass.argmax()) if mass.max() > 0 else int(along.argmax())
    radius_m = max(150.0, float(np.ptp(along)) / 2)
    return Found(points[spot], radius_m, "address", 0.6, BEYOND, number, street, 0.75)
