"""Places kept at a hospital, who is brought there, and the hospital's word: what is told, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch.domain import events as ev
from dispatch.domain.events import Event
from dispatch.domain.fold import apply
from dispatch.domain.hospital_scope import hospital_state
from dispatch.domain.scope import scoped_state
from dispatch.domain.state import Incident, Patient, Run, State
from dispatch.errors import IllegalStep, Malformed, NotFound, Taken
from dispatch.hospitals import reserve, sending
from dispatch.hospitals.decide import DestinationAdvice
from dispatch.hospitals.sending import Choice
from tests.dispatch.hospitals.worlds import HERE, advised, at, kept
from tests.dispatch.test_fold import record
from tests.factories import NOW, make_incident, make_position, make_state, make_unit


def on_its_way(**run: Any) -> State:
    """U1 carries a patient of I1; H1 is near and H2 far."""
    incident = make_incident(status="attended", complaint="fever")
    incident.call_ids = ["C1"]
    incident.runs["O1"] = Run(offer_id="O1", unit_id="U1", station_id="S1", **run)
    unit = make_unit(status="transporting", incident_id="I1", offer_id="O1")
    near = at("H1", 300.0, capacity={"ed_bed": 1, "ct": 2})
    return make_state(incidents=[incident], units=[unit], hospitals=[near, at("H2", 900.0)])


def tell(state: State, *events: Event) -> None:
    for event in events:
        apply(state, record(state, event))


def keep(state: State, id: str = "R1", **asked: Any) -> list[Event]:
    fields: dict[str, Any] = {"incident_id": "I1", "resource": "ed_bed", "minutes": 10.0, "now": NOW} | asked
    return list(reserve.reserve(state, "H1", id, **fields))


def test_a_place_is_kept_till_none_is_free_and_the_next_one_is_refused() -> None:
    state = on_its_way()
    tell(state, *keep(state))
    assert state.hospitals["H1"].free_of("ed_bed") == 0
    with pytest.raises(Taken, match="H1 has no free ed_bed"):
        keep(state, "R2")
    tell(state, *reserve.release(state, "H1", "R1"))
    assert (state.hospitals["H1"].free_of("ed_bed"), state.hospitals["H1"].reservations) == (1, {})
    with pytest.raises(NotFound, match="keeps no R1"):
        reserve.release(state, "H1", "R1")


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"resource": "ventilator"}, Taken, "told no number of ventilator"),
        ({"incident_id": "I9"}, NotFound, "incident I9"),
        ({"minutes": 0.0}, Malformed, "0 minutes"),
        ({"minutes": float("nan")}, Malformed, "nan minutes"),
        ({"minutes": 1441.0}, Malformed, "at most 1440"),
        ({"patient_id": "P9"}, NotFound, "no patient P9"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(asked: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        keep(on_its_way(), **asked)


def test_a_place_whose_time_is_over_is_ended_by_the_next_reservation() -> None:
    state = on_its_way()
    state.hospitals["H1"].reservations["R0"] = kept("R0", in_s=-1.0)
    told = keep(state)
    assert told[0] == ev.ReservationEnded(hospital_id="H1", reservation_id="R0", incident_id="I1", because="expired")
    tell(state, *told)
    assert list(state.hospitals["H1"].reservations) == ["R1"]


def ends(state: State) -> list[tuple[str, str]]:
    return [(one.reservation_id, one.because) for one in reserve.due(state, NOW)]


def test_a_reservation_ends_by_arrival_by_its_time_or_with_its_incident() -> None:
    state = on_its_way(hospital_id="H1")
    hospital = state.hospitals["H1"]
    hospital.reservations = {"R1": kept(), "R2": kept("R2", in_s=-1.0), "R3": kept("R3", incident_id="gone")}
    assert ends(state) == [("R2", "expired"), ("R3", "released")]
    state.incidents["I1"].runs["O1"].stamps["at_hospital_at"] = NOW
    assert ends(state) == [("R1", "arrived"), ("R2", "arrived"), ("R3", "released")]
    tell(state, *reserve.due(state, NOW))
    assert (hospital.reservations, hospital.capacity["ed_bed"]) == ({}, 0)


def test_a_place_kept_for_one_patient_is_not_used_by_another() -> None:
    state = on_its_way(hospital_id="H1")
    waiting = kept()
    waiting.patient_id = "P1"
    state.hospitals["H1"].reservations = {"R1": waiting}
    state.patients["P1"] = Patient(
        id="P1", incident_id="I1", number=1, status="found", status_at=NOW, found_at=NOW, unit_id="U2"
    )
    state.incidents["I1"].runs["O1"].stamps["at_hospital_at"] = NOW
    assert ends(state) == []
    state.patients["P1"].unit_id = "U1"
    assert ends(state) == [("R1", "arrived")]


def test_a_hospital_tells_only_what_changed() -> None:
    state = on_its_way()
    tell(state, *reserve.revise(state, "H1", "full", ["stroke", "stroke"], None))
    tell(state, *reserve.revise(state, "H1", None, None, {"ct": 0}))
    hospital = state.hospitals["H1"]
    assert (hospital.status, hospital.diversion, hospital.capacity) == ("full", ("stroke",), {"ed_bed": 1, "ct": 0})
    with pytest.raises(Malformed, match="nothing to change"):
        reserve.revise(state, "H1", None, None, None)


def choice(hospital_id: str, **fields: Any) -> Choice:
    return Choice(incident_id="I1", unit_id="U1", hospital_id=hospital_id, **fields)


def send(state: State, chosen: Choice, advice: list[DestinationAdvice] | None = None) -> list[Event]:
    return list(sending.set_destination(state, chosen, advised(state) if advice is None else advice, {"seq": 1}))


def test_the_first_advised_needs_no_reason_and_another_does_and_is_counted() -> None:
    state = on_its_way()
    tell(state, *send(state, choice("H1")))
    assert (state.incidents["I1"].runs["O1"].hospital_id, state.units["U1"].hospital_id) == ("H1", "H1")
    assert send(state, choice("H1")) == []
    with pytest.raises(Malformed, match="H1 is advised first; say why unit U1 goes to H2"):
        send(state, choice("H2"))
    tell(state, *send(state, choice("H2", reason="patient_known", note="psn-1")))
    assert state.incidents["I1"].runs["O1"].hospital_id == "H2"
    assert list(state.overrules.values()) == [{"destination": {"patient_known": 1}}]


def test_what_was_seen_is_stored_with_the_choice() -> None:
    state = on_its_way()
    (told,) = send(state, choice("H1"))
    assert isinstance(told, ev.DestinationSet)
    assert told.saw == {
        "seq": 1,
        "hospital_versions": {"H1": 1, "H2": 1},
    }


def test_only_a_unit_that_will_convey_and_has_not_arrived_is_sent_to_a_hospital() -> None:
    state = on_its_way()
    with pytest.raises(NotFound, match="no hospital H9"):
        send(state, choice("H9", reason="other"))
    state.units["U1"].skills = ("doctor",)
    with pytest.raises(Taken, match="cannot convey"):
        send(state, choice("H1"))
    state.incidents["I1"].runs["O1"].stamps["at_hospital_at"] = NOW
    with pytest.raises(Taken, match="has arrived"):
        send(state, choice("H1"))
    state.incidents["I1"].runs["O1"].outcome = "conveyed"
    with pytest.raises(Taken, match="is not on incident I1"):
        send(state, choice("H1"))


def test_a_handover_is_confirmed_once_after_arrival_by_the_hospital_it_came_to() -> None:
    state = on_its_way(hospital_id="H1")
    with pytest.raises(Taken, match="has not arrived yet"):
        sending.confirm_handover(state, "H1", "O1")
    state.incidents["I1"].runs["O1"].stamps["at_hospital_at"] = NOW
    with pytest.raises(Taken, match="does not come to hospital H2"):
        sending.confirm_handover(state, "H2", "O1")
    tell(state, *sending.confirm_handover(state, "H1", "O1"))
    assert state.incidents["I1"].runs["O1"].handover_confirmed_at is not None
    with pytest.raises(Taken, match="confirmed already"):
        sending.confirm_handover(state, "H1", "O1")
    with pytest.raises(IllegalStep):
        tell(state, ev.HandoverConfirmed(incident_id="I1", offer_id="O1", unit_id="U1", hospital_id="H1"))


def test_the_way_begins_at_the_unit_once_it_carries_somebody_and_at_the_scene_before() -> None:
    incident, unit, elsewhere = make_incident(), make_unit(status="transporting"), make_position(106.6, 10.7)
    assert sending.origin_of(incident, unit, elsewhere) == (106.6, 10.7)
    unit.status = "en_route"
    assert sending.origin_of(incident, unit, elsewhere) == HERE
    assert sending.origin_of(make_incident(placed=False), unit, elsewhere) is None


def test_a_hospital_sees_who_comes_to_it_and_never_from_where_nor_who_it_is() -> None:
    state = on_its_way(hospital_id="H1")
    other: Incident = make_incident("I2")
    state.incidents["I2"] = other
    state.patients["P1"] = Patient(
        id="P1", incident_id="I1", number=1, status="loaded", status_at=NOW, found_at=NOW, unit_id="U1",
        personal_token="psn-1",
    )  # fmt: skip
    seen = scoped_state(state, "hospital:H1")
    assert seen == hospital_state(state, "H1")
    assert (list(seen.incidents), list(seen.units), list(seen.hospitals)) == (["I1"], ["U1"], ["H1"])
    incident = seen.incidents["I1"]
    assert (incident.place, incident.call_ids, incident.offers) == (None, [], {})
    assert seen.patients["P1"].personal_token is None
    assert scoped_state(state, "hospital:H2").incidents == {}
    assert scoped_state(state, "hospital:").hospitals == {}
    state.incidents["I1"].runs["O1"].handover_confirmed_at = NOW + timedelta(seconds=1)
    assert scoped_state(state, "hospital:H1").incidents == {}


def test_a_station_sees_what_is_kept_only_for_its_own_incidents() -> None:
    state = on_its_way()
    state.hospitals["H1"].reservations = {"R1": kept(), "R2": kept("R2", incident_id="I2")}
    assert list(scoped_state(state, "station:S1").hospitals["H1"].reservations) == ["R1"]
    assert list(scoped_state(state, "station:S2").hospitals["H1"].reservations) == []
    assert list(state.hospitals["H1"].reservations) == ["R1", "R2"]
