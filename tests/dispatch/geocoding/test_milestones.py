"""A kilometre post is a spot on its road where kilometres are known, and never silently left out."""

from __future__ import annotations

import itertools

import pytest

from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.kilometres_said import take_kilometre
from dispatch.geocoding.search import Geocoder


@pytest.mark.parametrize(
    ("text", "rest", "km"),
    [
        ("km 12 quốc lộ 13", "quốc lộ 13", 12.0),
        ("QL1 km1905+300", "QL1", 1905.3),
        ("quốc lộ 1 km 1905", "quốc lộ 1", 1905.0),
        ("cột km 1905 QL1", "QL1", 1905.0),
        ("cây số 5 Rừng Sác", "Rừng Sác", 5.0),
        ("km 8,5 cao tốc", "cao tốc", 8.5),
        ("cách đây 2 km 12 Nguyễn Trãi", "cách đây 2 km 12 Nguyễn Trãi", None),
        ("km12/3 Lê Lợi", "km12/3 Lê Lợi", None),
    ],
)
def test_the_kilometre_is_taken_out_of_the_words(text: str, rest: str, km: float | None) -> None:
    words, found = take_kilometre(text)
    assert (words.strip(), found) == (rest, km)


@pytest.mark.parametrize(
    ("query", "point"),
    [
        ("km 5 đường Rừng Sác", (106.79234, 10.63676)),
        ("cột km 1905 QL1", (106.60005, 10.81087)),
        ("km 9 QL22 Hóc Môn", (106.56876, 10.91001)),
        ("cao tốc Long Thành km 8", (106.82483, 10.79068)),
    ],
)
def test_a_kilometre_is_measured_along_the_road_and_stays_unsure(
    geocoder: Geocoder, query: str, point: tuple[float, float]
) -> None:
    found = geocoder.search(query)[0]
    assert distance_m((found.lon, found.lat), point) < 300
    assert found.label.startswith("Km ")
    assert (found.radius_m > 500, found.confidence <= 0.6) == (True, True)


def test_kilometres_follow_each_other_at_their_distance(geocoder: Geocoder) -> None:
    places = [geocoder.search(f"km {km} quốc lộ 1A")[0] for km in (1905, 1906, 1907)]
    steps = [distance_m((a.lon, a.lat), (b.lon, b.lat)) for a, b in itertools.pairwise(places)]
    assert all(850 < step < 1_050 for step in steps)


@pytest.mark.parametrize(
    ("query", "said"), [("km 7 tỉnh lộ 10", "km 7"), ("km 20 đường Rừng Sác", "km 20"), ("km 12 quốc lộ 1A", "km 12")]
)
def test_a_kilometre_that_cannot_be_used_is_said_so(geocoder: Geocoder, query: str, said: str) -> None:
    found = geocoder.search(query)[0]
    assert found.understood["house_number"] == f"{said} (unknown on this street)"
    assert found.confidence <= 0.4


def test_a_kilometre_beyond_the_mapped_road_is_as_far_away_as_it_says(geocoder: Geocoder) -> None:
    assert geocoder.search("km 20 đường Rừng Sác")[0].radius_m >= 20_000
