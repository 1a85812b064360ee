"""A caller's words find the complaint they speak of, with accents or without."""

from __future__ import annotations

import pytest

from dispatch.city_pack import CityPack, load_city_pack
from dispatch.text import fold


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_city_pack()


def test_every_synonym_finds_its_own_complaint_with_and_without_accents(pack: CityPack) -> None:
    wrong = [
        (typed, complaint.code)
        for complaint in pack.complaints
        for synonym in (*complaint.synonyms_vi, *complaint.synonyms_en)
        for typed in (synonym, fold(synonym))
        if complaint not in pack.list_complaints(f"bà ngoại tôi {typed}, mau lên")
    ]
    assert wrong == []


def test_every_code_and_every_name_finds_its_complaint(pack: CityPack) -> None:
    for complaint in pack.complaints:
        found = {pack.match_complaint(text) for text in (complaint.code, complaint.name_vi, complaint.name_en)}
        assert found == {complaint}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ba tôi khó thở quá", "breathing"),
        ("ba toi kho tho qua", "breathing"),
        ("KHÓ  THỞ!!!", "breathing"),
        ("té xe máy ở ngã tư Hàng Xanh", "motorbike_crash"),
        ("chồng em đau ngực, vã mồ hôi", "chest_pain"),
        ("méo miệng, nói đớ", "stroke"),
        ("vợ em vỡ ối rồi", "pregnancy"),
        ("be so sinh tim tai, be ngung tho", "child_sick"),
        ("my father is not breathing", "cardiac_arrest"),
        ("tự té xe, đụng xe tải tông", "trauma_traffic"),
    ],
)
def test_what_callers_say_is_understood(pack: CityPack, words: str, code: str) -> None:
    found = pack.match_complaint(words)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("words", ["", "   ", "...", "hẻm cụt", "ngã tư Bảy Hiền", "chờ em xíu", "bị tê tay"])
def test_words_that_say_nothing_of_a_complaint_find_none(pack: CityPack, words: str) -> None:
    assert pack.match_complaint(words) is None


def test_accents_may_be_left_out_but_not_contradicted(pack: CityPack) -> None:
    assert pack.match_complaint("bi te") == pack.match_complaint("bị té") != pack.match_complaint("bị tê")


def test_a_graver_complaint_beside_a_longer_one_is_listed(pack: CityPack) -> None:
    found = pack.list_complaints("tai nạn giao thông, người ta không thở")
    assert [(c.code, c.level) for c in found] == [("trauma_traffic", 2), ("cardiac_arrest", 1)]


def test_the_package_is_not_approved_and_has_every_level(pack: CityPack) -> None:
    assert not pack.package.is_approved
    assert {c.level for c in pack.complaints} == {1, 2, 3, 4}


def test_the_grave_complaints_start_red_and_need_a_doctor_and_a_stretcher(pack: CityPack) -> None:
    red = {c.code: set(c.needs) for c in pack.complaints if c.level == 1}
    assert red.keys() >= {"cardiac_arrest", "unconscious", "choking", "drowning", "mass_casualty"}
    assert all(needs >= {"doctor", "convey"} for needs in red.values())
