"""What refusals, deaths and cancellings want to be told, with the outcome or afterwards; it never holds them up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from pydantic import ValidationError

from dispatch.access.roles import Actor
from dispatch.assignment import handlers, outcomes, runs
from dispatch.assignment.endpoints import OutcomeBody, StandDownBody, StatusBody
from dispatch.assignment.outcome_body import DetailsAlong, DetailsBody, DetailsTold
from dispatch.assignment.runs import Report
from dispatch.database import Pool
from dispatch.desk import Command, Desk
from dispatch.domain import events as ev
from dispatch.domain.fold import KEEP_OUTCOMES
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.scope import concerns, scoped_state
from dispatch.domain.state import OutcomeRecord, State
from dispatch.domain.words import Outcome, UnitReport
from dispatch.errors import Forbidden, Malformed, NotFound
from dispatch.event_log import EventLog
from dispatch.intake.endpoints import CloseBody
from dispatch.parts import Parts
from dispatch.personal import open_personal_store
from tests.dispatch.test_fold import assigned_state, record, tell
from tests.factories import NOW, make_incident

REFUSAL = OutcomeDetails(has_capacity=True, risks_told=True, signed=True)
DEATH = OutcomeDetails(physician="crew_doctor", decided_at=NOW, police_informed=True)


def drive(state: State, *reports: UnitReport, **last: Any) -> State:
    """The crew of U1 reports, and says `last` with the last of it."""
    for said in reports:
        more = last if said == reports[-1] else {}
        tell(state, *runs.report(state, Report(unit_id="U1", status=said, at=NOW, **more), NOW))
    return state


def ended(outcome: Outcome, details: OutcomeDetails | None = None) -> State:
    return drive(assigned_state(), "en_route", "on_scene", "returning", outcome=outcome, details=details)


def test_a_refusal_without_its_details_ends_the_run_and_says_what_is_missing() -> None:
    state = ended("refused_by_patient")
    assert (state.units["U1"].status, state.incidents["I1"].status) == ("returning", "closed")
    assert state.outcomes == {
        "O1": OutcomeRecord(
            id="O1", incident_id="I1", number="I1", outcome="refused_by_patient", ended_at=NOW, recorded_at=NOW,
            unit_id="U1", missing=["capacity", "risks", "signature"],
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "details", "missing"),
    [
        ("refused_by_patient", REFUSAL, []),
        ("refused_by_patient", OutcomeDetails(has_capacity=False, risks_told=True, signed=False), ["signature"]),
        ("refused_by_patient", OutcomeDetails(has_capacity=True, risks_told=False, witness="none"), []),
        ("refused_by_patient", OutcomeDetails(witness_token="psn-1"), ["capacity", "risks"]),
        ("resuscitation_stopped", DEATH, []),
        ("resuscitation_stopped", OutcomeDetails(physician_token="psn-1"), ["decided_at", "police"]),
        ("dead_on_arrival", OutcomeDetails(police_informed=False), ["doctor", "decided_at"]),
        ("dead_on_arrival", None, ["doctor", "decided_at", "police"]),
    ],
)
def test_what_is_told_with_the_outcome_is_not_asked_for(
    outcome: Outcome, details: OutcomeDetails | None, missing: list[str]
) -> None:
    assert ended(outcome, details).outcomes["O1"].missing == missing


@pytest.mark.parametrize("outcome", ["treated_not_conveyed", "no_patient_found", "relayed", "transferred"])
def test_other_outcomes_want_nothing(outcome: Outcome) -> None:
    assert ended(outcome).outcomes == {}


def test_what_is_told_afterwards_fills_what_is_missing_and_sets_right_what_was_told() -> None:
    state = ended("refused_by_patient", OutcomeDetails(has_capacity=True))
    tell(state, *outcomes.tell(state, "O1", OutcomeDetails(has_capacity=False, risks_told=True), NOW))
    tell(state, *outcomes.tell(state, "O1", OutcomeDetails(signed=True), NOW))
    told = state.outcomes["O1"]
    assert told.details == OutcomeDetails(has_capacity=False, risks_told=True, signed=True)
    assert (told.missing, told.version) == ([], 2)


def test_an_outcome_can_be_told_about_after_its_incident_has_left_the_state_and_for_three_days() -> None:
    state = ended("refused_by_patient")
    tell(state, ev.AutoDispatchHeld(held=True), after=timedelta(hours=1))
    assert "I1" not in state.incidents
    tell(state, *outcomes.tell(state, "O1", REFUSAL, NOW), after=KEEP_OUTCOMES)
    assert state.outcomes["O1"].missing == []
    tell(state, ev.AutoDispatchHeld(held=False), after=KEEP_OUTCOMES + timedelta(seconds=1))
    with pytest.raises(NotFound, match="no outcome O1"):
        outcomes.tell(state, "O1", REFUSAL, NOW)


def test_an_impossible_time_never_holds_up_a_crew_and_is_refused_afterwards() -> None:
    tomorrow = OutcomeDetails(physician="crew_doctor", decided_at=NOW + timedelta(days=1), police_informed=True)
    state = ended("resuscitation_stopped", tomorrow)
    assert state.outcomes["O1"].missing == ["decided_at"]
    for wrong in (NOW + timedelta(days=1), NOW - timedelta(hours=25)):
        with pytest.raises(Malformed, match="look at the time"):
            outcomes.tell(state, "O1", OutcomeDetails(decided_at=wrong), NOW)


def test_a_phone_that_tells_late_brings_the_details_of_what_the_desk_entered_by_radio() -> None:
    state = ended("refused_by_patient")
    late = Report(unit_id="U1", status="returning", at=NOW, incident_id="I1", outcome="treated_not_conveyed",
                  details=REFUSAL)  # fmt: skip
    tell(state, *runs.report(state, late, NOW + timedelta(minutes=20)))
    told = state.outcomes["O1"]
    assert (told.outcome, told.details, told.missing) == ("refused_by_patient", REFUSAL, [])


@pytest.mark.parametrize("details", [REFUSAL, OutcomeDetails()])
def test_details_at_a_report_that_ends_no_run_are_left_aside(details: OutcomeDetails) -> None:
    assert drive(assigned_state(), "en_route", details=details) == drive(assigned_state(), "en_route")


Bodies = type[StatusBody] | type[StandDownBody] | type[CloseBody]


def said(body: Bodies, details: Any) -> OutcomeDetails | None:
    """The details that the body of such a request tells, without names."""
    whole: dict[str, Any] = {"outcome": "cancelled_before_departure", "details": details}
    if body is StatusBody:
        whole |= {"status": "returning", "at": NOW}
    read = body.model_validate(whole).details
    return read.told().details if read else None


@pytest.mark.parametrize("body", [StatusBody, StandDownBody, CloseBody])
@pytest.mark.parametrize(
    "wrong",
    [
        {"decided_at": "2026-03-02T08:00:00"},
        {"decided_at": "soon"},
        {"decided_at": "0001-01-01T00:00:00+07:00"},
        {"witness_name": "  "},
        {"doctor_name": 7},
        {"witness": "Lan"},
        {"signed": "perhaps"},
        {"has_capacity": {"yes": True}},
        {"sined": True},
    ],
)
def test_what_cannot_be_read_holds_up_no_outcome_and_is_left_out(body: Bodies, wrong: dict[str, Any]) -> None:
    assert said(body, {"risks_told": True, **wrong}) == OutcomeDetails(risks_told=True)


@pytest.mark.parametrize("body", [StatusBody, StandDownBody, CloseBody])
def test_details_that_are_none_at_all_hold_up_no_outcome(body: Bodies) -> None:
    nothing: list[Any] = ["none", [], 7, None]
    assert [said(body, wrong) for wrong in [*nothing, {}]] == [None] * 4 + [OutcomeDetails()]


@pytest.mark.parametrize(
    "wrong", [{"decided_at": "2026-03-02T08:00:00"}, {"decided_at": "soon"}, {"witness": "Lan"}, {"sined": True}]
)
def test_what_cannot_be_read_is_refused_when_it_is_told_afterwards(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OutcomeBody.model_validate({"details": {"risks_told": True, **wrong}})


@pytest.mark.parametrize("body", [DetailsBody, DetailsAlong])
def test_a_blank_name_is_none_and_a_long_one_is_cut(body: type[DetailsBody]) -> None:
    read = body.model_validate({"witness_name": " ", "doctor_name": f" {'x' * 300} "})
    assert (read.witness_name, read.doctor_name) == (None, "x" * 200)


async def test_an_outcome_that_leaves_as_it_is_told_about_is_told_and_answers_nothing(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    desk = Desk(EventLog(pool), database_url)
    desk.state = msgspec.structs.replace(ended("refused_by_patient"), seq=0)
    desk.state.outcomes["O1"].recorded_at = datetime.now(UTC) - KEEP_OUTCOMES - timedelta(seconds=1)
    parts = cast("Parts", SimpleNamespace(desk=desk, personal=await open_personal_store(pool, tmp_path)))
    told = DetailsTold(details=OutcomeDetails(risks_told=True))
    doctor = Actor("user:an", frozenset({"duty_doctor"}))
    answer = await handlers.tell_outcome(parts, doctor, Command("user:an"), "O1", told)
    assert (answer.status, answer.body, desk.state.outcomes) == (200, {"outcome_record": None}, {})


def test_who_cancels_is_asked_of_a_unit_that_is_stood_down_and_known_of_one_that_breaks_down() -> None:
    state = drive(assigned_state(), "en_route")
    tell(state, *runs.stand_down(state, "U1", "cancelled_after_departure"))
    assert state.outcomes["O1"].missing == ["cancelled_by"]
    broken = drive(assigned_state(), "out_of_service", reason="breakdown")
    assert broken.outcomes["O1"].details == OutcomeDetails(cancelled_by="crew")
    empty = drive(assigned_state(), "out_of_service", reason="breakdown", details=OutcomeDetails())
    assert empty.outcomes == broken.outcomes


def test_a_unit_that_breaks_down_at_the_scene_tells_of_no_cancelling() -> None:
    state = drive(assigned_state(), "en_route", "on_scene")
    broken = Report(unit_id="U1", status="out_of_service", at=NOW, reason="breakdown")
    ends = [event for event in runs.report(state, broken, NOW) if isinstance(event, ev.RunEnded)]
    assert [(event.outcome, event.details) for event in ends] == [("relayed", None)]


def test_an_incident_closed_by_hand_has_its_own_details_unless_a_run_ended_so() -> None:
    state = drive(assigned_state(), "en_route")
    by_caller = OutcomeDetails(cancelled_by="caller")
    tell(state, *runs.stand_down(state, "U1", "cancelled_after_departure", None, by_caller))
    tell(state, *runs.close(state, "I1", "cancelled_before_departure"))
    assert list(state.outcomes) == ["O1"]
    tell(state, ev.IncidentReopened(incident_id="I1"))
    tell(state, *runs.close(state, "I1", "refused_by_patient", details=REFUSAL))
    key = f"I1.{state.incidents['I1'].version}"
    assert (state.outcomes[key].unit_id, state.outcomes[key].missing) == (None, [])
    tell(state, ev.IncidentReopened(incident_id="I1"))
    assert list(state.outcomes) == ["O1"]


def test_an_incident_closed_as_cancelled_asks_by_whom_though_its_unit_was_diverted() -> None:
    state = drive(assigned_state(), "en_route")
    diverted = ev.RunEnded(incident_id="I1", unit_id="U1", outcome="cancelled_after_departure", cause="diverted")
    state.incidents["I2"] = make_incident("I2", priority=2)
    ids = {"offer_id": "O2", "incident_id": "I2"}
    made = ev.OfferMade(
        offer_id="O2", incident_id="I2", station_id="S1", unit_id="U1", channel="app", expires_at=NOW, diverts_from="I1"
    )
    accepted = ev.OfferAccepted(**ids, station_id="S1", unit_id="U1")
    asked = ev.DiversionAsked(**ids, unit_id="U1")
    changed_over = ev.UnitDiverted(**ids, unit_id="U1", from_incident_id="I1")
    tell(state, made, asked, accepted, changed_over, diverted)
    assert state.outcomes == {}
    tell(state, *runs.close(state, "I1", "cancelled_after_departure"))
    assert [one.missing for one in state.outcomes.values()] == [["cancelled_by"]]


def test_a_crew_and_a_station_tell_of_their_own_runs_and_a_hospital_of_none() -> None:
    state = ended("refused_by_patient")
    state.incidents["I2"] = make_incident("I2")
    tell(state, *runs.close(state, "I2", "refused_by_patient"))
    closing = f"I2.{state.incidents['I2'].version}"
    found = {
        scope: [one.id for one in outcomes.list_records(state, scope)]
        for scope in ("desk", "unit:U1", "station:S1", "unit:U9", "station:S9", "hospital:H1")
    }
    assert found == {
        "desk": ["O1", closing], "unit:U1": ["O1"], "station:S1": ["O1"],
        "unit:U9": [], "station:S9": [], "hospital:H1": [],
    }  # fmt: skip
    outcomes.require_own_outcome(state, "unit:U1", "O1")
    with pytest.raises(Forbidden):
        outcomes.require_own_outcome(state, "unit:U1", closing)


def test_the_feed_tells_a_crew_of_its_own_outcomes_and_a_hospital_nothing_of_them() -> None:
    state = ended("refused_by_patient")
    state.units["U1"].hospital_id = "H1"
    assert list(scoped_state(state, "unit:U1").outcomes) == ["O1"]
    assert scoped_state(state, "unit:U9").outcomes == scoped_state(state, "hospital:H1").outcomes == {}
    (told,) = outcomes.tell(state, "O1", REFUSAL, NOW)
    event = record(state, told)
    tell(state, told)
    heard = {scope: concerns(event, scope, state) for scope in ("unit:U1", "station:S1", "unit:U9", "hospital:H1")}
    assert heard == {"unit:U1": True, "station:S1": True, "unit:U9": False, "hospital:H1": False}
