"""The fold: legal steps lead where the tables say, illegal ones raise and change nothing."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded, read_recorded, stream_of
from dispatch.domain.fold import KEEP_CLOSED, apply
from dispatch.domain.lifecycles import UNIT_TRANSITIONS
from dispatch.domain.state import State
from dispatch.domain.words import UnitReport
from dispatch.errors import IllegalStep, NotFound
from tests.factories import NOW, make_incident, make_state, make_unit


def record(state: State, event: ev.Event, *, after: timedelta = timedelta(0)) -> Recorded:
    stream = stream_of(event)
    return Recorded(
        seq=state.seq + 1,
        stream=stream,
        version=state.version_of(stream) + 1,
        type=type(event).__name__,
        data=event,
        actor="user:an",
        at=NOW + after,
        recorded_at=NOW + after,
    )


def tell(state: State, *events: ev.Event, after: timedelta = timedelta(0)) -> State:
    for event in events:
        apply(state, record(state, event, after=after))
    return state


def offered_state() -> State:
    state = make_state(units=[make_unit()], incidents=[make_incident()])
    ids = {"offer_id": "O1", "incident_id": "I1", "station_id": "S1"}
    expires_at = NOW + timedelta(seconds=60)
    made = ev.OfferMade(
        offer_id="O1", incident_id="I1", station_id="S1", unit_id="U1", channel="app", expires_at=expires_at
    )
    return tell(state, made, ev.UnitOffered(unit_id="U1", incident_id="I1", offer_id="O1"), ev.StationOffered(**ids))


def assigned_state() -> State:
    ids = {"offer_id": "O1", "incident_id": "I1", "station_id": "S1"}
    return tell(
        offered_state(),
        ev.OfferAccepted(**ids, unit_id="U1"),
        ev.UnitAssigned(unit_id="U1", incident_id="I1", offer_id="O1"),
        ev.StationAnswered(**ids, answer="accepted"),
    )


def test_an_accepted_offer_makes_a_run_with_its_clock() -> None:
    state = assigned_state()
    incident, unit = state.incidents["I1"], state.units["U1"]
    assert (incident.status, unit.status, incident.offers["O1"].status) == ("assigned", "dispatched", "accepted")
    assert incident.runs["O1"].stamps == {"offered_at": NOW, "accepted_at": NOW}
    assert (state.stations["S1"].offered, state.stations["S1"].accepted) == (1, 1)


def test_each_report_stamps_the_run_once() -> None:
    state = assigned_state()
    told: tuple[UnitReport, ...] = ("en_route", "on_scene", "at_patient", "at_patient", "transporting")
    for minutes, said in enumerate(told, 1):
        tell(state, ev.UnitReported(unit_id="U1", report=said), after=timedelta(minutes=minutes))
    stamps = state.incidents["I1"].runs["O1"].stamps
    assert stamps["at_patient_at"] == NOW + timedelta(minutes=3)
    assert stamps["left_scene_at"] == NOW + timedelta(minutes=5)
    assert state.incidents["I1"].status == "attended"


def test_a_relayed_run_leaves_the_incident_waiting_again() -> None:
    state = tell(assigned_state(), ev.RunEnded(incident_id="I1", unit_id="U1", outcome="cancelled_after_departure"))
    assert state.incidents["I1"].status == "waiting"


def test_an_incident_is_not_closed_while_a_unit_is_under_way() -> None:
    state = assigned_state()
    before = msgspec.json.encode(state)
    with pytest.raises(IllegalStep, match="stand down or end the run"):
        tell(state, ev.IncidentClosed(incident_id="I1", outcome="no_content"))
    assert msgspec.json.encode(state) == before


def test_a_closed_incident_leaves_the_state_by_the_logs_own_time() -> None:
    state = make_state(units=[make_unit()], incidents=[make_incident()])
    tell(state, ev.IncidentClosed(incident_id="I1", outcome="no_content"))
    tell(state, ev.AutoDispatchHeld(held=True), after=KEEP_CLOSED)
    assert "I1" in state.incidents
    tell(state, ev.AutoDispatchHeld(held=False), after=KEEP_CLOSED + timedelta(seconds=1))
    assert state.incidents == {}
    assert state.leaving == []


def test_a_reopened_incident_stays() -> None:
    state = make_state(units=[make_unit()], incidents=[make_incident()])
    tell(state, ev.IncidentClosed(incident_id="I1", outcome="no_content"), ev.IncidentReopened(incident_id="I1"))
    tell(state, ev.AutoDispatchHeld(held=True), after=KEEP_CLOSED * 2)
    assert state.incidents["I1"].status == "waiting"


def test_an_event_out_of_order_is_refused() -> None:
    state = make_state(units=[make_unit()])
    late = msgspec.structs.replace(record(state, ev.UnitReported(unit_id="U1", report="off_duty")), seq=9)
    with pytest.raises(IllegalStep, match="seq 9"):
        apply(state, late)


REPORTS = st.sampled_from(sorted({step for steps in UNIT_TRANSITIONS.values() for step in steps} - {"released"}))


def _event(step: str) -> ev.Event:
    if step == "offered":
        return ev.UnitOffered(unit_id="U1", incident_id="I1", offer_id="O1")
    if step == "assigned":
        return ev.UnitAssigned(unit_id="U1", incident_id="I1", offer_id="O1")
    return ev.UnitReported(unit_id="U1", report=step)  # type: ignore[arg-type]  # any report, legal or not


@given(st.lists(REPORTS, max_size=12))
def test_an_illegal_step_raises_and_changes_nothing(steps: list[str]) -> None:
    state = make_state(units=[make_unit()], incidents=[make_incident(status="assigned")])
    for step in steps:
        before, status = msgspec.json.encode(state), state.units["U1"].status
        if step in UNIT_TRANSITIONS[status]:
            tell(state, _event(step))
            assert state.units["U1"].status == UNIT_TRANSITIONS[status][step]
        else:
            with pytest.raises(IllegalStep, match=f"unit U1 cannot go {step} while {status}"):
                tell(state, _event(step))
            assert msgspec.json.encode(state) == before


@pytest.mark.parametrize(
    "event",
    [
        ev.UnitReported(unit_id="U9", report="on_scene"),
        ev.IncidentRevised(incident_id="I9", priority=1),
        ev.CallJoined(call_id="C9", incident_id="I1"),
        ev.OfferRefused(offer_id="O9", incident_id="I1", station_id="S1", code="no_crew"),
        ev.RunEnded(incident_id="I1", unit_id="U1", outcome="conveyed"),
        ev.HospitalRevised(hospital_id="H9", diversion=()),
    ],
)
def test_what_does_not_exist_is_named_and_nothing_changes(event: ev.Event) -> None:
    state = make_state(units=[make_unit()], incidents=[make_incident()])
    before = msgspec.json.encode(state)
    with pytest.raises(NotFound):
        tell(state, event)
    assert msgspec.json.encode(state) == before


def test_a_state_survives_json() -> None:
    state = assigned_state()
    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state


def test_an_alarm_of_an_older_log_is_raised_and_counts_on_its_incidents_stream() -> None:
    """Then an alarm stood on the incident's stream, without `about`: read from JSON as it was stored."""
    state = make_state(incidents=[make_incident()])
    told = {
        "seq": 2,
        "stream": "incident:I1",
        "version": 2,
        "type": "AlarmRaised",
        "actor": "system:offer-watch",
        "at": NOW.isoformat(),
        "recorded_at": NOW.isoformat(),
        "data": {"alarm_id": "A1", "incident_id": "I1", "kind": "no_acceptance"},
    }
    apply(state, read_recorded(told))
    alarm = state.alarms["A1"]
    assert (alarm.about, alarm.since, alarm.status, alarm.version) == ("incident:I1", NOW, "raised", 0)
    assert (state.version_of("incident:I1"), state.version_of("alarm:A1")) == (2, 0)
