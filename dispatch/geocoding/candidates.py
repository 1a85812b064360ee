"""A reading of the words → every place it may mean, each with how well its name fits."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.domain.place import PlaceKind
from dispatch.geocoding.address import Address
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.crossings import is_announced, unjoined_pairs
from dispatch.geocoding.evidence import STREET_AGREES, Area, Candidate, area_of, zone_label
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.houses import BEYOND, ESTIMATED, Said, find_number
from dispatch.geocoding.index import Match
from dispatch.geocoding.tables import NO_ZONE, Integers
from dispatch.geocoding.words import canonical
from dispatch.text import fold

# Names that fit worse than this are not offered at all (guess).
LEAST_NAME = 0.62
# Where one name is said exactly, one that is merely like it is this much less likely (guess).
NOT_EXACT = 0.9
# A street on which the number is not known is this much less likely the one meant (guess).
NUMBER_UNKNOWN = 0.75
# A number that is not on the map was within its radius or 300 m in 93 of 100 held out: no surer than this.
MOST_ESTIMATED = 0.9
# Names reach into the neighbours of the old city; their places are meant less often (guess).
OUTSIDE_PRIOR = -0.08
# In "bệnh viện Chợ Rẫy đường Nguyễn Chí Thanh" the street tells where the hospital is (guess).
STREET_OF_A_NAME, SURE_STREET, ON_STREET_M = 0.85, 0.9, 250.0
# A further name beside a number and its street says more about where than what (guess).
NAME_BESIDE_NUMBER = 0.85
# A long street is meant more often than a short one of its name: so much for each doubling from 200 m (guess).
PRIOR_PER_DOUBLING, MOST_PRIOR = 0.012, 0.06
# Two street names in a row without a word for a crossing are one less surely (guess).
UNANNOUNCED = 0.93
# Where a street or a place was said too and none is known, its ward is a poor answer (guess).
AREA_OF_MORE = 0.45
PLACE_ON_STREET, LONGEST_PAIR = 0.98, 11
# One street of two that do not meet is a poor answer beside any reading that explains both (guess).
HALF_OF_A_CROSSING = 0.75
LEAST_STREET = 0.74
MOST_STREETS, MOST_AWAY = 40, 10
CROSSING_RADIUS_M = 30.0
# Streets that come this close without sharing a node still "meet" (guess: bridges, missing links).
NEARLY_MEET_M = 220.0
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


def candidates_of(city: CityNames, reading: Address) -> tuple[list[Candidate], Area]:
    """All candidates of a reading, and the area it names."""
    reading = _with_trailing_ward(city, reading)
    area = area_of(city, reading)
    found = list(_of_crossing(city, reading, area)) if reading.crossing else []
    if not reading.crossing:
        found += _of_street(city, reading, area)
        found += _of_names(city, reading, area)
        found += _of_unjoined(city, reading)
    elif not found:
        found = list(_of_halves(city, reading, area))
    if not found and not area.is_empty:
        said_more = bool(reading.names or reading.street or reading.crossing)
        found = list(_of_area(city, area, AREA_OF_MORE if said_more else 1.0))
    return found, area


def _with_trailing_ward(city: CityNames, reading: Address) -> Address:
    """ "190 Cống Quỳnh Bến Thành": a street that is none, whose end names a ward and whose beginning a street."""
    if reading.street is None or reading.house_number is None or reading.ward is not None:
        return reading
    words = reading.street.split(" ")
    if len(words) < 3 or city.index.alike(reading.street):
        return reading
    for cut in range(len(words) - 1, 0, -1):
        street, ward = " ".join(words[:cut]), canonical(" ".join(words[cut:]))
        if not ward.isdigit() and ward in city.wards_by_key and city.index.alike(street):
            return replace(reading, street=street, ward=ward)
    return reading


def _of_crossing(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    assert reading.crossing is not None
    left, right = (_streets(city, words, area) for words in reading.crossing)
    yield from _meetings(city, list(left.items()), list(right.items()), 1.0)
    for streets, words in ((left, reading.crossing[1]), (right, reading.crossing[0])):
        yield from _beside_places(city, streets, _rows_of(city.index.alike(words), "place"))


def _beside_places(
    city: CityNames, streets: Mapping[int, float], places: Sequence[tuple[int, float]]
) -> Iterator[Candidate]:
    """ "Quốc lộ 1 – KCX Linh Trung": the spot of the street that is nearest to a place by that name."""
    for (street, score), (row, place_score) in itertools.product(list(streets.items())[:12], places[:6]):
        line = shapely.shortest_line(city.street_shape(street), shapely.Point(city.place_points[row]))
        reach_m = float(city.place_radius_m[row])
        if score < SURE_STREET or line.length > ON_STREET_M + reach_m:
            continue
        point = shapely.get_coordinates(line)[0]
        names = f"{city.tables.street_names[street]} – {city.tables.place_names[row]}"
        radius_m = CROSSING_RADIUS_M + line.length + 0.5 * reach_m
        found = {"crossing": names}
        score = PLACE_ON_STREET * min(score, place_score)
        yield _candidate(city, point, radius_m, "intersection", f"Giao lộ {names}", score, found)


def _of_unjoined(city: CityNames, reading: Address) -> Iterator[Candidate]:
    """ "ngã tư Nguyễn Trãi Lê Hồng Phong", "bệnh viện Mắt Điện Biên Phủ": two names with nothing said between them."""
    for name in reading.names if reading.house_number is None else ():
        if not 2 <= name.count(" ") <= LONGEST_PAIR:
            continue
        factor = 1.0 if is_announced(name) else UNANNOUNCED
        for left, right in unjoined_pairs(name):
            others = _rows_of(city.index.alike(right))
            ones = city.index.alike(left) if others else []
            yield from _meetings(city, _rows_of(ones), others, factor)
            for row, score in _rows_of(ones, "place"):
                point = shapely.Point(city.place_points[row])
                if any(city.street_shape(street).distance(point) < ON_STREET_M for street, _ in others[:6]):
                    yield _place(city, row, PLACE_ON_STREET * score)


def _meetings(
    city: CityNames, ones: Sequence[tuple[int, float]], others: Sequence[tuple[int, float]], factor: float
) -> Iterator[Candidate]:
    """Where streets of two names share a node, or else nearly meet."""
    best = 0.0
    for (a, score_a), (b, score_b) in itertools.product(ones, others):
        for point in city.crossings.get((min(a, b), max(a, b)), ()):
            best = max(best, min(score_a, score_b))
            yield _crossing(city, a, b, point, CROSSING_RADIUS_M, factor * min(score_a, score_b))
    likelier = [pair for pair in itertools.product(ones, others) if min(pair[0][1], pair[1][1]) > best + 0.02]
    for (a, score_a), (b, score_b) in likelier[:100]:
        line = shapely.shortest_line(city.street_shape(a), city.street_shape(b))
        if a != b and line.length <= NEARLY_MEET_M and min(score_a, score_b) > SURE_STREET:
            middle = shapely.get_coordinates(line).mean(axis=0)
            score = factor * min(score_a, score_b) - 0.04
            yield _crossing(city, a, b, middle, CROSSING_RADIUS_M + line.length, score)


def _rows_of(matches: Iterable[Match], kind: str = "street") -> list[tuple[int, float]]:
    return [
        (thing.row, match.score * thing.quality) for match in matches for thing in match.things if thing.kind == kind
    ][:MOST_STREETS]


def _crossing(city: CityNames, a: int, b: int, point: Floats, radius_m: float, score: float) -> Candidate:
    names = " – ".join(city.tables.street_names[street] for street in (a, b))
    found = _candidate(city, point, radius_m, "intersection", f"Giao lộ {names}", score, {"crossing": names})
    found.prior += _prior_of_length(min(city.street_length_m(a), city.street_length_m(b)))
    return found


def _prior_of_length(length_m: float) -> float:
    return min(MOST_PRIOR, PRIOR_PER_DOUBLING * math.log2(1 + length_m / 200))


def _of_halves(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    """The streets do not meet: each alone, doubtful."""
    assert reading.crossing is not None
    for words in (" ".join(reading.crossing), *reading.crossing):
        for match in city.index.find(words):
            for candidate in _of_match(city, match, area):
                candidate.most_confidence = min(candidate.most_confidence, 0.4)
                candidate.score *= HALF_OF_A_CROSSING
                yield candidate


def _of_street(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    if reading.street is None:
        return
    for street, score in _streets(city, reading.street, area, numbered=reading.house_number is not None).items():
        yield from _on_street(city, street, score, reading, area)


def _on_street(city: CityNames, street: int, score: float, reading: Address, area: Area) -> Iterator[Candidate]:
    name = city.tables.street_names[street]
    if reading.house_number is None:
        yield _street(city, street, STREET_OF_A_NAME * score if reading.names else score, area)
        return
    named = city.wards_meant(area.district) if area.district else []
    said = Said(named, (area.old_wards.intersection(named) or area.old_wards) | area.new_wards)
    numbers = find_number(city, street, reading.house_number, is_alley=reading.is_alley, said=said)
    districts = [] if area.district else _districts_of(city, city.point_zone[city.street_points(street)])
    for one in numbers:
        title = f"{one.number.upper()} {name}"
        if one.how in {ESTIMATED, BEYOND}:
            title = f"khoảng số {title}"
        if one.kind == "alley":
            title = f"Hẻm {title}"
        understood = {"house_number": f"{one.number} ({one.how})", "street": name}
        if one.how in {ESTIMATED, BEYOND} and len(districts) > 1:
            understood["street_in"] = ", ".join(districts)  # each may number it anew
        candidate = _candidate(city, one.point, one.radius_m, one.kind, title, score, understood)
        candidate.certainty, candidate.fit = one.certainty, one.fit
        candidate.prior += _prior_of_length(city.street_length_m(street))
        candidate.most_confidence = {BEYOND: 0.5, ESTIMATED: MOST_ESTIMATED}.get(one.how, candidate.most_confidence)
        yield candidate
    if not numbers:
        whole = _street(city, street, score, area)
        whole.most_confidence, whole.radius_m = min(whole.most_confidence, 0.5), 1.2 * whole.radius_m + 150
        whole.certainty = whole.fit = NUMBER_UNKNOWN
        whole.understood["house_number"] = f"{reading.house_number} (unknown on this street)"
        yield whole


def _street(city: CityNames, street: int, score: float, area: Area) -> Candidate:
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
    districts = _districts_of(city, zones)
    spread = len(districts) > 1 and area.district is None
    found = _candidate(city, inside[middle_row], max(20.0, reach_m), kind, name, score, understood, zone)
    if spread:
        found.label = f"{name} ({', '.join(districts)})"
    found.prior += _prior_of_length(city.street_length_m(street))
    if not is_landmark:
        found.most_confidence = 0.7 if spread or reach_m > 1_500 else 0.85
    return found


def _districts_of(city: CityNames, zones: Integers) -> list[str]:
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


def _of_names(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    several = len(reading.names) + (reading.street is not None) > 1
    said = [reading.street] if reading.street else list(reading.names) if several else []
    on = [street for words in said for street, score in _streets(city, words, area).items() if score > SURE_STREET]
    shapes = [city.street_shape(street) for street in on[:6]]
    for name in reading.names:
        for match in _matches(city, name):
            if several and area.ward_key == match.key:
                continue
            for candidate in _of_match(city, match, area):
                if candidate.kind == "ward" and reading.street is not None:
                    continue
                if reading.house_number and reading.street:
                    candidate.score *= NAME_BESIDE_NUMBER
                if candidate.kind in {"street", "alley"} and several:
                    candidate.score *= STREET_OF_A_NAME
                elif any(shape.distance(shapely.Point(candidate.point)) < ON_STREET_M for shape in shapes):
                    candidate.score += STREET_AGREES
                    candidate.agrees += 1
                if reading.house_number and reading.street is None and candidate.kind == "street":
                    candidate.most_confidence = 0.6
                yield candidate


KINDS_OF_PLACE = frozenset(
    """
    atm|bai xe|ben xe|benh vien|buu dien|ca phe|cafe|cay xang|cho|chua|chung cu|coffee|cong ty|cong vien|cua hang|home
    hotel|house|karaoke|khach san|kho|nha|nha cua|nha may|nha nghi|nha o|nha o gia dinh|nha rieng|nha sach|nha thuoc
    nha tho|nha tro|nha ve sinh|phong kham|phong tro|quan an|quan ca phe|quan com|quan nhau|shop|sieu thi|tiem tap hoa
    toa nha|tram xang|tram y te|truong hoc|truong mam non|truong tieu hoc|ubnd|van phong|wc
    """.replace("\n", "|")
    .replace("    ", "")
    .strip("|")
    .split("|")
)
"""Mappers' names that say what a place is, not which: a caller who says "nhà ở" means no such one."""
KIND_FACTOR = 0.4


def _of_match(city: CityNames, match: Match, area: Area) -> Iterable[Candidate]:
    if match.score < LEAST_NAME:
        return
    for thing in match.things[:MOST_STREETS]:
        score = match.score * thing.quality
        if thing.kind == "street":
            yield _street(city, thing.row, score, area)
        elif thing.kind == "place":
            yield _place(city, thing.row, score)
        else:
            yield _zone(city, thing.row, score)


def _matches(city: CityNames, words: str) -> list[Match]:
    matches = city.index.find(words)
    if not matches or matches[0].score < 1.0:
        return matches
    return [match if match.score == 1.0 else replace(match, score=NOT_EXACT * match.score) for match in matches]


def _place(city: CityNames, row: int, score: float) -> Candidate:
    name = city.tables.place_names[row]
    factor = 1.0 if city.tables.place_categories[row] in MAJOR else MINOR_FACTOR
    if fold(name) in KINDS_OF_PLACE:
        factor *= KIND_FACTOR
    radius_m = max(30.0, float(city.place_radius_m[row]))
    zone = int(city.place_zone[row])
    return _candidate(city, city.place_points[row], radius_m, "poi", name, factor * score, {"name": name}, zone)


def _zone(city: CityNames, row: int, score: float) -> Candidate:
    zone = city.zones[row]
    label = ", ".join(part for part in (zone.name, zone.district) if part)
    at = row if zone.level == "old_ward" else NO_ZONE
    return Candidate(
        city.zone_points[row], zone.radius_m, "ward", label, score, at, 0.85, understood={"ward": label}
    )  # fmt: skip


def _of_area(city: CityNames, area: Area, score: float) -> Iterator[Candidate]:
    """Only a ward or a district was said, or understood."""
    for row in sorted(area.old_wards | area.new_wards):
        yield _zone(city, row, score)
    if not area.old_wards and not area.new_wards:
        for row, zone in enumerate(city.zones):
            if zone.level == "district" and zone.name == area.district:
                yield _zone(city, row, 1.2 * score)


def _streets(city: CityNames, words: str, area: Area, *, numbered: bool = False) -> dict[int, float]:
    """
    Streets the words may name, best first, with how well; bridges and nameless alleys bear no house numbers.

    A name borne in dozens of estates ("đường số 10") is looked at in the named ward or district first.
    """
    found: dict[int, float] = {}
    for match in _matches(city, words):
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


def _candidate(
    city: CityNames,
    point: Floats,
    radius_m: float,
    kind: PlaceKind,
    title: str,
    score: float,
    understood: dict[str, str],
    zone: int | None = None,
) -> Candidate:
    row = city.zone_row_at(point) if zone is None else zone
    label = ", ".join(part for part in (title, zone_label(city, row)) if part)
    prior = OUTSIDE_PRIOR if row == NO_ZONE else 0.0
    return Candidate(point, radius_m, kind, label, score, row, prior=prior, understood=understood)
