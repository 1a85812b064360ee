"""What callers say around a place: signals, turns, ways to go, their own house; and what a foreigner says."""

from __future__ import annotations

import unicodedata

import pytest

from dispatch.geocoding.address import read_address
from dispatch.geocoding.everyday import metres_said, place_only
from dispatch.geocoding.search import Geocoder


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("đụng xe ở chỗ đèn đỏ Lê Hồng Phong 3 tháng 2", "ngã tư Lê Hồng Phong 3 tháng 2"),
        ("Hoàng Văn Thụ quẹo vô Trần Huy Liệu", "Hoàng Văn Thụ giao Trần Huy Liệu"),
        ("xe tông nhau trên đường Trường Chinh chỗ gần Đồng Đen", "Trường Chinh giao Đồng Đen"),
        ("đầu đường Huỳnh Văn Bánh chỗ Nguyễn Văn Trỗi", "Huỳnh Văn Bánh giao Nguyễn Văn Trỗi"),
        ("trên cầu Phú Mỹ hướng về quận 2", "trên cầu Phú Mỹ "),
        ("nhà thương Chợ Rẫy", "bệnh viện Chợ Rẫy"),
        ("hẻm 161/85 Lạc Long Quân số nhà 30, phường 3", "161/85/30 Lạc Long Quân, phường 3"),
        ("má tui trúng gió nhà tui hẻm 290 Đoàn Văn Bơ", "hẻm 290 Đoàn Văn Bơ"),
        ("alo 115 hả, địa chỉ là 100 Chiến Thắng", "100 Chiến Thắng"),
    ],
)
def test_an_everyday_wording_becomes_the_grammars(said: str, meant: str) -> None:
    assert place_only(said) == meant


@pytest.mark.parametrize(
    "plain",
    [
        "12 Lê Lợi, phường Bến Nghé",
        "ngã tư Hàng Xanh",
        "Trường mầm non Hướng Dương",
        "105M Hồ Thị Kỷ",
        "hẻm 105m hồ thị kỷ",
        "số 66 Bùi Đình Túy nha em phường 12",
    ],
)
def test_words_that_only_look_like_it_stay(plain: str) -> None:
    assert place_only(plain) == plain


def test_a_way_told_is_counted_in_metres() -> None:
    assert [metres_said(text) for text in ("cách chợ 200m", "đi vô 1,5 km", "12 Mạc Đĩnh Chi", "km 12 quốc lộ 1")] == [
        200.0, 1500.0, 0.0, 0.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("way", "metres"),
    [
        ("hai cây số", 2000.0),
        ("hai cay so", 2000.0),
        ("năm trăm mét", 500.0),
        ("một trăm hai mươi thước", 120.0),
        ("hai ba cây số", 5000.0),
        ("vài cây số", 5000.0),
        ("vài trăm thước", 1000.0),
        ("ba bốn trăm mét", 1000.0),
        ("năm chục thước", 100.0),
    ],
)
def test_a_way_told_in_words_is_counted_or_guessed_rather_too_far(way: str, metres: float) -> None:
    both = [metres_said(f"cách chợ {way}"), metres_said(unicodedata.normalize("NFD", f"cách chợ {way}"))]
    assert both == [metres, metres]


def test_a_day_after_a_name_in_phong_is_no_ward() -> None:
    assert {reading.ward for reading in read_address("Lê Hồng Phong 3 tháng 2")} == {None}


def test_a_letter_before_a_number_may_be_a_street() -> None:
    assert ("duong d1", "ung van khiem") in {reading.crossing for reading in read_address("D1 Ung Văn Khiêm")}


@pytest.mark.parametrize(
    ("query", "streets"),
    [
        ("đèn xanh đèn đỏ thành thái tô hiến thành", {"Thành Thái", "Tô Hiến Thành"}),
        ("Phan Xích Long ngay ngã ba Trần Kế Xương", {"Phan Xích Long", "Trần Kế Xương"}),
        ("corner of Nguyen Trai and Tan Da", {"Nguyễn Trãi", "Tản Đà"}),
        ("between Pasteur and Vo Thi Sau", {"Pasteur", "Võ Thị Sáu"}),
        ("Nguyễn Thị Thử - Phan Văn Hớn xuân thới thượng", {"Nguyễn Thị Thử", "Phan Văn Hớn"}),
    ],
)
def test_a_crossing_is_found_however_it_is_said(geocoder: Geocoder, query: str, streets: set[str]) -> None:
    found = geocoder.search(query)[0]
    assert (found.kind, set(found.understood["crossing"].split(" – "))) == ("intersection", streets)


@pytest.mark.parametrize(
    ("query", "name"),
    [("nhà thương Chợ Rẫy", "Bệnh viện Chợ Rẫy"), ("near Thi Nghe market", "Chợ Thị Nghè"),
     ("behind Binh Dan hospital", "Bệnh viện Bình Dân")],
)  # fmt: skip
def test_a_thing_is_found_under_another_word_for_its_kind(geocoder: Geocoder, query: str, name: str) -> None:
    assert geocoder.search(query)[0].understood["name"].casefold() == name.casefold()


def test_so_far_from_a_market_widens_the_circle_and_lowers_the_confidence(geocoder: Geocoder) -> None:
    near, away = (
        geocoder.search(query)[0] for query in ("gần chợ Hạnh Thông Tây", "cách chợ Hạnh Thông Tây khoảng 400m")
    )
    assert (away.lon, away.lat) == (near.lon, near.lat)
    assert (near.confidence >= 0.8, away.confidence < 0.8, away.radius_m >= 400) == (True, True, True)


@pytest.mark.parametrize(
    "query",
    [
        "cách cầu Sài Gòn hai cây số",
        "cách chợ Bến Thành khoảng một cây số",
        "cach cho Ben Thanh hai cay so",
        "cách chợ Hạnh Thông Tây hai cây số",
        "cách chợ Hạnh Thông Tây năm chục thước",
        "ngã tư Hàng Xanh đi thêm một cây số",
        "bệnh viện Chợ Rẫy đi tới hai cây số",
        "Hoàng Văn Thụ quẹo vô Trần Huy Liệu chạy năm trăm mét",
        "cách nhà em 100 Chiến Thắng một cây số",
        "cách ngã tư Hàng Xanh độ vài trăm thước",
    ],
)
def test_a_place_that_the_caller_is_some_way_from_is_never_sure(geocoder: Geocoder, query: str) -> None:
    assert [place.label for place in geocoder.search(query) if place.confidence >= 0.8] == []


@pytest.mark.parametrize(
    "query",
    [
        "Thủ Đức góc Nguyễn Huệ với Lê Lợi",
        "quận bảy góc Nguyễn Huệ với Lê Lợi",
        "phường Linh Trung góc Nguyễn Huệ với Lê Lợi",
        "Linh Trung góc Nguyễn Huệ với Lê Lợi",
        "Quận 7 đèn đỏ Hàng Xanh",
        "Gò Vấp đèn đỏ Hàng Xanh",
        "quận 7 tại ngã tư Hàng Xanh",
        "Nguyễn Huệ đèn đỏ Hàng Xanh",
        "chợ Bến Thành đèn đỏ Hàng Xanh",
        "Vũng Tàu đèn đỏ Hàng Xanh",
        "Bình Thạnh hẻm 290 Đoàn Văn Bơ",
        "quận 7 địa chỉ là 100 Chiến Thắng",
        "Gò Vấp địa chỉ là 100 Chiến Thắng",
        "go vap dia chi la 100 chien thang",
        "Gò Dấp địa chỉ là 100 Chiến Thắng",
        "gv địa chỉ là 100 Chiến Thắng",
        "Nguyễn Huệ địa chỉ là 100 Chiến Thắng",
        "Bình Chánh nhà em 100 Chiến Thắng",
        "Bình Chánh nhà em, 100 Chiến Thắng",
        "District 7, corner of Nguyen Hue and Le Loi",
        "Thu Duc corner of Nguyen Hue and Le Loi",
    ],
)
def test_a_place_that_lies_elsewhere_than_was_said_first_is_never_sure(geocoder: Geocoder, query: str) -> None:
    assert [place.label for place in geocoder.search(query) if place.confidence >= 0.8] == []


@pytest.mark.parametrize(
    "query",
    [
        "Quận 1 góc Nguyễn Huệ với Lê Lợi",
        "tai nạn ngay góc Nguyễn Huệ với Lê Lợi",
        "Bình Thạnh đèn đỏ Hàng Xanh",
        "đụng xe chỗ đèn đỏ Hàng Xanh",
        "Phú Nhuận địa chỉ là 100 Chiến Thắng",
        "alo cấp cứu Sài Gòn hả, địa chỉ là 100 Chiến Thắng",
        "hẻm cụt 56 Giải Phóng p4 tân bình",
    ],
)
def test_a_place_that_agrees_with_what_was_said_first_may_be_sure(geocoder: Geocoder, query: str) -> None:
    assert geocoder.search(query)[0].confidence >= 0.8


def test_a_day_and_a_street_may_be_a_crossing(geocoder: Geocoder) -> None:
    kinds = [place.kind for place in geocoder.search("3/2 Tôn Thất Hiệp")[:2]]
    assert (sorted(kinds), geocoder.search("3/2 Tôn Thất Hiệp")[0].confidence < 0.8) == (
        ["alley", "intersection"],
        True,
    )


@pytest.mark.parametrize("query", ["ngân hàng Agribank", "cây xăng Petrolimex", "Circle K", "UBND phường 14"])
def test_one_of_many_is_asked_about(geocoder: Geocoder, query: str) -> None:
    found = geocoder.search(query)[0]
    assert (found.confidence < 0.8, found.understood.get("ask") in {"district", "ward"}) == (True, True)


def test_a_wards_office_by_number_alone_names_all_districts_with_such_a_ward(geocoder: Geocoder) -> None:
    asked = geocoder.search("UBND phường 14")[0].understood["ward_in"].split(", ")
    assert {"Quận 3", "Quận 11", "Gò Vấp"} <= set(asked)


@pytest.mark.parametrize("query", ["nhà tôi", "trường mầm non Hoa Hồng Xanh Biếc"])
def test_a_name_that_no_place_bears_is_never_sure(geocoder: Geocoder, query: str) -> None:
    assert [place.label for place in geocoder.search(query) if place.confidence >= 0.8] == []


def test_a_name_is_compared_without_what_kind_of_thing_it_is(geocoder: Geocoder) -> None:
    assert [place.label for place in geocoder.search("Trường mầm non Hoa Hồng") if place.confidence >= 0.8] == []


def test_an_unconfirmed_point_is_never_sure_and_as_wide_as_its_doubt(geocoder: Geocoder) -> None:
    found = geocoder.search("Thánh thất Sài Gòn")[0]
    assert (found.understood["name"], found.radius_m, found.confidence <= 0.7, found.understood["ask"]) == (
        "Thánh thất Sài Gòn (unconfirmed point)", 760.0, True, "house_number",
    )  # fmt: skip
