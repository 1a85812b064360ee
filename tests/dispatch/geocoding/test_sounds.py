"""Names that sound the same in the south."""

from __future__ import annotations

import pytest

from dispatch.geocoding.sounds import sound_of

ALIKE = [
    ("truong sa", "chuong xa"), ("tran quang dieu", "chan quan dieu"), ("vo van kiet", "do dan kiec"),
    ("lam van ben", "lam dan beng"), ("ly thai to", "li thai to"), ("kinh duong vuong", "cin duon vuon"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_mergers_of_the_south_are_one_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("le loi", "le lai"), ("duong so 1", "duong so 2"), ("tan binh", "tan phu")]
)
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)
