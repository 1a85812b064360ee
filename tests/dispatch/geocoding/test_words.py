"""Names in one spelling."""

from __future__ import annotations

import pytest

from dispatch.geocoding.words import canonical, split_alley

SAME = [
    ("CMT8", "Cách Mạng Tháng Tám"),
    ("Đường 3/2", "3 tháng 2"),
    ("Ba Tháng Hai", "3 Tháng 2"),
    ("đường số 10", "Số 10"),
    ("QL1A", "Quốc lộ 1A"),
    ("Ðiện Biên Phủ", "dien bien phu"),
    ("Lý Thường Kiệt", "Lí thường kiệt"),
    ("BV Từ Dũ", "bệnh viện từ dũ"),
    ("Ngã 4 Bảy Hiền", "ngã tư bảy hiền"),
    ("Hẻm 1136 đường 3/2", "hem 1136 Ba Tháng Hai"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("Đường số 10", "Đường số 11"), ("Lê Lợi", "Lê Lai"), ("D6", "D8")])
def test_different_streets_have_different_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_an_alley_is_split_into_its_number_and_its_street() -> None:
    assert split_alley(canonical("Hẻm 51/3 Thành Thái")) == ("51/3", "thanh thai")
    assert split_alley(canonical("Thành Thái")) is None
