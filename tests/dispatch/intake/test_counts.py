"""The calls of a duty day, counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded, stream_of
from dispatch.intake.counts import Counts, count_day

AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
"""08:00 in the city."""


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def told(*events: ev.Event) -> list[Recorded]:
    return [
        Recorded(
            seq=seq, stream=stream_of(event), version=1, type=type(event).__name__, actor="a", at=AT, recorded_at=AT,
            data=event,
        )
        for seq, event in enumerate(events)
    ]  # fmt: skip


def test_a_duty_day_counts_who_came_who_was_answered_and_what_it_was() -> None:
    facts = told(
        ev.CallRang(call_id="talks", rang_at=AT),
        ev.CallPickedUp(call_id="talks", answered_at=after(4)),
        ev.CallReceived(call_id="talks", answered_at=after(9)),
        ev.CallJoined(call_id="talks", incident_id="I1"),
        ev.CallReceived(call_id="by hand", answered_at=after(10)),
        ev.CallClosed(call_id="by hand", outcome="no_content"),
        ev.CallRang(call_id="gave up", rang_at=AT),
        ev.CallAbandoned(call_id="gave up", due_at=after(60)),
        ev.CallBackTried(call_id="gave up", result="reached"),
        ev.CallReceived(call_id="gave up", answered_at=after(90)),
        ev.CallRang(call_id="rings", rang_at=after(1)),
        ev.CallRang(call_id="before 06:30", rang_at=after(-5401)),
    )
    assert count_day(date(2026, 11, 29), facts) == Counts(
        day=date(2026, 11, 29),
        total=4,
        answered=2,
        gave_up=1,
        still_ringing=1,
        reached_later=1,
        no_content=1,
        with_content=1,
        with_incident=1,
        rang_not_told=1,
        answer_s={"p50": 4.0, "p90": 4.0, "p95": 4.0},
        no_content_incidents=0,
    )


def content(facts: list[Recorded]) -> tuple[int, int, int]:
    counts = count_day(date(2026, 11, 29), facts)
    return counts.with_content, counts.no_content, counts.no_content_incidents


def test_a_call_whose_incident_was_closed_without_content_had_none_until_that_is_undone() -> None:
    joined = [
        ev.CallReceived(call_id="C1", answered_at=AT),
        ev.CallJoined(call_id="C1", incident_id="I1"),
        ev.CallReceived(call_id="C2", answered_at=AT),
        ev.CallJoined(call_id="C2", incident_id="I2"),
    ]
    empty = ev.IncidentClosed(incident_id="I1", outcome="no_content")
    treated = ev.IncidentClosed(incident_id="I2", outcome="treated_not_conveyed")
    assert content(told(*joined, empty, treated)) == (1, 1, 1)
    assert content(told(*joined, empty, ev.IncidentReopened(incident_id="I1"))) == (2, 0, 0)


def test_a_call_taken_out_of_an_incident_without_content_counts_by_itself() -> None:
    taken_out = [
        ev.CallReceived(call_id="C1", answered_at=AT),
        ev.CallJoined(call_id="C1", incident_id="I1"),
        ev.IncidentClosed(incident_id="I1", outcome="no_content"),
        ev.CallUnjoined(call_id="C1", incident_id="I1"),
    ]
    assert content(told(*taken_out)) == (1, 0, 0)


def test_an_end_that_names_nobody_and_that_nothing_else_was_told_of_is_no_call() -> None:
    end = [ev.CallRang(call_id="C1", rang_at=AT), ev.CallAbandoned(call_id="C1")]
    assert count_day(date(2026, 11, 29), told(*end)).total == 0
    asked = ev.CallBackAsked(call_id="C1", reason="abandoned", due_at=AT)
    assert count_day(date(2026, 11, 29), told(*end, asked)).total == 1
