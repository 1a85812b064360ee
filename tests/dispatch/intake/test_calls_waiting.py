"""The order of those who wait, callers to be called back, and what a number's other calls are used for: nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.state import Call, CallBack, CallBackAttempt, State, Surge, Triage
from dispatch.domain.words import Level
from dispatch.intake.call_backs import clinical, queue
from dispatch.intake.repeats import reopened_by
from dispatch.intake.score import Earlier, rate
from dispatch.intake.waiting import rank, suggest, waiting_calls, waiting_incidents
from tests.factories import NOW, make_incident, make_state
from tests.samples import waiting

levels: st.SearchStrategy[Level] = st.sampled_from([1, 2, 3, 4])


def ago(seconds: float) -> Any:
    return NOW - timedelta(seconds=seconds)


def with_calls(*calls: Call, state: State | None = None) -> State:
    state = state or make_state()
    state.calls.update({call.id: call for call in calls})
    return state


def undecided(key: str, level: Level | None, waited_s: float) -> Call:
    triage = Triage(level=level, package_hash="a", at=NOW) if level else None
    return Call(id=key, status="answered", undecided_since=ago(waited_s), answered_at=ago(waited_s), triage=triage)


def closed(key: str, minutes_ago: float, **fields: Any) -> Call:
    return Call(id=key, status="closed", outcome="no_content", closed_at=ago(60 * minutes_ago), **fields)


@given(st.lists(st.tuples(levels, st.integers(0, 7200)), max_size=12))
def test_nobody_waits_behind_a_lesser_one_nor_behind_who_is_due_later(waiting: list[tuple[Level, int]]) -> None:
    incidents = [make_incident(f"I{n}", priority=level, waited_s=s) for n, (level, s) in enumerate(waiting)]
    order = waiting_incidents(make_state(incidents=incidents), NOW)
    keys = [(rank(one.level), one.due_at) for one in order]
    assert keys == sorted(keys)


def test_green_is_served_however_many_yellow_ones_come_after_it() -> None:
    state = make_state(incidents=[make_incident("green", priority=4)])
    for minute in range(120):
        yellow = make_incident(f"yellow-{minute:03}", waited_s=-60 * minute)
        state.incidents[yellow.id] = yellow
        served = waiting_incidents(state, ago(-60 * minute))[0]
        del state.incidents[served.incident_id]
        if served.incident_id == "green":
            break
    assert minute == 30


def test_green_that_is_due_goes_before_yellow_that_is_not_and_never_before_orange() -> None:
    worlds = [make_incident("green", priority=4, waited_s=3500), make_incident("yellow", waited_s=600)]
    worlds.append(make_incident("orange", priority=2, waited_s=1))
    order = waiting_incidents(make_state(incidents=worlds), NOW)
    assert [(one.incident_id, one.overdue) for one in order] == [("orange", False), ("green", False), ("yellow", False)]


def test_calls_that_ring_count_as_orange_until_somebody_knows() -> None:
    ringing = Call(id="ringing", status="ringing", rang_at=ago(15))
    state = with_calls(undecided("red", 1, 5), ringing, undecided("yellow", 3, 900), undecided("unknown", None, 20))
    order = waiting_calls(state, NOW)
    assert [one.call_id for one in order] == ["red", "ringing", "unknown", "yellow"]
    assert [one.overdue for one in order] == [False, True, False, False]


def test_a_surge_is_proposed_by_counts_and_its_end_by_fewer() -> None:
    ringing = [Call(id=f"C{n}", status="ringing", rang_at=NOW) for n in range(10)]
    state = with_calls(*ringing)
    proposed = suggest(state)
    assert proposed is not None
    assert (proposed.on, [one.code for one in proposed.reasons]) == (True, ["ringing"])
    state.surge = Surge(on=True)
    assert suggest(state) is None
    over = suggest(make_state())
    state.calls.clear()
    ended = suggest(state)
    assert (over, ended is not None and ended.on) == (None, False)


def test_the_queue_goes_by_level_then_by_when_it_is_due_and_ends_with_those_tried_enough() -> None:
    def to_call(key: str, due_s: float, level: Level | None = None, tried: int = 0) -> Call:
        attempt = CallBackAttempt(at=NOW, by="user:lan", result="no_answer")
        back = CallBack(reason="abandoned", asked_at=ago(90), due_at=ago(-due_s), attempts=(attempt,) * tried)
        call = undecided(key, level, 60)
        call.call_back = back
        return call

    calls = (to_call("late", 60), to_call("soon", -5), to_call("red", 90, 1), to_call("tried", -60, None, 1))
    order = queue(with_calls(*calls), NOW)
    assert [(one.call_id, one.overdue, one.may_end) for one in order] == [
        ("red", False, False),
        ("soon", True, False),
        ("late", False, False),
        ("tried", False, True),
    ]


def test_a_lower_incident_that_waits_too_long_is_called_back_by_the_newest_of_its_numbers() -> None:
    incident = make_incident("I1", priority=4, waited_s=3600)
    incident.call_ids = ["C1", "C2", "C3"]
    calls = [Call(id=key, status="joined", incident_id="I1", caller_token=f"psn-{key}") for key in ("C1", "C2")]
    state = with_calls(*calls, Call(id="C3", status="joined", incident_id="I1"), state=make_state(incidents=[incident]))
    asked = clinical(state, NOW, {3: 1800.0, 4: 3600.0})
    assert [(one.call_id, one.reason) for one in asked] == [("C2", "clinical")]
    calls[1].call_back = CallBack(
        reason="clinical", asked_at=ago(60), due_at=NOW, ended_at=NOW, ended_because="reached"
    )
    assert clinical(state, NOW, {3: 1800.0, 4: 3600.0}) == []


def test_a_repeat_call_reopens_what_was_closed_without_content_within_ten_minutes_and_nothing_else() -> None:
    incident = make_incident("I1", status="closed")
    incident.outcome, incident.closed_at = "no_content", ago(300)
    other = Call(id="other", status="closed", outcome="duplicate", closed_at=ago(60))
    joined = Call(id="joined", status="joined", incident_id="I1")
    state = with_calls(closed("new", 9), closed("old", 11), other, joined, state=make_state(incidents=[incident]))
    told = [type(one).__name__ for one in reopened_by(state, ["new", "old", "other", "joined", "gone"], NOW)]
    assert told == ["CallReopened", "IncidentReopened"]


def test_a_number_that_calls_all_day_without_content_scores_high_with_its_parts() -> None:
    calls = [
        Earlier(call_id=f"C{n}", at=ago(300 * n), status="closed", outcome="no_content" if n % 10 else None)
        for n in range(251)
    ]
    found = rate(calls, NOW)
    assert (found.calls_1h, found.calls_24h, found.calls_30d) == (13, 251, 251)
    assert {one.part: one.points for one in found.parts} == {
        "last_hour": 30.0,
        "last_day": 20.0,
        "no_content_share": 35.9,
        "abandoned_share": 0.0,
    }
    assert rate([], NOW).score == 0.0


def test_the_sample_that_the_console_is_held_to_is_up_to_date() -> None:
    assert waiting.FILE.read_bytes() == waiting.make()
