"""What the words of an address say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.geocoding.address import read_address
from dispatch.geocoding.reading import Address

READINGS = [
    (
        "123/45/6 Lê Văn Sỹ P13 Q3",
        Address(house_number="123/45/6", street="le van sy", ward="13", district="Quận 3"),
    ),
    ("so 5 nguyen trai p. 13, Q.BT", Address(house_number="5", street="nguyen trai", ward="13", district="Bình Thạnh")),
    ("436 3/2", Address(house_number="436", street="3/2")),
    ("3/2 Lê Văn Sỹ", Address(house_number="3/2", street="le van sy")),
    ("12 đường số 10", Address(house_number="12", street="duong so 10")),
    ("hẻm 51 Thành Thái", Address(house_number="51", street="thanh thai", is_alley=True)),
    ("số 7 hẻm 40 Bùi Viện", Address(house_number="40/7", street="bui vien")),
    ("ngã tư Hai Bà Trưng – Điện Biên Phủ", Address(crossing=("hai ba trung", "dien bien phu"))),
    ("góc Lê Lợi và Pasteur, quận 1", Address(crossing=("le loi", "pasteur"), district="Quận 1")),
    ("CMT8 x 3/2", Address(crossing=("cmt8", "3/2"))),
    ("gần chợ Bà Chiểu", Address(names=("cho ba chieu",), relation="gan")),
    ("đ/d 30 Nguyễn Huệ", Address(house_number="30", street="nguyen hue", relation="doi dien")),
    ("lac long quan quan 11", Address(names=("lac long quan",), district="Quận 11")),
    ("nguyen tri phuong p8 q10", Address(names=("nguyen tri phuong",), ward="8", district="Quận 10")),
    ("36 Hàng Bài, Hà Nội", Address(house_number="36", street="hang bai", elsewhere="Hà Nội")),
    ("51 Thăng Long", Address(house_number="51", street="thang long")),
    ("273 an duong vuong", Address(house_number="273", street="an duong vuong")),
    ("12 Lê Lợi, phường Chợ Quán", Address(house_number="12", street="le loi", ward="cho quan")),
    ("436 lys thais toor, quaanj 3", Address(house_number="436", street="ly thai to", district="Quận 3")),
    ("5 le loi, phuon tan binh", Address(house_number="5", street="le loi", ward="tan binh")),
    ("p5 gv", Address(ward="5", district="Gò Vấp")),
    ("Lê Lợi ngã tư Pasteur", Address(crossing=("le loi", "pasteur"))),
    ("Lê Lợi góc Pasteur, Q1", Address(crossing=("le loi", "pasteur"), district="Quận 1")),
    ("ngã tư đường Lê Lợi đường Pasteur", Address(crossing=("le loi", "pasteur"))),
    ("Hồng Bàng - Ngô Quyền - Hùng Vương", Address(crossing=("hong bang", "ngo quyen"))),
    ("chân cầu Chữ Y", Address(names=("cau chu y",), relation="chan")),
    ("bên hông chợ Phú Nhuận", Address(names=("cho phu nhuan",), relation="ben hong")),
    ("Nguyễn Hữu Cảnh", Address(names=("nguyen huu canh",))),
    ("xa lộ Hà Nội", Address(names=("xa lo ha noi",))),
    ("12 Lê Lợi, Phường Bến Nghé, TP. Thủ Đức", Address("12", "le loi", ward="ben nghe", district="Thủ Đức")),
]


@pytest.mark.parametrize(("query", "reading"), READINGS, ids=[query for query, _ in READINGS])
def test_an_address_is_read_as_it_is_meant(query: str, reading: Address) -> None:
    assert read_address(query)[0] == reading


def test_a_market_that_bears_a_districts_name_has_two_readings() -> None:
    whole, in_district = read_address("chợ Tân Bình")
    assert (whole.names, whole.district) == (("cho tan binh",), None)
    assert (in_district.names, in_district.district) == (("cho",), "Tân Bình")


@pytest.mark.parametrize(
    ("query", "further"),
    [
        ("bến xe Quận 8", Address(names=("ben xe quan 8",))),
        ("hai tám bốn lê lợi", Address(house_number="284", street="le loi")),
        ("123 Nguyễn Trãi góc Lê Hồng Phong", Address(crossing=("nguyen trai", "le hong phong"))),
        ("chung cư Ngô Gia Tự lô C", Address(names=("chung cu ngo gia tu",))),
        ("có người xỉu ở chợ Bà Chiểu", Address(names=("cho ba chieu",), left_out="có người xỉu ở")),
    ],
)
def test_a_query_may_be_read_in_a_further_way(query: str, further: Address) -> None:
    first, *others = read_address(query)
    assert further in others
    assert first != further


@given(st.text(max_size=300))
def test_any_text_has_a_reading(text: str) -> None:
    assert len(read_address(text)) >= 1


WORDS = st.sampled_from([
    "q", "p", "3", "13", "3/2", "12/4/", "-", ",", "x", "&", "và", "ngã", "tư", "góc", "hẻm", "đường", "số", "phường",
    "quận", "tp", "thủ", "đức", "gần", "đ/d", "lê", "lợi", "f13", "xã", "hà", "nội", "hcm", "khu", "phố", "tháng",
])  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_any_order_of_address_words_has_a_reading(words: list[str]) -> None:
    assert len(read_address(" ".join(words))) >= 1


@pytest.mark.parametrize(
    ("english", "house", "ward", "district"),
    [
        ("No. 12 Le Loi Street, Ben Nghe Ward, District 1, Ho Chi Minh City", "12", "ben nghe", "Quận 1"),
        ("65 Le Loi Blvd., Ward 11, Dist. 5, HCMC 700000, Vietnam", "65", "11", "Quận 5"),
        ("95 Dinh Tien Hoang St, Binh Thanh District", "95", None, "Bình Thạnh"),
    ],
)
def test_english_order_and_words_are_read(english: str, house: str, ward: str | None, district: str) -> None:
    assert (house, ward, district) in {(one.house_number, one.ward, one.district) for one in read_address(english)}


@pytest.mark.parametrize(
    ("words", "house", "street"),
    [
        ("BV Từ Dũ 284 Cống Quỳnh, Q1", "284", "cong quynh"),
        ("341 Sư Vạn Hạnh nối dài, Q10", "341", "su van hanh"),
        ("235-237-239 Nguyễn Văn Cừ, Q5", "235-239", "nguyen van cu"),
    ],
)
def test_ways_of_writing_a_house_are_read(words: str, house: str, street: str) -> None:
    assert (house, street) in {(one.house_number, one.street) for one in read_address(words)}
