"""What is said to be a school or a market is no street; a quarter is set aside and leaves its ward."""

from __future__ import annotations

import pytest

from dispatch.geocoding.address import read_address
from dispatch.geocoding.reading import Address
from dispatch.geocoding.search import Geocoder


@pytest.mark.parametrize(
    "query",
    ["bệnh viện Lê Lợi quận 1", "công ty Trần Hưng Đạo quận 5", "chùa Nguyễn Trãi quận 5", "siêu thị Lê Đại Hành",
     "chợ Lớn quận 6", "chợ Lê Hồng Phong quận 5"],
)  # fmt: skip
def test_a_street_for_another_kind_of_thing_opens_no_incident_by_itself(geocoder: Geocoder, query: str) -> None:
    streets = [place for place in geocoder.search(query) if place.kind in {"street", "alley"}]
    assert [place.label for place in streets if place.confidence >= 0.8] == []


@pytest.mark.parametrize(
    "query", ["Trường Chinh quận 12", "Trường Sa, Phú Nhuận", "cầu Nguyễn Văn Cừ", "Đinh Tiên Hoàng quận 1"]
)
def test_a_name_that_begins_like_a_kind_is_itself(geocoder: Geocoder, query: str) -> None:
    assert geocoder.search(query)[0].confidence >= 0.5


def test_a_school_is_found_by_its_name_without_its_level(geocoder: Geocoder) -> None:
    found = geocoder.search("trường Lê Hồng Phong quận 5")[0]
    assert (found.understood["name"], found.confidence >= 0.8) == ("Trường THPT Chuyên Lê Hồng Phong", True)


def test_a_street_is_not_its_schools(geocoder: Geocoder) -> None:
    assert geocoder.search("Nguyễn Trãi")[0].kind == "street"


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        (
            "1/2A tổ 5 khu phố 3 phường Tân Thới Nhất quận 12",
            Address(house_number="1/2a", ward="tan thoi nhat", district="Quận 12", within="tổ 5, khu phố 3"),
        ),
        (
            "45/3 ấp 4 xã Xuân Thới Thượng Hóc Môn",
            Address(house_number="45/3", ward="xuan thoi thuong", district="Hóc Môn", within="ấp 4"),
        ),
        ("tổ 5 khu phố 3a phường Tân Thới Nhất", Address(ward="tan thoi nhat", within="tổ 5, khu phố 3A")),
    ],
)
def test_groups_quarters_and_hamlets_are_set_aside(query: str, reading: Address) -> None:
    assert reading in read_address(query)


@pytest.mark.parametrize(
    ("query", "label", "within"),
    [
        ("1/2A tổ 5 khu phố 3 phường Tân Thới Nhất quận 12", "Phường Tân Thới Nhất, Quận 12", "tổ 5, khu phố 3"),
        ("45/3 ấp 4 xã Xuân Thới Thượng Hóc Môn", "Xã Xuân Thới Thượng, Hóc Môn", "ấp 4"),
    ],
)
def test_a_house_of_a_quarter_is_its_ward_and_unsure(geocoder: Geocoder, query: str, label: str, within: str) -> None:
    found = geocoder.search(query)[0]
    assert (found.label, found.understood["within"], found.confidence <= 0.6) == (label, within, True)


def test_a_generic_word_is_nobody_s_name(geocoder: Geocoder) -> None:
    assert geocoder.search("khách sạn Rex")[0].understood == {"name": "Rex Hotel"}


def test_the_street_said_tells_which_branch_is_not_meant(geocoder: Geocoder) -> None:
    assert geocoder.search("đường Bình Long sau lưng siêu thị Coopmart")[0].understood["street"] == "Bình Long"


def test_a_junction_keeps_its_name_whatever_it_is_called(geocoder: Geocoder) -> None:
    places = [geocoder.search(f"{word} Dân Chủ")[0] for word in ("vòng xoay", "bùng binh", "công trường")]
    assert len({(place.lon, place.lat) for place in places}) == 1
