"""
The geocoder on what it has not seen: a third of the mapped house numbers is taken out before the index is built, each
third in turn, and said as callers say them; public places by their addresses, without the pack's tables; hand-written
phrases on the whole gazetteer; places taken out altogether, where any sure answer is wrong. Two halves: one to tune on,
one to report. Until November 2026 only the first third was asked: it is shown apart.

`python -m benchmarks.geocoding_held_out [tuning|reporting] [EXTRACT.osm.pbf] [NUMBERS.csv]`; without an extract at hand
it says so. NUMBERS is a table of known numbers (columns of `known_numbers.py`) that the index does not have: each row
of the inner city is asked for by number, street and district.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.geocoding_sets.callers import WAYS
from benchmarks.geocoding_sets.held_out import (
    INNER,
    Half,
    Question,
    Where,
    half_of,
    house_questions,
    old_ward_finder,
    take_out,
)
from benchmarks.geocoding_sets.phrases import read_phrases
from dispatch.geocoding.gazetteer import CARRIED, finish, names_of, tables_of
from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.known_numbers import PUBLIC_PLACES, read_all, read_known_numbers
from dispatch.geocoding.newer import Newer, add_newer, find_numbers, find_places
from dispatch.geocoding.osm_names import Names, read_names
from dispatch.geocoding.search import Geocoder
from dispatch.geocoding.tables import FILE_NAME, Zone, read_tables, write_tables
from dispatch.geocoding.thing_candidates import MAJOR
from dispatch.geocoding.zones import zone_finder
from dispatch.paths import data_dir
from dispatch.text import fold

PLAIN = frozenset({"as written", "no accents", "shortened"})
PLACES_OUT = 150
# How a number was found, as the answer says it; "alley 51/4" is an alley.
_HOW = re.compile(r"\((alley(?= \d)|[^()]*)[^()]*\)$")


@dataclass(frozen=True)
class Outcome:
    """How far off the first answer was, what it claimed, and how far off the best of five was."""

    gap_m: float
    radius_m: float
    confidence: float
    best_gap_m: float
    near_m: float = 300.0
    how: str = ""

    @property
    def is_wrong(self) -> bool:
        """Neither near nor within its own radius."""
        return self.gap_m > max(self.near_m, self.radius_m)


def ask(geocoder: Geocoder, query: str, point: tuple[float, float], near_m: float = 300.0) -> Outcome:
    """One question answered."""
    found = geocoder.search(query)
    if not found:
        return Outcome(1e6, 0.0, 0.0, 1e6, near_m)
    gaps = [distance_m((place.lon, place.lat), point) for place in found]
    how = _HOW.search(found[0].understood.get("house_number", "(no number)"))
    return Outcome(gaps[0], found[0].radius_m, found[0].confidence, min(gaps), near_m, how[1] if how else "")


def report(title: str, outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Print and return the figures of one group."""
    count = len(outcomes)
    gaps = np.array([one.gap_m for one in outcomes])
    figures = {
        "questions": count,
        "within_150_m": float(np.mean(gaps <= 150)),
        "within_300_m": float(np.mean(gaps <= 300)),
        "within_300_m_of_five": float(np.mean([one.best_gap_m <= 300 for one in outcomes])),
        "radius_covers": float(np.mean([one.gap_m <= one.radius_m for one in outcomes])),
        "median_radius_m": float(np.median([one.radius_m for one in outcomes])),
        "sure": float(np.mean([one.confidence >= 0.8 for one in outcomes])),
        "over_0.9_and_wrong": float(np.mean([one.confidence > 0.9 and one.is_wrong for one in outcomes])),
    }
    print(f"{title:>34} " + "  ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    return figures


def houses(asked: Iterable[tuple[Geocoder, int, Question]]) -> dict[str, dict[str, float]]:
    """The numbers that were taken out, by third: where they are, how they were said, how they were found."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for geocoder, third, one in asked:
        outcome = ask(geocoder, one.query, (one.lon, one.lat))
        inner = "inner" in one.group
        where = "inner city" if inner else "outer districts"
        if one.is_complete:
            groups[f"{where}, complete"].append(outcome)
            groups[f"{where}, complete, {'plain' if one.way in PLAIN else 'garbled'}"].append(outcome)
        if one.is_complete and inner:
            groups[f"  said: {one.way}"].append(outcome)
            groups[f"  found: {outcome.how}"].append(outcome)
            if third == 0:
                groups["inner city, complete, first third"].append(outcome)
        if inner:
            groups[f"  area: {one.area}"].append(outcome)
    return {title: report(title, groups[title]) for title in sorted(groups, key=lambda one: (one[0] == " ", one))}


def numbers_taken_out(
    names: Names, half: Half, zones: list[Zone], build: Callable[[Names], Geocoder]
) -> Iterator[tuple[Geocoder, int, Question]]:
    """The questions of one half, each third with an index that lacks its numbers."""
    where = old_ward_finder(zone_finder(zones), zones)
    for third in range(3):
        left, gone = take_out(names, third)
        geocoder = build(left)
        yield from ((geocoder, third, one) for one in house_questions(gone, names, where) if one.half == half)


def phrases(geocoder: Geocoder, half: Half) -> dict[str, dict[str, float]]:
    """Hand-written phrases; "near" is what each allows."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    for one in read_phrases(half):
        outcome = ask(geocoder, one.query, one.point, one.tolerance_m)
        for title in ("phrases", f"  {one.kind}"):
            groups[title].append(outcome)
            right[title].append(outcome.gap_m <= one.tolerance_m)
    figures = {}
    for title in sorted(groups, key=lambda one: (one[0] == " ", one)):
        figures[title] = {"right": float(np.mean(right[title])), **report(title, groups[title])}
        print(f"{'':>34} right within the phrase's own distance: {figures[title]['right']:.3f}")
    return figures


def public_places(geocoder: Geocoder, half: Half) -> dict[str, dict[str, float]]:
    """Hospitals, schools, markets of the inner city by number, street and district; the index lacks the tables."""
    with (data_dir() / PUBLIC_PLACES).open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["district"] in INNER and half_of(fold(row["street"])) == half
        ]
    print(f"# {half} half: public places by their addresses, without the pack's tables of numbers")
    asked = [(f"{row['number']} {row['street']}, {row['district']}", row) for row in rows]
    found = [ask(geocoder, query, (float(row["lon"]), float(row["lat"]))) for query, row in asked]
    return {"public places": report("public places", found)}


def other_numbers(geocoder: Geocoder, path: Path, where: Where, half: Half) -> dict[str, dict[str, float]]:
    """Numbers of another source, with the old district that lies around each."""
    print(f"# {half} half: numbers of {path.name}, which the index does not have")
    found = []
    for house in read_known_numbers(path):
        old = where(house.lon, house.lat)
        if old is not None and old[1] in INNER and half_of(fold(house.street or "")) == half:
            found.append(ask(geocoder, f"{house.number} {house.street}, {old[1]}", (house.lon, house.lat)))
    return {"other numbers": report("other numbers", found)} if found else {}


def places_taken_out(names: Names, zones: list[Zone], half: Half) -> tuple[Names, list[Question]]:
    """Well-known kinds of places in the inner city with a name of their own, removed, and asked for."""
    where = old_ward_finder(zone_finder(zones), zones)
    count: dict[str, int] = defaultdict(int)
    for place in names.places:
        count[fold(place.name)] += 1
    chance = random.Random(half)
    own = [
        place
        for place in names.places
        if place.category in MAJOR and count[fold(place.name)] == 1 and len(place.name) > 9
        if half_of(fold(place.name)) == half and (old := where(place.lon, place.lat)) is not None and old[1] in INNER
    ]
    out = chance.sample(own, min(PLACES_OUT, len(own)))
    gone = set(map(id, out))
    asked = []
    for place in out:
        way = chance.choice(list(WAYS))
        asked.append(Question(WAYS[way](place.name, chance), place.lon, place.lat, "place", way, "no area", half))
    return replace(names, places=[place for place in names.places if id(place) not in gone]), asked


def geocoder_of(names: Names, extract: Path, zones: list[Zone], folder: Path) -> Geocoder:
    """A geocoder built from names."""
    tables = tables_of(names, extract, zones, lambda _: None)
    finish(tables)
    write_tables(tables, folder / FILE_NAME)
    return Geocoder.load(folder)


def default_extract() -> Path | None:
    """The extract that cities here are built from, if there is one."""
    from dispatch.city.source import find_source

    source = find_source()
    return source.path if source.kind == "extract" else None


def newer_beside(extract: Path) -> Newer:
    """The newer files beside an extract, as the city's builder finds them."""
    roads = sorted([*extract.parent.glob("arterials-*.geojson.gz"), *extract.parent.glob("centre-roads-*.json.gz")])
    return Newer(tuple(roads), find_places(extract.parent), find_numbers(extract.parent))


def main(
    half: Half = "reporting", extract: Path | None = None, numbers: Path | None = None
) -> dict[str, dict[str, float]]:
    """All sets of one half."""
    extract = extract or default_extract()
    if extract is None:
        print("no map extract here: nothing to hold out (set SAIGON115_DATA, or 'saigon115 city fetch')")
        return {}
    zones = read_tables(data_dir() / CARRIED).zones
    bare, names = read_names(extract, lambda _: None), names_of(extract, data_dir(), lambda _: None)
    newer = newer_beside(extract)
    names.beside += read_all(newer.numbers, print)  # here, so that they are taken out too
    newer = replace(newer, numbers=())
    with tempfile.TemporaryDirectory() as folder:

        def build(those: Names) -> Geocoder:
            return geocoder_of(add_newer(those, newer, lambda _: None), extract, zones, Path(folder))

        print(f"# {half} half: a third of the house numbers taken out before the index was built, each third in turn")
        asked = list(numbers_taken_out(names, half, zones, build))
        figures = houses(asked)
        whole = build(names)
        print(f"# {half} half: the same questions with every number in the index")
        known = [one for _, _, one in asked if one.is_complete and "inner" in one.group]
        figures["mapped"] = report("inner city, mapped", [ask(whole, one.query, (one.lon, one.lat)) for one in known])
        if numbers is not None:
            figures |= other_numbers(whole, numbers, old_ward_finder(zone_finder(zones), zones), half)
        figures |= public_places(build(bare), half)
        print(f"# {half} half: phrases on the whole gazetteer")
        figures |= phrases(whole, half)
        without, places = places_taken_out(names, zones, half)
        print(f"# {half} half: places taken out of the gazetteer: right is what is unsure")
        blind = geocoder_of(without, extract, zones, Path(folder))
        figures["places"] = report("places", [ask(blind, one.query, (one.lon, one.lat)) for one in places])
        figures["places kept"] = report("the same, kept", [ask(whole, one.query, (one.lon, one.lat)) for one in places])
    return figures


if __name__ == "__main__":
    chosen: Half = "tuning" if "tuning" in sys.argv[1:] else "reporting"
    paths = [Path(one) for one in sys.argv[1:] if one not in {"tuning", "reporting"}]
    tables = [path for path in paths if path.suffix == ".csv"]
    extracts = [path for path in paths if path.suffix != ".csv"]
    main(chosen, extracts[0] if extracts else None, tables[0] if tables else None)
