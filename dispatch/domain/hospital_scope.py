"""
What a hospital may see: itself, and the runs that come to it. Nothing of where a patient was found, nor of who it is.
"""

from __future__ import annotations

import msgspec

from dispatch.domain.state import Hospital, Incident, Run, State

PREFIX = "hospital:"


def is_coming(run: Run, hospital_id: str) -> bool:
    """Whether the run goes to the hospital, or has brought somebody whom it has not confirmed to have taken over."""
    is_open = run.is_active or (run.outcome == "conveyed" and "at_hospital_at" in run.stamps)
    return run.hospital_id == hospital_id and is_open and run.handover_confirmed_at is None


def comes_to(incident: Incident, hospital_id: str) -> bool:
    """Whether any of the incident's runs does."""
    return any(is_coming(run, hospital_id) for run in incident.runs.values())


def without_reservations(hospital: Hospital, among: frozenset[str] = frozenset()) -> Hospital:
    """The hospital as others see it: what is kept there only for the incidents named."""
    kept = {key: one for key, one in hospital.reservations.items() if one.incident_id in among}
    return msgspec.structs.replace(hospital, reservations=kept)


def hospital_state(state: State, hospital_id: str) -> State:
    """The part of one hospital. It shares what it does not leave out: read it, never fold it."""
    incidents = {
        incident.id: _incident(incident, hospital_id)
        for incident in state.incidents.values()
        if comes_to(incident, hospital_id)
    }
    units = {run.unit_id for incident in incidents.values() for run in incident.runs.values()}
    return State(
        seq=state.seq,
        at=state.at,
        incidents=incidents,
        patients={
            patient.id: msgspec.structs.replace(patient, personal_token=None)
            for patient in state.patients.values()
            if patient.incident_id in incidents and patient.unit_id in units
        },
        units={key: state.units[key] for key in sorted(units & state.units.keys())},
        hospitals={key: one for key, one in state.hospitals.items() if key == hospital_id},
    )


def _incident(incident: Incident, hospital_id: str) -> Incident:
    coming = {key: run for key, run in incident.runs.items() if is_coming(run, hospital_id)}
    return msgspec.structs.replace(incident, runs=coming, offers={}, place=None, call_ids=[], barred=[], major=None)
