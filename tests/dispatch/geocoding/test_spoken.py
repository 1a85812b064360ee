"""Numbers as they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.geocoding.address import read_address
from dispatch.geocoding.spoken import with_numbers

SAID = [
    ("hai tám bốn nguyễn đình chiểu", "284 nguyễn đình chiểu"),
    ("năm một xẹt bốn hòa bình", "51/4 hòa bình"),
    ("một trăm hai mươi lăm lê lợi", "125 lê lợi"),
    ("số hai trăm lẻ năm hẻm năm mươi mốt thành thái", "số 205 hẻm 51 thành thái"),
    ("mười hai lê lợi quận mười một phường mười ba", "12 lê lợi quận 11 phường 13"),
    ("123 xẹt 45 xẹt 6 lê văn sỹ", "123/45/6 lê văn sỹ"),
    ("bốn trăm ba mươi sáu ba tháng hai", "436 ba tháng hai"),
]


@pytest.mark.parametrize(("said", "written"), SAID)
def test_said_numbers_are_written(said: str, written: str) -> None:
    assert with_numbers(said) == written


@pytest.mark.parametrize("text", ["123 Lê Lợi, Q1", "chợ Bà Chiểu", "ngã tư Bảy Hiền", "", "xẹt", "Nguyễn Trãi quận 5"])
def test_a_text_without_said_numbers_is_unchanged(text: str) -> None:
    assert with_numbers(text) == text


WORDS = ("hai", "ba", "trăm", "mươi", "mười", "lẻ", "xẹt", "trên", "gạch", "chéo", "số", "hẻm", "12", ",", "lê")


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_order_of_number_words_gives_a_text(words: list[str]) -> None:
    assert isinstance(with_numbers(" ".join(words)), str)


def test_the_number_after_a_slash_said_is_no_house_of_its_own() -> None:
    readings = read_address("một chín hai trên 8 man thiện")
    assert "192/8" in {reading.house_number for reading in readings}
    assert "8" not in {reading.house_number for reading in readings}
