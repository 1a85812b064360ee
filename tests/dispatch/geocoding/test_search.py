"""Known places are found where they are, as sure as they should be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.geocoding import Labelled, read_labelled
from dispatch.domain.place import Place
from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.search import Geocoder


def best(geocoder: Geocoder, query: str, near: tuple[float, float] | None = None) -> Place:
    """The first place found; there must be one."""
    return geocoder.search(query, near=near)[0]


@pytest.mark.parametrize("labelled", read_labelled(), ids=lambda labelled: labelled.query)
def test_a_labelled_query_leads_to_its_place(geocoder: Geocoder, labelled: Labelled) -> None:
    found = best(geocoder, labelled.query)
    assert distance_m((found.lon, found.lat), labelled.point) <= labelled.tolerance_m


def test_a_crossing_is_a_point_with_its_ward(geocoder: Geocoder) -> None:
    assert best(geocoder, "ngã tư Hai Bà Trưng – Điện Biên Phủ") == Place(
        lon=106.69371,
        lat=10.78649,
        kind="intersection",
        label="Giao lộ Hai Bà Trưng – Điện Biên Phủ, Phường Đa Kao, Quận 1",
        radius_m=30.0,
        confidence=0.95,
        old_ward="Phường Đa Kao",
        old_district="Quận 1",
        understood={"crossing": "Hai Bà Trưng – Điện Biên Phủ"},
    )


def test_the_new_ward_is_asked_for_at_the_point(geocoder: Geocoder) -> None:
    assert best(geocoder, "Bitexco").new_ward == "Phường Thử"


@pytest.mark.parametrize("query", ["Chợ Bến Thành", "BV Chợ Rẫy", "436 3/2", "106 NTMK Q1", "ngã tư Bảy Hiền"])
def test_a_place_without_rivals_is_sure(geocoder: Geocoder, query: str) -> None:
    assert best(geocoder, query).confidence >= 0.8


@pytest.mark.parametrize("query", ["cứu với, nhà ở gần cây đa", "nhà ở", "trường học", "bệnh viện"])
def test_a_kind_of_place_is_no_place_to_send_a_unit_to(geocoder: Geocoder, query: str) -> None:
    assert [place.label for place in geocoder.search(query) if place.confidence >= 0.8] == []


@pytest.mark.parametrize("query", ["trường Cao Thắng quận 1", "truong cao thang q10", "trường Cao Bá Quát quận 1"])
def test_a_street_is_no_sure_answer_to_who_asks_for_a_school_or_a_hospital(geocoder: Geocoder, query: str) -> None:
    found = [place for place in geocoder.search(query) if place.confidence >= 0.8 and place.kind == "street"]
    assert [place.label for place in found] == []


@pytest.mark.parametrize("query", ["Phường Phú Định", "Quốc lộ 1A"])
def test_a_ward_or_a_long_road_is_not_sure_enough_to_open_an_incident(geocoder: Geocoder, query: str) -> None:
    assert [place.label for place in geocoder.search(query) if place.confidence >= 0.8] == []


@pytest.mark.parametrize(
    "query", ["Nguyễn Trãi", "đường số 10", "12 đường số 8", "CMT8", "Lê Lợi", "99999 Nguyễn Trãi", "Circle K"]
)
def test_a_name_borne_in_several_places_is_not_sure(geocoder: Geocoder, query: str) -> None:
    assert max(place.confidence for place in geocoder.search(query, limit=20)) < 0.8


def test_a_district_settles_which_street_of_a_name_is_meant(geocoder: Geocoder) -> None:
    found = best(geocoder, "Nguyễn Trãi, Thủ Đức")
    assert (found.old_district, found.confidence >= 0.8) == ("Quận 9", True)


@pytest.mark.parametrize(
    "query", ["ngã tư Hai Bà Trưng Điện Biên Phủ", "hai ba trung dien bien phu", "ngã tư đường HBT và đường ĐBP"]
)
def test_a_crossing_is_found_with_no_word_between_its_streets(geocoder: Geocoder, query: str) -> None:
    found = best(geocoder, query)
    assert (found.kind, distance_m((found.lon, found.lat), (106.69371, 10.78649)) < 100) == ("intersection", True)


def test_a_place_on_a_street_is_where_the_street_passes_it(geocoder: Geocoder) -> None:
    found = best(geocoder, "Cống Quỳnh - bệnh viện Từ Dũ")
    assert (found.kind, distance_m((found.lon, found.lat), (106.68534, 10.76889)) < 250) == ("intersection", True)


def test_a_name_may_be_typed_in_part(geocoder: Geocoder) -> None:
    assert best(geocoder, "chợ bà chi").label.startswith("Chợ Bà Chiểu")


def test_rivals_come_with_the_question_that_settles_them(geocoder: Geocoder) -> None:
    asked = best(geocoder, "Nguyễn Trãi").understood
    assert asked["ask"] == "district"
    assert {"Quận 1", "Quận 5"} <= set(asked["choices"].split(", "))
    assert "ask" not in best(geocoder, "Chợ Bến Thành").understood


def test_a_number_beyond_the_end_of_its_street_is_doubted(geocoder: Geocoder) -> None:
    found = best(geocoder, "9999 Bùi Viện, Quận 1")
    assert (found.understood["house_number"], found.confidence <= 0.5) == ("9999 (beyond the known numbers)", True)


def test_a_number_is_sought_in_the_ward_and_district_that_were_named(geocoder: Geocoder) -> None:
    first, fifth = best(geocoder, "100 Nguyễn Trãi, Quận 1"), best(geocoder, "100 Nguyễn Trãi, Quận 5")
    assert (first.old_district, fifth.old_district) == ("Quận 1", "Quận 5")


def test_a_wrong_ward_hides_nothing(geocoder: Geocoder) -> None:
    right, wrong = best(geocoder, "306 Lý Thái Tổ, P1, Q3"), best(geocoder, "306 Lý Thái Tổ, P9, Q3")
    assert (right.lon, right.lat) == (wrong.lon, wrong.lat)
    assert wrong.confidence < right.confidence


def test_a_wrong_district_hides_nothing_and_lowers_confidence(geocoder: Geocoder) -> None:
    right, wrong = best(geocoder, "Chợ Bến Thành, quận 1"), best(geocoder, "Chợ Bến Thành, quận 12")
    assert right.label == wrong.label
    assert wrong.confidence < 0.8 < right.confidence


def test_a_place_in_another_city_is_never_sure(geocoder: Geocoder) -> None:
    assert all(place.confidence < 0.3 for place in geocoder.search("12 Nguyễn Huệ, Hà Nội"))


def test_another_city_is_understood_and_stays_open(geocoder: Geocoder) -> None:
    found = best(geocoder, "36 Hàng Bài, Hà Nội")
    assert (found.label, found.understood["elsewhere"], found.confidence) == (
        "Hà Nội (ngoài thành phố)",
        "Hà Nội",
        0.25,
    )


def test_a_kilometre_on_a_highway_gives_the_highway_unsure(geocoder: Geocoder) -> None:
    found = best(geocoder, "km 12 quốc lộ 1A")
    assert (found.label.lower().startswith("quốc lộ 1"), found.confidence < 0.8) == (True, True)


def test_a_point_of_the_phone_brings_the_near_street_up(geocoder: Geocoder) -> None:
    in_district_9 = (106.775, 10.844)
    assert best(geocoder, "Nguyễn Trãi", near=in_district_9).old_district == "Quận 9"


def test_being_beside_a_place_widens_its_radius(geocoder: Geocoder) -> None:
    at, beside = best(geocoder, "chợ Bà Chiểu"), best(geocoder, "gần chợ Bà Chiểu")
    assert (beside.label, beside.radius_m - at.radius_m) == (at.label, 200.0)


def test_a_number_between_two_known_ones_has_a_wider_radius(geocoder: Geocoder) -> None:
    known, between = best(geocoder, "306 Lý Thái Tổ"), best(geocoder, "308 Lý Thái Tổ")
    assert known.radius_m <= 45 < between.radius_m
    assert distance_m((known.lon, known.lat), (between.lon, between.lat)) < 200


def test_the_limit_is_kept(geocoder: Geocoder) -> None:
    assert [len(geocoder.search("Lê Lợi", limit=limit)) for limit in (0, 1, 3)] == [0, 1, 3]


@pytest.mark.parametrize("query", ["", " ", "😀", "'; DROP TABLE calls; --", "Москва", "a" * 10_000, "/ / /", "\x00"])
def test_junk_finds_nothing_sure(geocoder: Geocoder, query: str) -> None:
    assert all(place.confidence < 0.5 for place in geocoder.search(query))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80), lon=st.floats(), lat=st.floats())
def test_any_text_and_any_phone_position_give_places_in_order(
    geocoder: Geocoder, query: str, lon: float, lat: float
) -> None:
    found = geocoder.search(query, near=(lon, lat))
    assert all(0 <= place.confidence <= 1 and place.radius_m > 0 for place in found)
    assert len(found) <= 5


def test_an_address_with_no_known_number_near_never_opens_an_incident_by_itself(geocoder: Geocoder) -> None:
    far, near = geocoder.search("1400 Phạm Thế Hiển, quận 8")[0], geocoder.search("245 Lãnh Binh Thăng, quận 11")[0]
    assert far.radius_m > 300 > near.radius_m
    assert far.confidence < 0.8 <= near.confidence


def test_a_point_is_told_by_what_is_nearest(geocoder: Geocoder) -> None:
    found = geocoder.reverse(106.69802, 10.77257)
    assert (found.kind, found.label) == ("poi", "Chợ Bến Thành, Phường Bến Thành, Quận 1")


def test_a_point_far_from_everything_is_told_by_its_coordinates(geocoder: Geocoder) -> None:
    found = geocoder.reverse(105.85, 21.03)
    assert (found.kind, found.label, found.old_ward) == ("point", "21.03000, 105.85000", None)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lon=st.floats(), lat=st.floats())
def test_no_point_is_refused(geocoder: Geocoder, lon: float, lat: float) -> None:
    assert geocoder.reverse(lon, lat).label
