"""Patients."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_patient_status
from dispatch.domain.state import Patient, State
from dispatch.errors import IllegalStep


@folds(ev.PatientFound)
def _patient_found(state: State, event: ev.PatientFound, recorded: Recorded) -> None:
    get(state.incidents, "incident", event.incident_id)
    if event.patient_id in state.patients:
        raise IllegalStep("patient", event.patient_id, "in the state", "found", [])
    state.patients[event.patient_id] = Patient(
        id=event.patient_id,
        incident_id=event.incident_id,
        number=event.number,
        status="found",
        status_at=recorded.at,
        found_at=recorded.at,
        colour=event.colour,
        colour_at=recorded.at if event.colour else None,
        unit_id=event.unit_id,
        personal_token=event.personal_token,
        version=recorded.version,
    )


@folds(ev.PatientSorted)
def _patient_sorted(state: State, event: ev.PatientSorted, recorded: Recorded) -> None:
    patient: Patient = get(state.patients, "patient", event.patient_id)
    patient.colour, patient.colour_at, patient.version = event.colour, recorded.at, recorded.version


@folds(ev.PatientStepped)
def _patient_stepped(state: State, event: ev.PatientStepped, recorded: Recorded) -> None:
    patient: Patient = get(state.patients, "patient", event.patient_id)
    status = next_patient_status(patient.id, patient.status, event.step)
    if (event.step == "ended") != (event.outcome is not None):
        raise IllegalStep("patient", patient.id, patient.status, event.step, ["an outcome with `ended`, and only then"])
    patient.status, patient.status_at, patient.version = status, recorded.at, recorded.version
    patient.unit_id = event.unit_id or patient.unit_id
    patient.hospital_id = event.hospital_id or patient.hospital_id
    patient.outcome = event.outcome
