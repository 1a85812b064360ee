"""
What a hospital tells of itself, and the places kept there. Pure: state in, events out.

A place is kept for an incident until a time; it ends when the unit arrives, the time is over, or somebody gives it
back. What is over is ended by whoever looks first: the leader's watch, or the next reservation at that hospital.

Weakness: the first unit that an incident brings to a hospital uses all places kept there for the incident and for no
patient by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from dispatch.assignment.offer_ends import get_incident
from dispatch.domain import events as ev
from dispatch.domain.state import Hospital, Reservation, State
from dispatch.domain.words import HospitalResource, HospitalStatus, ReservationEnd
from dispatch.errors import Malformed, NotFound, Taken

LONGEST_MIN = 24 * 60
"""Nothing is kept longer than a day (guess)."""

MOST_PLACES = 10_000


def get_hospital(state: State, hospital_id: str) -> Hospital:
    """The hospital. Raises NotFound."""
    if hospital_id not in state.hospitals:
        raise NotFound(
            "no hospital {hospital}; GET /api/v1/hospitals lists them",
            code="no_hospital",
            hospital=hospital_id,
        )
    return state.hospitals[hospital_id]


def revise(
    state: State,
    hospital_id: str,
    status: HospitalStatus | None,
    diversion: Collection[str] | None,
    capacity: Mapping[HospitalResource, int] | None,
) -> list[ev.Event]:
    """What the hospital tells, whether or not it is what it told before: it is fresh. Raises NotFound, Malformed."""
    get_hospital(state, hospital_id)
    if status is None and diversion is None and capacity is None:
        raise Malformed("nothing to change; send status, diversion or capacity", code="nothing_to_change")
    return [
        ev.HospitalRevised(
            hospital_id=hospital_id,
            status=status,
            diversion=None if diversion is None else tuple(dict.fromkeys(diversion)),
            capacity=None if capacity is None else dict(capacity),
        )
    ]


def reserve(
    state: State,
    hospital_id: str,
    reservation_id: str,
    incident_id: str,
    resource: HospitalResource,
    minutes: float,
    now: datetime,
    patient_id: str | None = None,
) -> list[ev.Event]:
    """Keep one place. Raises NotFound, Malformed, Taken when none is free."""
    hospital, incident = get_hospital(state, hospital_id), get_incident(state, incident_id)
    if incident.status == "closed":
        raise Taken(
            "incident {incident} is closed; nothing is kept for it",
            code="nothing_kept_for_closed",
            incident=incident.number,
        )
    if not 0 < minutes <= LONGEST_MIN:
        raise Malformed(
            "{minutes:g} minutes: a place is kept for more than 0 and at most {most}",
            code="kept_how_long",
            minutes=minutes,
            most=LONGEST_MIN,
        )
    patient = state.patients.get(patient_id or "")
    if patient_id is not None and (patient is None or patient.incident_id != incident_id):
        raise NotFound(f"no patient {patient_id} of incident {incident.number}; GET its patients")
    over = [one for one in hospital.reservations.values() if one.until <= now]
    free = hospital.free_of(resource, now=now)
    if free is None:
        raise Taken(
            "hospital {hospital} has told no number of {resource}; ring it, and enter what it says",
            code="no_number_told",
            hospital=hospital_id,
            resource=resource,
        )
    if free < 1:
        raise Taken(
            "hospital {hospital} has no free {resource}; choose another hospital or resource",
            code="no_place_free",
            hospital=hospital_id,
            resource=resource,
        )
    kept = ev.BedReserved(
        hospital_id=hospital_id,
        reservation_id=reservation_id,
        incident_id=incident_id,
        resource=resource,
        until=now + timedelta(minutes=minutes),
        patient_id=patient_id,
    )
    return [*(end(hospital_id, one, "expired") for one in over), kept]


def release(state: State, hospital_id: str, reservation_id: str) -> list[ev.Event]:
    """Give a place back. Raises NotFound for one that is over already."""
    kept = get_hospital(state, hospital_id).reservations.get(reservation_id)
    if kept is None:
        raise NotFound(
            "hospital {hospital} keeps no {reservation}; it has ended, or never was",
            code="no_reservation",
            hospital=hospital_id,
            reservation=reservation_id,
        )
    return [end(hospital_id, kept, "released")]


def due(state: State, now: datetime) -> list[ev.ReservationEnded]:
    """The reservations that are over: used by whom they were kept for, no longer needed, or past their time."""
    return [
        end(hospital.id, kept, because)
        for hospital in state.hospitals.values()
        for kept in hospital.reservations.values()
        if (because := _why_over(state, hospital.id, kept, now))
    ]


def end(hospital_id: str, kept: Reservation, because: ReservationEnd) -> ev.ReservationEnded:
    """The fact that it is over."""
    return ev.ReservationEnded(
        hospital_id=hospital_id, reservation_id=kept.id, incident_id=kept.incident_id, because=because
    )


def _why_over(state: State, hospital_id: str, kept: Reservation, now: datetime) -> ReservationEnd | None:
    incident = state.incidents.get(kept.incident_id)
    for run in incident.runs.values() if incident else ():
        there_at = run.stamps.get("at_hospital_at") if run.hospital_id == hospital_id else None
        patient = state.patients.get(kept.patient_id or "")
        if there_at and there_at >= kept.made_at and (patient is None or patient.unit_id == run.unit_id):
            return "arrived"
    if incident is None or incident.status == "closed":
        return "released"
    return "expired" if kept.until <= now else None
