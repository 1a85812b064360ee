"""What to ask the caller."""

from __future__ import annotations

from msgspec import structs

from dispatch.domain.place import Place
from dispatch.geocoding.settle import question


def make_place(confidence: float, district: str, ward: str = "Phường 1", label: str = "A") -> Place:
    return Place(lon=0, lat=0, kind="street", label=label, confidence=confidence, old_district=district, old_ward=ward)


def test_a_sure_place_is_no_question() -> None:
    assert question([make_place(0.9, "Quận 1"), make_place(0.5, "Quận 5")]) == {}
    assert question([]) == {}


def test_rivals_in_several_districts_are_told_apart_by_the_district() -> None:
    places = [make_place(0.4, "Quận 5"), make_place(0.3, "Quận 1"), make_place(0.01, "Quận 9")]
    assert question(places) == {"ask": "district", "choices": "Quận 5, Quận 1"}


def test_rivals_in_one_district_are_told_apart_by_the_ward() -> None:
    places = [make_place(0.4, "Quận 5", "Phường 2"), make_place(0.3, "Quận 5", "Phường 7")]
    assert question(places) == {"ask": "ward", "choices": "Phường 2, Phường 7"}


def test_a_long_street_is_settled_by_its_districts_or_a_number() -> None:
    assert question([make_place(0.7, "Quận 5", label="Nguyễn Trãi (Quận 5, Quận 1)")])["choices"] == "Quận 5, Quận 1"
    assert question([make_place(0.7, "Quận 5")]) == {"ask": "house_number"}


def test_an_estimated_number_is_asked_in_every_district_of_its_street() -> None:
    here = structs.replace(make_place(0.6, "Quận 5"), understood={"street_in": "Quận 1, Quận 5"})
    assert question([here]) == {"ask": "district", "choices": "Quận 5, Quận 1"}
