"""A reading of the words → every place it may mean, each with how well its name fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import shapely

from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import STREET_AGREES, Area, Candidate, area_of
from dispatch.geocoding.houses import BEYOND, ESTIMATED, Said, find_number
from dispatch.geocoding.kinds_said import doubt_kind, doubt_office
from dispatch.geocoding.meeting_candidates import ON_STREET_M, SURE_STREET, of_crossing, of_halves, of_unjoined
from dispatch.geocoding.milestones import of_kilometre
from dispatch.geocoding.reading import Address
from dispatch.geocoding.thing_candidates import (
    candidate_at,
    districts_of,
    matches_of,
    of_match,
    prior_of_length,
    street_candidate,
    streets_named,
    zone_candidate,
)
from dispatch.geocoding.words import abbreviations, canonical

# A street on which the number is not known is this much less likely the one meant (guess).
NUMBER_UNKNOWN = 0.75
# A number that is not on the map was within its radius or 300 m in 93 of 100 held out: no surer than this.
MOST_ESTIMATED = 0.9
# In "bệnh viện Chợ Rẫy đường Nguyễn Chí Thanh" the street tells where the hospital is (guess).
STREET_OF_A_NAME = 0.85
# A further name beside a number and its street says more about where than what (guess).
NAME_BESIDE_NUMBER = 0.85
# Where a street or a place was said too and none is known, its ward is a poor answer (guess).
AREA_OF_MORE = 0.45
# A house or a quarter was said, and only its ward is known: no place to send a unit to yet (guess).
MOST_OF_AREA = 0.6
# Few of the streets of a town that joined the city are known: where none fits well, the town itself is meant (guess).
TOWNS, TOWN_OF_MORE = frozenset(abbreviations().towns.values()), 0.75
# What does not lie on the street that was said beside it is likely another one of its name (guess).
STREET_DIFFERS = -0.15


def candidates_of(city: CityNames, reading: Address) -> tuple[list[Candidate], Area]:
    """All candidates of a reading, and the area it names."""
    reading = _with_trailing_ward(city, reading)
    area = area_of(city, reading)
    found = list(of_crossing(city, reading, area)) if reading.crossing else []
    if not reading.crossing:
        found += _of_street(city, reading, area)
        found += _of_names(city, reading, area)
        found += of_unjoined(city, reading)
        for shorter in _without_trailing_ward(city, reading):
            if meetings := list(of_unjoined(city, shorter)):
                found, area = found + meetings, area_of(city, shorter)
                break
    elif not found:
        found = list(of_halves(city, reading, area))
    if reading.kilometre is not None:
        found = [*of_kilometre(city, reading, area), *(one for one in found if one.kind != "street")]
    said_more = bool(reading.names or reading.street or reading.crossing)
    if not found and not area.is_empty:
        found = list(_of_area(city, area, AREA_OF_MORE if said_more else 1.0))
        if reading.house_number or reading.within:
            for candidate in found:
                candidate.most_confidence = MOST_OF_AREA
    elif reading.ward in TOWNS and all(candidate.score < SURE_STREET for candidate in found):
        found += _of_area(city, area, TOWN_OF_MORE)
    return found, area


def _with_trailing_ward(city: CityNames, reading: Address) -> Address:
    """
    "190 Cống Quỳnh Bến Thành": a street that is none, whose end names a ward and whose beginning a street; the same
    for the second street of a crossing.
    """
    last = reading.crossing[1] if reading.crossing else reading.street
    if last is None or reading.ward is not None:
        return reading
    words = last.split(" ")
    if len(words) < 3 or city.index.alike(last):
        return reading
    for cut in range(len(words) - 1, 0, -1):
        street, ward = " ".join(words[:cut]), canonical(" ".join(words[cut:]))
        street = f"duong so {street}" if street.isdigit() else street
        if not ward.isdigit() and ward in city.wards_by_key and city.index.alike(street):
            if reading.crossing:
                return replace(reading, crossing=(reading.crossing[0], street), ward=ward)
            return replace(reading, street=street, ward=ward)
    return reading


def _without_trailing_ward(city: CityNames, reading: Address) -> Iterator[Address]:
    """ "Nguyễn Thị Định Võ Chí Công Cát Lái": two streets and the ward where they meet, nothing said between."""
    if len(reading.names) != 1 or reading.ward is not None or reading.house_number is not None:
        return
    words = reading.names[0].split(" ")
    for length in (2, 3):
        ward = canonical(" ".join(words[-length:]))
        if len(words) >= length + 4 and ward in city.wards_by_key and not city.index.alike(reading.names[0]):
            yield replace(reading, names=(" ".join(words[:-length]),), ward=ward)


def _of_street(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    if reading.street is None:
        return
    for street, score in streets_named(city, reading.street, area, numbered=reading.house_number is not None).items():
        yield from _on_street(city, street, score, reading, area)


def _on_street(city: CityNames, street: int, score: float, reading: Address, area: Area) -> Iterator[Candidate]:
    name = city.tables.street_names[street]
    if reading.house_number is None:
        yield street_candidate(city, street, STREET_OF_A_NAME * score if reading.names else score, area)
        return
    named = city.wards_meant(area.district) if area.district else []
    said = Said(named, (area.old_wards.intersection(named) or area.old_wards) | area.new_wards)
    numbers = find_number(city, street, reading.house_number, is_alley=reading.is_alley, said=said)
    districts = [] if area.district else districts_of(city, city.point_zone[city.street_points(street)])
    for one in numbers:
        title = f"{one.number.upper()} {name}"
        if one.how in {ESTIMATED, BEYOND}:
            title = f"khoảng số {title}"
        if one.kind == "alley":
            title = f"Hẻm {title}"
        understood = {"house_number": f"{one.number} ({one.how})", "street": name}
        if one.how in {ESTIMATED, BEYOND} and len(districts) > 1:
            understood["street_in"] = ", ".join(districts)  # each may number it anew
        candidate = candidate_at(city, one.point, one.radius_m, one.kind, title, score, understood)
        candidate.certainty, candidate.fit = one.certainty, one.fit
        candidate.prior += prior_of_length(city.street_length_m(street))
        candidate.most_confidence = {BEYOND: 0.5, ESTIMATED: MOST_ESTIMATED}.get(one.how, candidate.most_confidence)
        yield candidate
    if not numbers:
        whole = street_candidate(city, street, score, area)
        whole.most_confidence, whole.radius_m = min(whole.most_confidence, 0.5), 1.2 * whole.radius_m + 150
        whole.certainty = whole.fit = NUMBER_UNKNOWN
        whole.understood["house_number"] = f"{reading.house_number} (unknown on this street)"
        yield whole


def _of_names(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    several = len(reading.names) + (reading.street is not None) > 1
    said = [reading.street] if reading.street else list(reading.names) if several else []
    on = [street for words in said for street, score in streets_named(city, words, area).items() if score > SURE_STREET]
    shapes = [city.street_shape(street) for street in on[:6]]
    for name in reading.names:
        for match in matches_of(city, name):
            if several and area.ward_key == match.key:
                continue
            for candidate in of_match(city, match, area):
                if candidate.kind == "ward" and reading.street is not None:
                    continue
                if reading.house_number and reading.street:
                    candidate.score *= NAME_BESIDE_NUMBER
                if candidate.kind in {"street", "alley"} and several:
                    candidate.score *= STREET_OF_A_NAME
                elif any(shape.distance(shapely.Point(candidate.point)) < ON_STREET_M for shape in shapes):
                    candidate.score += STREET_AGREES
                    candidate.agrees += 1
                elif reading.street and shapes and candidate.kind == "poi":
                    candidate.score += STREET_DIFFERS
                doubt_kind(candidate, name, match)
                if reading.district is None:
                    doubt_office(city, candidate, name)
                if reading.house_number and reading.street is None and candidate.kind == "street":
                    candidate.most_confidence = 0.6
                yield candidate


def _of_area(city: CityNames, area: Area, score: float) -> Iterator[Candidate]:
    """Only a ward or a district was said, or understood."""
    for row in sorted(area.old_wards | area.new_wards):
        yield zone_candidate(city, row, score)
    if not area.old_wards and not area.new_wards:
        for row, zone in enumerate(city.zones):
            if zone.level == "district" and zone.name == area.district:
                yield zone_candidate(city, row, 1.2 * score)
