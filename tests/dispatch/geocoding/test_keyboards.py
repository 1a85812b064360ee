"""Telex and VNI keys become letters; words that are words stay."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.geocoding_sets.callers import WAYS
from dispatch.geocoding.keyboards import decode, decode_text, is_syllable

TYPED = [
    ("nguyeenx traix", "nguyễn trãi"),
    ("nguye6n4 tra4i", "nguyễn trãi"),
    ("phuwowngf 1, quaanj 3", "phường 1, quận 3"),
    ("d9ie6n5 bie6n phu3", "điện biên phủ"),
    ("ddieejn bieen phur", "điện biên phủ"),
    ("hem 51 thanhf thais", "hem 51 thành thái"),
]


@pytest.mark.parametrize(("typed", "meant"), TYPED)
def test_keys_left_as_typed_are_read_as_letters(typed: str, meant: str) -> None:
    assert decode_text(typed) == meant


@pytest.mark.parametrize("text", ["D2 q1 p13", "chợ Bến Thành", "vincom", "landmark 81", "3/2", "hem 12/4", ""])
def test_other_words_stay(text: str) -> None:
    assert decode_text(text) == text


@pytest.mark.parametrize("word", ["nguyen", "quynh", "nghieng", "ai", "uyen"])
def test_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@given(st.text(max_size=40))
def test_any_text_is_decoded_to_some_text(text: str) -> None:
    assert isinstance(decode_text(text), str)


@given(st.from_regex(r"[a-z1-9]{1,10}", fullmatch=True))
def test_decoding_twice_is_decoding_once(word: str) -> None:
    assert decode(decode(word)) == decode(word)


@pytest.mark.parametrize("way", ["telex", "vni"])
@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Minh Khai", "Phường Bến Nghé", "Lê Văn Sỹ", "Quận Gò Vấp", "Đường Lý Thái Tổ"]
)
def test_a_name_typed_key_by_key_comes_back(name: str, way: str) -> None:
    assert decode_text(WAYS[way](name, random.Random(1))) == name.lower()
