"""Patients: found, sorted, carried, handed over; what their unit reports, they follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.runs import Report, follow
from dispatch.domain.state import State
from dispatch.domain.words import PatientStep, UnitReport
from dispatch.errors import IllegalStep, Malformed, NotFound, Refused, Taken
from dispatch.patients import decide
from tests.factories import NOW, make_hospital, make_incident, make_state, make_unit
from tests.folding import fold


def scene(*, found: int = 2) -> State:
    """A van and a motorbike at the scene of I1, another van elsewhere, and patients P1, P2, …"""
    units = [
        make_unit("van", status="on_scene", incident_id="I1"),
        make_unit("bike", kind="motorbike", status="on_scene", incident_id="I1"),
        make_unit("away"),
    ]
    state = make_state(incidents=[make_incident(status="attended")], units=units, hospitals=[make_hospital()])
    for number in range(1, found + 1):
        state = fold(state, decide.register(state, "I1", f"P{number}", None, None, None))
    return state


def said(report: UnitReport, hospital_id: str | None = None) -> Report:
    return Report(unit_id="van", status=report, at=NOW, incident_id="I1", hospital_id=hospital_id)


def step(state: State, patient: str, step: PatientStep, **fields: str) -> State:
    return fold(state, decide.revise(state, patient, None, step, **fields))  # type: ignore[arg-type]


def test_patients_are_numbered_within_their_incident() -> None:
    assert [(patient.id, patient.number, patient.status) for patient in decide.patients_of(scene(), "I1")] == [
        ("P1", 1, "found"),
        ("P2", 2, "found"),
    ]


def test_a_patient_goes_with_the_unit_and_arrives_with_it() -> None:
    state = step(scene(), "P1", "loaded", unit_id="van")
    state = fold(state, decide.revise(state, "P1", "red", None))
    unit = state.units["van"]
    state = fold(state, follow(state, unit, said("at_hospital", "H1")))
    state = fold(state, follow(state, unit, said("handed_over")))
    first, second = decide.patients_of(state, "I1")
    assert (first.status, first.colour, first.hospital_id, first.unit_id) == ("handed_over", "red", "H1", "van")
    assert second.status == "found"


@pytest.mark.parametrize("report", ["en_route", "on_scene", "at_patient", "transporting", "returning"])
def test_other_reports_move_nobody(report: UnitReport) -> None:
    state = step(scene(), "P1", "loaded", unit_id="van")
    assert follow(state, state.units["van"], said(report)) == []


def test_a_motorbike_carries_nobody_and_a_unit_elsewhere_nobody_of_here() -> None:
    with pytest.raises(Taken, match="relay"):
        step(scene(), "P1", "loaded", unit_id="bike")
    with pytest.raises(Taken, match="not on the patient's incident"):
        step(scene(), "P1", "loaded", unit_id="away")
    with pytest.raises(NotFound, match="no unit"):
        step(scene(), "P1", "loaded")


def test_an_end_has_an_outcome_and_only_an_end_has_one() -> None:
    with pytest.raises(Malformed, match="outcome"):
        step(scene(), "P1", "ended")
    with pytest.raises(Malformed, match="outcome"):
        step(scene(), "P1", "loaded", unit_id="van", outcome="conveyed")
    with pytest.raises(Malformed, match="say the step"):
        decide.revise(scene(), "P1", None, None, hospital_id="H1")
    with pytest.raises(IllegalStep, match="allowed: nothing"):
        step(step(scene(), "P1", "ended", outcome="dead_on_arrival"), "P1", "loaded", unit_id="van")


def test_who_lies_in_a_unit_that_breaks_down_waits_for_another() -> None:
    state = step(scene(), "P1", "loaded", unit_id="van")
    state = fold(state, follow(state, state.units["van"], said("out_of_service")))
    assert state.patients["P1"].status == "found"


def test_a_closed_incident_takes_no_patients_and_unknown_ones_are_named() -> None:
    closed = make_state(incidents=[make_incident(status="closed")])
    with pytest.raises(Taken, match="closed"):
        decide.register(closed, "I1", "P1", None, None, None)
    with pytest.raises(NotFound, match="no patient P9"):
        decide.revise(scene(), "P9", "red", None)
    with pytest.raises(NotFound, match="no hospital"):
        step(step(scene(), "P1", "loaded", unit_id="van"), "P1", "at_hospital", hospital_id="H9")


STEPS: list[PatientStep] = ["loaded", "unloaded", "at_hospital", "handed_over", "ended"]


@given(st.lists(st.tuples(st.sampled_from(["P1", "P2"]), st.sampled_from(STEPS)), max_size=12))
def test_whatever_is_told_a_patient_is_in_one_place_and_ends_once(told: list[tuple[str, PatientStep]]) -> None:
    state = scene()
    ended: dict[str, object] = {}
    for patient_id, what in told:
        fields = {"unit_id": "van"} if what == "loaded" else {"outcome": "relayed"} if what == "ended" else {}
        before = state.patients[patient_id]
        try:
            state = step(state, patient_id, what, **fields)
        except Refused:
            assert state.patients[patient_id] == before
        patient = state.patients[patient_id]
        if patient_id in ended:
            assert patient == ended[patient_id]
        if patient.status in ("ended", "handed_over"):
            ended[patient_id] = patient
        assert (patient.outcome is not None) == (patient.status == "ended")
        assert patient.status not in ("loaded", "at_hospital") or patient.unit_id == "van"
