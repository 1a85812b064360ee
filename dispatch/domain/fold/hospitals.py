"""Hospitals: what they tell, what is kept free there, who is brought there."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.overrules import count_overrule
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_hospital_status, next_reservation_status
from dispatch.domain.state import Hospital, Incident, Reservation, Run, State
from dispatch.errors import IllegalStep


@folds(ev.HospitalRevised)
def _hospital_revised(state: State, event: ev.HospitalRevised, recorded: Recorded) -> None:
    hospital: Hospital = get(state.hospitals, "hospital", event.hospital_id)
    if event.status is not None:
        hospital.status = next_hospital_status(hospital.id, hospital.status, event.status)
    if event.diversion is not None:
        hospital.diversion = event.diversion
    if event.capacity is not None:
        hospital.capacity = {**hospital.capacity, **event.capacity}
    hospital.revised_at, hospital.version = recorded.at, recorded.version


@folds(ev.BedReserved)
def _bed_reserved(state: State, event: ev.BedReserved, recorded: Recorded) -> None:
    hospital: Hospital = get(state.hospitals, "hospital", event.hospital_id)
    if event.reservation_id in hospital.reservations:
        raise IllegalStep("reservation", event.reservation_id, "held", "reserved", [])
    if (hospital.free_of(event.resource) or 0) < 1:
        raise IllegalStep("hospital", hospital.id, f"without a free {event.resource}", "reserved", ["another hospital"])
    hospital.reservations[event.reservation_id] = Reservation(
        id=event.reservation_id,
        incident_id=event.incident_id,
        resource=event.resource,
        made_at=recorded.at,
        until=event.until,
        patient_id=event.patient_id,
    )
    hospital.version = recorded.version


@folds(ev.ReservationEnded)
def _reservation_ended(state: State, event: ev.ReservationEnded, recorded: Recorded) -> None:
    hospital: Hospital = get(state.hospitals, "hospital", event.hospital_id)
    kept: Reservation = get(hospital.reservations, "reservation", event.reservation_id)
    if next_reservation_status(kept.id, kept.status, event.because) == "arrived":
        hospital.capacity[kept.resource] = max(0, hospital.capacity.get(kept.resource, 0) - 1)
    del hospital.reservations[kept.id]
    hospital.version = recorded.version


@folds(ev.DestinationSet)
def _destination_set(state: State, event: ev.DestinationSet, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    run = next((run for run in incident.active_runs if run.unit_id == event.unit_id), None)
    if run is None or "at_hospital_at" in run.stamps:
        ways = ["a unit on its way"]
        raise IllegalStep("unit", event.unit_id, f"not on its way for incident {incident.id}", "sent on", ways)
    run.hospital_id = event.hospital_id
    if event.unit_id in state.units:
        state.units[event.unit_id].hospital_id = event.hospital_id
    if event.overruled:
        count_overrule(state, "destination", event.reason, recorded)
    incident.version = recorded.version


@folds(ev.HandoverConfirmed)
def _handover_confirmed(state: State, event: ev.HandoverConfirmed, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    run: Run = get(incident.runs, "run", event.offer_id)
    if run.hospital_id != event.hospital_id or "at_hospital_at" not in run.stamps:
        raise IllegalStep("run", run.offer_id, f"not at {event.hospital_id}", "handed over", ["at_hospital"])
    if run.handover_confirmed_at is not None:
        raise IllegalStep("run", run.offer_id, "handed over", "handed over again", [])
    run.handover_confirmed_at, incident.version = recorded.at, recorded.version
