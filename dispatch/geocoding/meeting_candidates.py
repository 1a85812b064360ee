"""Two names that meet → candidates: crossings, a street beside a place, and what is left where they do not meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import shapely

from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.crossings import is_announced, unjoined_pairs
from dispatch.geocoding.evidence import Area, Candidate
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.reading import Address
from dispatch.geocoding.thing_candidates import (
    candidate_at,
    of_match,
    place_candidate,
    prior_of_length,
    rows_of,
    streets_named,
)

# A place is on a street this near it, and a street that fits so well is surely the one named (guesses).
ON_STREET_M, SURE_STREET = 250.0, 0.9
# Two street names in a row without a word for a crossing are one less surely (guess).
UNANNOUNCED = 0.93
PLACE_ON_STREET, LONGEST_PAIR = 0.98, 11
# One street of two that do not meet is a poor answer beside any reading that explains both (guess).
HALF_OF_A_CROSSING = 0.75
CROSSING_RADIUS_M = 30.0
# Streets that come this close without sharing a node still "meet" (guess: bridges, missing links).
NEARLY_MEET_M = 220.0


def of_crossing(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    """Where the two streets meet that the words name, or a street comes near a place."""
    assert reading.crossing is not None
    left, right = (streets_named(city, words, area) for words in reading.crossing)
    yield from _meetings(city, list(left.items()), list(right.items()), 1.0)
    for streets, words in ((left, reading.crossing[1]), (right, reading.crossing[0])):
        yield from _beside_places(city, streets, rows_of(city.index.alike(words), "place"))


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
        yield candidate_at(city, point, radius_m, "intersection", f"Giao lộ {names}", score, found)


def of_unjoined(city: CityNames, reading: Address) -> Iterator[Candidate]:
    """ "ngã tư Nguyễn Trãi Lê Hồng Phong", "bệnh viện Mắt Điện Biên Phủ": two names with nothing said between them."""
    for name in reading.names if reading.house_number is None else ():
        if not 2 <= name.count(" ") <= LONGEST_PAIR:
            continue
        factor = 1.0 if is_announced(name) else UNANNOUNCED
        for left, right in unjoined_pairs(name):
            others = rows_of(city.index.alike(right))
            ones = city.index.alike(left) if others else []
            yield from _meetings(city, rows_of(ones), others, factor)
            for row, score in rows_of(ones, "place"):
                point = shapely.Point(city.place_points[row])
                if any(city.street_shape(street).distance(point) < ON_STREET_M for street, _ in others[:6]):
                    yield place_candidate(city, row, PLACE_ON_STREET * score)


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


def _crossing(city: CityNames, a: int, b: int, point: Floats, radius_m: float, score: float) -> Candidate:
    names = " – ".join(city.tables.street_names[street] for street in (a, b))
    found = candidate_at(city, point, radius_m, "intersection", f"Giao lộ {names}", score, {"crossing": names})
    found.prior += prior_of_length(min(city.street_length_m(a), city.street_length_m(b)))
    return found


def of_halves(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    """The streets do not meet: each alone, doubtful."""
    assert reading.crossing is not None
    for words in (" ".join(reading.crossing), *reading.crossing):
        for match in city.index.find(words):
            for candidate in of_match(city, match, area):
                candidate.most_confidence = min(candidate.most_confidence, 0.4)
                candidate.score *= HALF_OF_A_CROSSING
                yield candidate
