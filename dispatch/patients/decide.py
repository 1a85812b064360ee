"""
Patients of an incident: found, sorted, carried, handed over. Pure: state in, events out.

What a unit reports, its patients follow: who lies in it arrives and is handed over with it (`assignment.runs.follow`).
Patients need not be registered at all: most incidents have one, whom the run's own stamps and outcome tell of.
"""

from __future__ import annotations

from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.lifecycles import next_patient_status
from dispatch.domain.state import Patient, State
from dispatch.domain.words import Colour, Outcome, PatientStep
from dispatch.errors import Malformed, NotFound, Taken

MOST = 10_000
"""Patients of one incident."""


def register(
    state: State, incident_id: str, patient_id: str, colour: Colour | None, unit_id: str | None, token: str | None
) -> list[ev.Event]:
    """A patient is found. Raises NotFound, Taken."""
    incident = get_incident(state, incident_id)
    if incident.status == "closed":
        raise Taken(
            "incident {incident} is closed; reopen it before registering a patient",
            code="incident_closed",
            incident=incident.number,
        )
    if unit_id is not None and get_unit(state, unit_id).incident_id != incident.id:
        raise Taken(
            "unit {unit} is not on incident {incident}; name a unit that is, or none",
            code="unit_not_on_incident",
            unit=unit_id,
            incident=incident.number,
        )
    known = [patient.number for patient in patients_of(state, incident_id)]
    if len(known) >= MOST:
        raise Malformed(f"incident {incident.number} has {MOST} patients already")
    return [
        ev.PatientFound(
            patient_id=patient_id,
            incident_id=incident.id,
            number=max(known, default=0) + 1,
            colour=colour,
            unit_id=unit_id,
            personal_token=token,
        )
    ]


def revise(
    state: State,
    patient_id: str,
    colour: Colour | None,
    step: PatientStep | None,
    unit_id: str | None = None,
    hospital_id: str | None = None,
    outcome: Outcome | None = None,
) -> list[ev.Event]:
    """Sort anew, step on, or both. Raises NotFound, Malformed, IllegalStep."""
    patient = get_patient(state, patient_id)
    told: list[ev.Event] = []
    if colour is not None and colour != patient.colour:
        told.append(ev.PatientSorted(patient_id=patient.id, incident_id=patient.incident_id, colour=colour))
    if step is None:
        if unit_id or hospital_id or outcome:
            raise Malformed("say the step with the unit, hospital or outcome: loaded, at_hospital, handed_over, ended")
        return told
    _check_step(state, patient, step, unit_id, hospital_id, outcome)
    step_told = ev.PatientStepped(
        patient_id=patient.id,
        incident_id=patient.incident_id,
        step=step,
        unit_id=unit_id,
        hospital_id=hospital_id,
        outcome=outcome,
    )
    return [*told, step_told]


def patients_of(state: State, incident_id: str) -> list[Patient]:
    """An incident's patients by number."""
    found = (patient for patient in state.patients.values() if patient.incident_id == incident_id)
    return sorted(found, key=lambda patient: patient.number)


def get_patient(state: State, patient_id: str) -> Patient:
    """The patient. Raises NotFound."""
    if patient_id not in state.patients:
        raise NotFound(f"no patient {patient_id}; GET /api/v1/incidents/{{id}}/patients lists an incident's")
    return state.patients[patient_id]


def _check_step(
    state: State, patient: Patient, step: PatientStep, unit_id: str | None, hospital_id: str | None, outcome: str | None
) -> None:
    next_patient_status(patient.id, patient.status, step)
    if (step == "ended") != (outcome is not None):
        raise Malformed("an outcome belongs to the step `ended`, and that step needs one; GET /api/docs lists them")
    if step == "loaded":
        unit = get_unit(state, unit_id or patient.unit_id or "")
        if unit.incident_id != patient.incident_id:
            raise Taken(
                "unit {unit} is not on the patient's incident; name the unit that carries the patient",
                code="unit_not_on_incident",
                unit=unit.id,
            )
        if "convey" not in unit.skills or unit.kind == "motorbike":
            raise Taken(
                "unit {unit} cannot convey; relay the patient to one that can",
                code="unit_cannot_convey",
                unit=unit.id,
            )
    if hospital_id is not None and hospital_id not in state.hospitals:
        raise NotFound(f"no hospital {hospital_id}; GET /api/v1/hospitals lists them")
