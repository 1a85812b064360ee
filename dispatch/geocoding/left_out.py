"""
What the words left out of a shortened wording name: "Quận 7 đèn đỏ Hàng Xanh" is read as "ngã tư Hàng Xanh", and Hàng
Xanh does not lie in Quận 7. A place is as sure as its words only where what was left out names nothing known, or names
what lies there. Blunt: a district in which the caller only has a mother counts too, and a name that is not written as
the gazetteer has it is not heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from dispatch.geocoding.areas_said import areas_of, sounds_like_a_district
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import Candidate, area_of
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.index import Thing
from dispatch.geocoding.reading import Address
from dispatch.geocoding.spoken import with_numbers
from dispatch.geocoding.tokens import tokens_of
from dispatch.geocoding.words import ALLEY_WORDS, abbreviations, canonical

# No surer than this where what was left out lies elsewhere (guess, well below what opens an incident).
MOST_WITHOUT = 0.6
# A street or a thing this near is said to tell where the place is (guesses).
STREET_NEAR_M, PLACE_NEAR_M = 300.0, 1_000.0
_LONGEST_NAME = 5
# The city, and a block of flats: no districts where nothing says so.
_OTHERWISE_SHORT = frozenset({"tp", "cc"})
# The city itself, whatever ward bears its name.
_WHOLE_CITY = frozenset({"sai gon", "ho chi minh", "viet nam"})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What words name: areas (the wards, any of which may be meant), things by each name, and other cities."""

    areas: tuple[frozenset[int], ...]
    names: tuple[tuple[Thing, ...], ...]
    is_elsewhere: bool


def unread_in(reading: Address) -> str:
    """What a reading leaves out; beside a number and its street also the first name: the number is what is found."""
    beside = reading.names[0] if reading.house_number and reading.street and reading.names else ""
    return f"{reading.left_out} , {beside}" if reading.left_out and beside else reading.left_out or beside


def named_in(city: CityNames, text: str) -> LeftOut:
    """Every district and ward, with or without its word, and the streets and things of two words at least."""
    areas: list[frozenset[int]] = []
    is_elsewhere = False
    for written in dict.fromkeys((text, with_numbers(text))):
        _, said = areas_of(tokens_of(written))
        area = area_of(city, Address(ward=said.ward, district=said.district))
        areas += [frozenset(city.wards_meant(said.district))] if said.district else []
        areas += [area.old_wards | area.new_wards] if area.old_wards or area.new_wards else []
        is_elsewhere |= said.elsewhere is not None
    names: list[tuple[Thing, ...]] = []
    for words in _known_runs(city, [token.word for token in tokens_of(text)]):
        if area_rows := _area_rows(city, words):
            areas.append(area_rows)
        elif words in abbreviations().elsewhere:
            is_elsewhere = True
        else:
            names.append(tuple(_things(city, words)))
    return LeftOut(tuple(areas), tuple(names), is_elsewhere)


def _area_rows(city: CityNames, run: str) -> frozenset[int]:
    """The wards of a district or of a ward's name, "Tân Phú" being both; by ear ("Gò Dấp") or in short ("gv") too."""
    district = abbreviations().district_of(run)
    if " " not in run:
        is_short = district is not None and not district.startswith("Quận ") and run not in _OTHERWISE_SHORT
        return frozenset(city.wards_meant(district)) if district and is_short else frozenset()
    if district is None and run.count(" ") == 1:
        district = sounds_like_a_district(run)
    rows = city.wards_meant(district) if district else []
    return frozenset(rows).union(city.wards_by_key.get(canonical(run), ()))


def _known_runs(city: CityNames, words: list[str]) -> list[str]:
    """Runs of up to five words that are known; "chợ Thủ Đức", where there is such a market, instead of "Thủ Đức"."""
    found: list[tuple[int, int]] = []
    for length in range(_LONGEST_NAME, 0, -1):
        for at in range(len(words) - length + 1):
            run = " ".join(words[at : at + length])
            is_part = any(first <= at and at + length <= end for first, end in found)
            if not is_part and "," not in run and run not in _WHOLE_CITY and _is_known(city, run):
                found.append((at, at + length))
    return [" ".join(words[first:end]) for first, end in found]


def _is_known(city: CityNames, run: str) -> bool:
    return run in abbreviations().elsewhere or bool(_area_rows(city, run) or _things(city, run))


def _things(city: CityNames, run: str) -> list[Thing]:
    """What bears exactly this name; "hẻm cụt" is one somewhere and a kind everywhere."""
    key = canonical(run)
    if " " not in run or run.split(" ")[0] in ALLEY_WORDS:
        return []
    return [thing for match in city.index.alike(run) if match.key == key for thing in match.things]


def doubt_left_out(city: CityNames, candidate: Candidate, left_out: LeftOut) -> None:
    """Lower what a candidate may claim where something that was said and not read lies elsewhere."""
    inside = all(_is_inside(city, rows, candidate) for rows in left_out.areas)
    beside = all(any(_is_near(city, thing, candidate.point) for thing in things) for things in left_out.names)
    if not (inside and beside) or left_out.is_elsewhere:
        candidate.most_confidence = min(candidate.most_confidence, MOST_WITHOUT)


def _is_inside(city: CityNames, rows: frozenset[int], candidate: Candidate) -> bool:
    old = [row for row in rows if city.zones[row].level == "old_ward"]
    if city.is_in(old, candidate.zone, candidate.point):
        return True
    new = sorted(rows.difference(old))
    return bool(new) and bool(city.zone_gap_m(new, candidate.point.reshape(1, 2))[0] == 0)


def _is_near(city: CityNames, thing: Thing, point: Floats) -> bool:
    if thing.kind == "street":
        return bool(shapely.distance(city.street_shape(thing.row), shapely.Point(point)) <= STREET_NEAR_M)
    points = city.place_points if thing.kind == "place" else city.zone_points
    return bool(np.hypot(*(points[thing.row] - point)) <= PLACE_NEAR_M)
