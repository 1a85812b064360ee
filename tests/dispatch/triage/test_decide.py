"""From answers to level, next question and instructions; what is unanswered never lowers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.paths import data_dir
from dispatch.triage.answers import Answers, read_answers, read_value
from dispatch.triage.decide import decide
from dispatch.triage.expressions import Value
from dispatch.triage.load import read_files, read_package
from dispatch.triage.model import PERSONAL, Package
from dispatch.triage.rehearse import failures
from tests.dispatch.triage.worlds import MAIN, city_package, small

PAIN = Answers({}, "pain", frozenset({"where", "what"}))


def after(package: Package, **values: Value) -> Any:
    return decide(package, Answers(values, "pain", frozenset({"where", "what"})))


def test_nothing_known_is_orange_and_begins_with_the_place() -> None:
    found = decide(small(), Answers())
    assert (found.level, found.next, found.may_send) == (2, "where", False)
    assert found.missing == ("where", "what", "conscious", "age")


def test_red_is_red_at_once_with_its_script_and_what_is_left_to_ask() -> None:
    found = decide(small(), Answers({"conscious": "no"}, None, frozenset({"where"})))
    assert (found.level, found.matched, found.instructions, found.may_send) == (1, ("G.R1",), ("push",), True)
    assert [unit.skills for unit in found.response.units] == [("doctor", "convey"), ("convey",)]
    assert found.missing == ("what", "age")


def test_a_question_that_would_change_nothing_is_not_asked() -> None:
    assert after(small(), conscious="yes").next == "sweating"
    assert after(small(), conscious="yes", sweating="yes").next == "pain_where"
    assert after(small(), conscious="yes", sweating="no").next is None


def test_what_is_safe_to_touch_is_asked_before_somebody_is_told_to_touch() -> None:
    package = city_package()
    asked = [one.id for one in package.questions_of("electric_shock")]
    assert asked[:5] == ["where", "what", "still_live", "conscious", "breathing"]
    assert len(asked) == len(set(asked))


def test_an_unsigned_package_never_goes_below_where_its_chapter_starts() -> None:
    found = after(small(), conscious="yes", sweating="no", pain_where="chest")
    assert (found.level, found.assessed_level, found.is_approved) == (2, 3, False)


def test_a_signed_package_goes_lower_only_once_nothing_graver_is_open() -> None:
    package = small(approved=True)
    assert (after(package, sweating="no").level, after(package, sweating="no").open_criteria) == (2, ("G.R1",))
    assert after(package, sweating="no", conscious="unsure").level == 2
    assert after(package, sweating="no", conscious="yes").level == 3


def test_an_active_alert_card_asks_after_the_gate_and_changes_no_level() -> None:
    on = MAIN.replace(
        "active: false}",
        "active: true, questions: [{id: rash, kind: yes_no, text: {vi: ban, en: rash}}], "
        "criteria: [{code: A.P1, when: rash, text: {vi: lây, en: catching}, flags: [protect_crew]}]}",
    )
    package = small(package=on)
    assert after(package, conscious="yes", age=3.0).next == "rash"
    found = after(package, conscious="yes", rash="yes")
    assert (found.level, found.flags, found.alert) == (2, ("protect_crew",), "outbreak")


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        ("conscious", False, "no"),
        ("conscious", "Không", "no"),
        ("conscious", "khong", "no"),
        ("conscious", 0, "no"),
        ("conscious", "có", "yes"),
        ("conscious", "không rõ", "unsure"),
        ("conscious", "ừm", None),
        ("age", 45, 45.0),
        ("age", "45 tuổi", 45.0),
        ("age", "6 tháng", 0.5),
        ("age", "200", None),
        ("age", True, None),
        ("age", "già", None),
        ("pain_where", "ngực", "chest"),
        ("pain_where", "Chest", "chest"),
        ("pain_where", "lưng", None),
    ],
)
def test_answers_are_understood_as_people_give_them(question: str, raw: Any, value: Value | None) -> None:
    assert read_value(small().questions[question], raw) == value


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [("30", 30), ("30 phút", 30), ("3 giờ", 180), ("3h", 180), ("2 tiếng", 120), ("2 day", 2880), ("2 months", 87_600),
     ("3 con", None)],
)  # fmt: skip
def test_how_long_ago_is_understood_in_hours_and_days_too(raw: str, minutes: float | None) -> None:
    assert read_value(city_package().questions["well_minutes"], raw) == minutes


def test_what_is_not_understood_counts_as_unsure_and_is_told_back() -> None:
    reading = read_answers(small(), {"conscious": "ừm", "shoe_size": 43, "where": "12 Lê Lợi"}, "pain")
    assert reading.answers == Answers({"conscious": "unsure"}, "pain", frozenset({"where", "what"}))
    assert (reading.not_understood, reading.unknown) == (("conscious",), ("shoe_size",))


# --- the city's own package -----------------------------------------------------------------------------


def test_the_city_package_is_unsigned_and_has_a_chapter_for_every_complaint() -> None:
    package = city_package()
    assert not package.is_approved
    assert len(package.chapters) >= 35
    assert {"motorbike_crash", "snake_animal", "drowning", "heat"} <= package.chapters.keys()


@pytest.mark.parametrize("case", city_package().cases, ids=lambda one: f"{one.chapter or 'gate'}: {one.case.name}")
def test_a_case_of_the_city_package_comes_out_as_it_says(case: Any) -> None:
    assert failures(city_package(), case) == []


def edited(old: str, new: str) -> Package:
    """The city's package with one place of package.yaml edited."""
    files = read_files(data_dir() / "protocol")
    assert files["package.yaml"].count(old) == 1
    files["package.yaml"] = files["package.yaml"].replace(old, new)
    return read_package(files, city_package().chapter_by_complaint)


def test_the_city_package_can_be_signed_as_it_stands() -> None:
    signed = edited("approved_by: null\n  effective: null", 'approved_by: "hội đồng"\n  effective: "2027-01-01"')
    grazes = next(one.case.given for one in signed.cases if one.case.name == "grazes")
    answers = read_answers(signed, grazes, "motorbike_crash").answers
    assert (decide(signed, answers).level, decide(city_package(), answers).level) == (3, 2)


def test_the_citys_outbreak_card_is_switched_on_by_one_word() -> None:
    package = edited("active: false", "active: true")
    gate: dict[str, Value] = {"conscious": "yes", "breathing": "yes", "age": 30.0}
    told = frozenset({"where", "what", "callback"})
    assert decide(package, Answers(gate, "fever", told)).next == "fever_now"
    assert decide(package, Answers(gate, "burns", told)).next == "burn_by"
    found = decide(package, Answers({**gate, "fever_now": "yes", "sick_contact": "yes"}, "fever", told))
    assert (found.flags, found.alert) == (("protect_crew",), "outbreak")


@st.composite
def situations(draw: st.DrawFn) -> Answers:
    """A chapter of the city's package with some of its questions answered somehow."""
    package = city_package()
    chapter = draw(st.sampled_from([None, *package.chapters]))
    values: dict[str, Value] = {}
    for question in package.questions_of(chapter):
        if question.kind in PERSONAL or not draw(st.booleans()):
            continue
        if question.kind == "number":
            values[question.id] = float(draw(st.sampled_from((0, 1, 4, 30, 70))))
        else:
            known = ["yes", "no"] if question.kind == "yes_no" else [choice.id for choice in question.choices]
            values[question.id] = draw(st.sampled_from([*known, "unsure"]))
    return Answers(values, chapter)


@given(situations())
def test_the_unsigned_city_package_never_lowers(answers: Answers) -> None:
    package, found = city_package(), decide(city_package(), answers)
    start = package.chapters[answers.chapter].level if answers.chapter else package.gate.unknown_level
    assert found.level == min(start, found.assessed_level or 4)


@given(situations(), st.data())
def test_a_signed_city_package_lowers_only_with_nothing_graver_open(answers: Answers, data: st.DataObject) -> None:
    package = city_package()
    header = msgspec.structs.replace(package.header, approved_by="hội đồng", effective="2026-12-01")
    signed = msgspec.structs.replace(package, header=header)
    kept = data.draw(st.sets(st.sampled_from(sorted(answers.values) or ["none"])))
    fewer = Answers({name: value for name, value in answers.values.items() if name in kept}, answers.chapter)
    found = decide(signed, fewer)
    start = package.chapters[answers.chapter].level if answers.chapter else package.gate.unknown_level
    if found.level > start:
        assert found.open_criteria == ()
        assert found.assessed_level == found.level


@given(situations())
def test_an_arrest_shows_a_script_with_a_metronome_first_unless_the_helper_is_in_danger(answers: Answers) -> None:
    package, found = city_package(), decide(city_package(), answers)
    if found.recognised == "cardiac_arrest":
        shown = [package.instructions[name] for name in found.instructions]
        first = next(one for one in shown if not one.before_all)
        assert found.level == 1
        assert first.metronome_bpm == 110
        assert any(step.marks == "first_compression" for step in first.steps)
        assert "recovery_position" not in found.instructions
