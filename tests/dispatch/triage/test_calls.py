"""What an assessment means for a call and its incident: never less, never lower."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.state import Call, Incident, Major, Triage
from dispatch.domain.words import Level, Skill
from dispatch.errors import Malformed, NotFound
from dispatch.triage.answers import Answers
from dispatch.triage.calls import chapter_of, instruction_given, needs_with, raised, times_of, told_of
from dispatch.triage.decide import Assessment, decide
from dispatch.triage.model import Response, UnitAsked, Words
from tests.dispatch.triage.worlds import small

AT = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
SKILLS: tuple[Skill, ...] = ("doctor", "nurse", "convey")


def incident(**fields: Any) -> Incident:
    plain = {"id": "I1", "number": "1129-001", "status": "waiting", "priority": 2, "complaint": "pain"}
    times = {"answered_at": AT, "opened_at": AT, "level_set_at": AT}
    return Incident(**{**plain, **times, "needs": (Need(("convey",)),), "level_by": "protocol", **fields})


def call(level: Level | None = None, **fields: Any) -> Call:
    before = Triage(level=level, package_hash="h", at=AT, chapter="pain") if level else None
    return Call(id="C1", answered_at=AT, incident_id="I1", triage=before, **fields)


def red() -> Assessment:
    return decide(small(), Answers({"conscious": "no"}, "pain"))


def test_a_graver_assessment_raises_the_level_and_what_is_sent_as_the_protocols() -> None:
    told = raised(call(), incident(), red(), None)
    needs = (Need(("doctor", "convey")), Need(("convey",)))
    assert told == ev.IncidentRevised(incident_id="I1", priority=1, needs=needs, level_by="protocol")


def test_a_lighter_assessment_changes_nothing() -> None:
    light = decide(small(), Answers({"conscious": "yes", "sweating": "no"}, "pain"))
    assert raised(call(), incident(priority=1, needs=(Need(("doctor", "convey")),)), light, None) is None


def test_a_level_that_a_doctor_lowered_stays_until_the_answers_show_more() -> None:
    lowered = incident(priority=3, level_by="person")
    assert raised(call(level=1), lowered, red(), None) is None
    told = raised(call(level=2), lowered, red(), None)
    assert told is not None
    assert told.priority == 1


def test_a_major_incident_keeps_the_units_that_its_commander_counted() -> None:
    major = Major(declared_at=AT, declared_by="user:lan", expected=12)
    told = raised(call(), incident(major=major), red(), None)
    assert told is not None
    assert (told.priority, told.needs) == (1, None)


def test_a_complaint_that_a_person_named_is_taken_over() -> None:
    same = decide(small(), Answers({"conscious": "yes"}, "pain"))
    told = raised(call(), incident(), same, "fever")
    assert told == ev.IncidentRevised(incident_id="I1", complaint="fever", level_by="protocol")


needs = st.lists(st.sets(st.sampled_from(SKILLS), min_size=1), max_size=4)


@given(needs, needs)
def test_what_is_sent_is_never_less_than_either_asks(asked: list[set[Skill]], least: list[set[Skill]]) -> None:
    units = tuple(UnitAsked(skills=tuple(one)) for one in asked)
    response = Response(id="r", name=Words(vi="a", en="a"), units=units)
    sent = [set(need.skills) for need in needs_with(response, [Need(tuple(one)) for one in least])]
    assert len(sent) == max(len(asked), len(least))
    for wanted in (asked, least):
        assert can_serve(sent, wanted)


def can_serve(sent: list[set[Skill]], wanted: list[set[Skill]]) -> bool:
    """Whether each wanted one gets a unit of its own that has its skills."""
    if not wanted:
        return True
    first, *rest = wanted
    return any(unit >= first and can_serve([*sent[:at], *sent[at + 1 :]], rest) for at, unit in enumerate(sent))


def test_the_chapter_is_the_one_named_else_the_complaints_else_the_calls_own() -> None:
    package = small()
    assert chapter_of(package, "pain", None, None) == "pain"
    assert chapter_of(package, None, "pain", None) == "pain"
    assert chapter_of(package, None, None, call(level=2)) == "pain"
    assert chapter_of(package, None, None, call(complaint="pain")) == "pain"
    assert chapter_of(package, None, "fever", None) is None
    with pytest.raises(Malformed, match="no chapter 'flu'"):
        chapter_of(package, "flu", None, None)


def test_a_place_that_is_known_need_not_be_asked_for() -> None:
    assert told_of(small(), None, has_place=True) == {"where"}
    assert told_of(small(), call(caller_token="psn-1"), has_place=False) == frozenset()


def test_a_step_marks_the_moment_that_is_measured() -> None:
    given_ = instruction_given(small(), "C1", "push", "go")
    assert given_ == ev.InstructionGiven(call_id="C1", instruction="push", step="go", marks="first_compression")
    with pytest.raises(NotFound, match="no step 'run'; its steps are hand, go"):
        instruction_given(small(), "C1", "push", "run")
    with pytest.raises(NotFound, match="no instruction 'pull'"):
        instruction_given(small(), "C1", "pull", "go")


def test_times_count_from_the_answer_and_are_never_made_up() -> None:
    told = times_of(msgspec.structs.replace(call(), arrest_recognised_at=AT + timedelta(seconds=48.25)))
    assert (told["answer_to_recognition_s"], told["answer_to_first_compression_s"]) == (48.2, None)
