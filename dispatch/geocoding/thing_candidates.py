"""One thing of the gazetteer and how well its name was said → a candidate: streets, places, wards."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.place import PlaceKind
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import Area, Candidate, zone_label
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.index import Match
from dispatch.geocoding.names_known import KINDS_OF_PLACE
from dispatch.geocoding.tables import NO_ZONE, Integers
from dispatch.geocoding.words import canonical
from dispatch.text import fold

# Names that fit worse than this are not offered at all (guess).
LEAST_NAME = 0.62
# Where one name is said exactly, one that is merely like it is this much less likely (guess).
NOT_EXACT = 0.9
# Names reach into the neighbours of the old city; their places are meant less often (guess).
OUTSIDE_PRIOR = -0.08
# A long street is meant more often than a short one of its name: so much for each doubling from 200 m (guess).
PRIOR_PER_DOUBLING, MOST_PRIOR = 0.012, 0.06
LEAST_STREET = 0.74
MOST_STREETS, MOST_AWAY = 40, 10
# A shop or a bar bears a street's or a market's name more often than it is meant (guess).
MINOR_FACTOR = 0.95
MAJOR = frozenset({
    "hospital", "clinic", "marketplace", "aerodrome", "school", "university", "college", "place_of_worship", "station",
    "bus_station", "park", "stadium", "apartments", "residential", "junction", "yes", "townhall", "police", "museum",
    "attraction", "theatre", "mall", "supermarket", "commercial", "industrial", "library", "cemetery", "post_office",
    "locality", "village", "community_centre", "embassy", "place",
})  # fmt: skip
# Lower case with accents: "hầm" is a tunnel, Hàm Nghi a king with a street.
_LANDMARK_STREETS = ("cầu ", "hầm ", "vòng xoay ", "ngã ", "công trường ")
_WITHOUT_NUMBERS = ("cầu ", "hầm ", "vòng xoay ", "ngã ", "hẻm ", "hem ")
KIND_FACTOR = 0.4
# A landmark whose point nobody has confirmed: a person asks on before an incident opens (guess).
MOST_OF_DOUBTFUL, ESTIMATED_POINT = 0.7, "unconfirmed point"


def candidate_at(
    city: CityNames,
    point: Floats,
    radius_m: float,
    kind: PlaceKind,
    title: str,
    score: float,
    understood: dict[str, str],
    zone: int | None = None,
) -> Candidate:
    """A place at a point on the plane, its ward told in the label; `zone` is looked up where it is not known."""
    row = city.zone_row_at(point) if zone is None else zone
    label = ", ".join(part for part in (title, zone_label(city, row)) if part)
    prior = OUTSIDE_PRIOR if row == NO_ZONE else 0.0
    return Candidate(point, radius_m, kind, label, score, row, prior=prior, understood=understood)


def street_candidate(city: CityNames, street: int, score: float, area: Area) -> Candidate:
    """A street as a whole, or its stretch in the named ward or district."""
    span = city.street_points(street)
    points, zones = city.points[span], city.point_zone[span]
    stretch = _stretch(city, zones, area)
    inside = points[stretch] if stretch.any() else points
    reach_m = float(np.hypot(*np.ptp(inside, axis=0))) / 2
    middle_row = int(np.hypot(*(inside - (inside.min(axis=0) + inside.max(axis=0)) / 2).T).argmin())
    name = city.tables.street_names[street]
    is_landmark = name.lower().startswith(_LANDMARK_STREETS)
    kind: PlaceKind = "poi" if is_landmark else "alley" if name.lower().startswith(("hẻm", "hem ")) else "street"
    understood = {"street": name}
    zone = int(zones[stretch][middle_row] if stretch.any() else zones[middle_row])
    districts = districts_of(city, zones)
    spread = len(districts) > 1 and area.district is None
    found = candidate_at(city, inside[middle_row], max(20.0, reach_m), kind, name, score, understood, zone)
    if spread:
        found.label = f"{name} ({', '.join(districts)})"
    found.prior += prior_of_length(city.street_length_m(street))
    if not is_landmark:
        found.most_confidence = 0.7 if spread or reach_m > 1_500 else 0.85
    return found


def districts_of(city: CityNames, zones: Integers) -> list[str]:
    """The old districts a street runs through, the longest stretch first."""
    counts = Counter(city.zones[int(zone)].district for zone in zones if zone != NO_ZONE)
    return [district for district, _ in counts.most_common() if district]


def _stretch(city: CityNames, zones: Integers, area: Area) -> NDArray[np.bool_]:
    """Which points lie in the named ward, or failing that in the named district."""
    in_ward = city.among(zones, area.old_wards)
    in_district = np.ones(len(zones), dtype=bool)
    if area.district:
        in_district = city.among(zones, city.wards_meant(area.district))
    return in_ward & in_district if (in_ward & in_district).any() else in_district


def prior_of_length(length_m: float) -> float:
    """How much likelier a street of this length is meant."""
    return min(MOST_PRIOR, PRIOR_PER_DOUBLING * math.log2(1 + length_m / 200))


def place_candidate(city: CityNames, row: int, score: float) -> Candidate:
    """A named place; what merely names its kind is hardly one."""
    name = city.tables.place_names[row]
    factor = 1.0 if city.tables.place_categories[row] in MAJOR else MINOR_FACTOR
    if fold(name) in KINDS_OF_PLACE or canonical(name) in KINDS_OF_PLACE:
        factor *= KIND_FACTOR
    radius_m = max(30.0, float(city.place_radius_m[row]))
    zone = int(city.place_zone[row])
    understood = {"name": name}
    if row in city.doubtful_places:
        understood["name"] = f"{name} ({ESTIMATED_POINT})"
    found = candidate_at(city, city.place_points[row], radius_m, "poi", name, factor * score, understood, zone)
    if row in city.doubtful_places:
        found.most_confidence = MOST_OF_DOUBTFUL
    return found


def zone_candidate(city: CityNames, row: int, score: float) -> Candidate:
    """A ward or a district as a whole."""
    zone = city.zones[row]
    label = ", ".join(part for part in (zone.name, zone.district) if part)
    at = row if zone.level == "old_ward" else NO_ZONE
    return Candidate(
        city.zone_points[row], zone.radius_m, "ward", label, score, at, 0.85, understood={"ward": label}
    )  # fmt: skip


def of_match(city: CityNames, match: Match, area: Area) -> Iterable[Candidate]:
    """The candidates of everything that bears a name."""
    if match.score < LEAST_NAME:
        return
    for thing in match.things[:MOST_STREETS]:
        score = match.score * thing.quality
        if thing.kind == "street":
            yield street_candidate(city, thing.row, score, area)
        elif thing.kind == "place":
            yield place_candidate(city, thing.row, score)
        else:
            yield zone_candidate(city, thing.row, score)


def matches_of(city: CityNames, words: str) -> list[Match]:
    """What the words may name; where something bears exactly this name, what is merely like it counts less."""
    matches = city.index.find(words)
    if not matches or matches[0].score < 1.0:
        return matches
    return [match if match.score == 1.0 else replace(match, score=NOT_EXACT * match.score) for match in matches]


def streets_named(city: CityNames, words: str, area: Area, *, numbered: bool = False) -> dict[int, float]:
    """
    Streets the words may name, best first, with how well; bridges and nameless alleys bear no house numbers.

    A name borne in dozens of estates ("đường số 10") is looked at in the named ward or district first.
    """
    found: dict[int, float] = {}
    for match in matches_of(city, words):
        for thing in match.things:
            score = match.score * thing.quality
            if thing.kind != "street" or (
                numbered and city.tables.street_names[thing.row].lower().startswith(_WITHOUT_NUMBERS)
            ):
                continue
            if score >= LEAST_STREET and score > found.get(thing.row, 0.0):
                found[thing.row] = score
    wards = [*area.old_wards] or (city.wards_meant(area.district) if area.district else [])
    away = {street: not city.among(city.point_zone[city.street_points(street)], wards).any() for street in found}
    best = sorted(found.items(), key=lambda pair: (away[pair[0]], -pair[1], pair[0]))
    some = [pair for pair in best if not away[pair[0]]][:MOST_STREETS]
    return dict(some + [pair for pair in best if away[pair[0]]][: MOST_AWAY if some else MOST_STREETS])


def rows_of(matches: Iterable[Match], kind: str = "street") -> list[tuple[int, float]]:
    """The rows of one kind among the things matched, with how well their names fit."""
    return [
        (thing.row, match.score * thing.quality) for match in matches for thing in match.things if thing.kind == kind
    ][:MOST_STREETS]
