"""A number that calls again: never nothing, whatever its earlier incident or call came to."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from dispatch.domain.state import Call, CallBack, Incident, State
from dispatch.domain.words import CallStatus, Outcome
from dispatch.intake.again import DOES, Again, Does, offers
from dispatch.intake.repeats import reopened_by
from tests.factories import NOW, make_incident, make_state

CLOSED_AT = NOW - timedelta(minutes=5)


def closed(id: str, outcome: Outcome, *, duplicate_of: str | None = None) -> Incident:
    incident = make_incident(id, status="closed", number=id[1:])
    incident.outcome, incident.closed_at, incident.duplicate_of = outcome, CLOSED_AT, duplicate_of
    return incident


def world(*incidents: Incident, status: CallStatus = "joined", own: str | None = None) -> State:
    """The number's earlier call, in the first of the incidents, and a new one that is answered."""
    state = make_state(incidents=incidents)
    state.calls["before"] = Call(
        id="before", status=status, answered_at=NOW, incident_id=incidents[0].id if incidents else None
    )
    state.calls["new"] = Call(id="new", status="joined" if own else "answered", answered_at=NOW, incident_id=own)
    return state


def offered(state: State) -> list[tuple[Does, str, str | None]]:
    return [(one.does, one.reason, one.incident_id) for one in offers(state, "new", ["before"])]


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_however_an_incident_was_closed_a_call_from_its_number_reopens_it_or_is_offered_it(outcome: Outcome) -> None:
    state = world(closed("I1", outcome))
    assert offered(state) == [(DOES[outcome], outcome, "I1")]
    by_itself = [type(one).__name__ for one in reopened_by(state, ["before"], NOW)]
    assert by_itself == (["IncidentReopened"] if outcome == "no_content" else [])


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_however_a_call_was_closed_a_call_from_its_number_reopens_it_or_is_offered_it(outcome: Outcome) -> None:
    state = world(status="closed")
    state.calls["before"].outcome, state.calls["before"].closed_at = outcome, CLOSED_AT
    assert offered(state) == [("reopen_call", outcome, None)]
    by_itself = [type(one).__name__ for one in reopened_by(state, ["before"], NOW)]
    assert by_itself == (["CallReopened"] if outcome == "no_content" else [])


def test_a_call_is_offered_the_open_incident_of_its_number() -> None:
    assert offered(world(make_incident("I1"))) == [("join", "open", "I1")]


def test_of_a_duplicate_the_incident_that_goes_on_is_offered_as_it_stands() -> None:
    goes_on = make_incident("I3")
    chain = [closed("I1", "duplicate", duplicate_of="I2"), closed("I2", "duplicate", duplicate_of="I3")]
    assert offered(world(*chain, goes_on)) == [("join", "duplicate", "I3")]
    assert offered(world(*chain, closed("I3", "conveyed"))) == [("look", "conveyed", "I3")]
    assert offered(world(*chain)) == [("reopen_and_join", "duplicate", "I2")]


def test_duplicates_that_name_each_other_come_to_an_end() -> None:
    pair = closed("I1", "duplicate", duplicate_of="I2"), closed("I2", "duplicate", duplicate_of="I1")
    assert offered(world(*pair)) == [("reopen_and_join", "duplicate", "I2")]


def test_what_the_call_belongs_to_already_is_not_offered_once_more() -> None:
    assert offered(world(make_incident("I1"), own="I1")) == []


def test_an_earlier_call_that_waits_is_shown_and_one_that_is_over_is_not_reopened_beside_an_incident() -> None:
    undecided = world(status="answered")
    assert offered(undecided) == [("look", "undecided", None)]
    undecided.calls["before"].call_back = CallBack(reason="dropped", asked_at=NOW, due_at=NOW)
    assert offered(undecided) == [("look", "to_call_back", None)]
    over = world(status="closed")
    over.calls["before"].outcome, over.calls["before"].closed_at = "cancelled_before_departure", CLOSED_AT
    over.incidents["I2"] = make_incident("I2")
    over.calls["new"] = Call(id="new", status="joined", answered_at=NOW, incident_id="I2")
    assert offered(over) == [("look", "cancelled_before_departure", None)]


def test_several_calls_about_one_incident_are_one_offer_and_what_is_open_comes_first() -> None:
    state = world(closed("I1", "refused_by_patient"), make_incident("I2"))
    state.calls["twice"] = Call(id="twice", status="joined", answered_at=NOW, incident_id="I1")
    state.calls["open"] = Call(id="open", status="joined", answered_at=NOW, incident_id="I2")
    assert offers(state, "new", ["twice", "before", "open", "gone", "new"]) == [
        Again(call_id="open", does="join", reason="open", at=NOW, incident_id="I2", incident_number="I2"),
        Again(
            call_id="twice",
            does="reopen_and_join",
            reason="refused_by_patient",
            at=CLOSED_AT,
            incident_id="I1",
            incident_number="1",
        ),
    ]


def test_a_closed_call_is_offered_nothing() -> None:
    state = world(make_incident("I1"))
    state.calls["new"].status = "closed"
    assert offered(state) == []
