"""
Lifecycles as tables: TRANSITIONS[status][what happened] = next status. What is not in a table cannot happen.

The diagrams in docs/lifecycles.md are drawn from these tables (`dispatch.lifecycle_diagrams`).
"""

from __future__ import annotations

from typing import TypeVar

from dispatch.domain.words import (
    AlarmStatus,
    CallStatus,
    HospitalStatus,
    IncidentStatus,
    OfferStatus,
    PatientStatus,
    ReservationStatus,
    Stamp,
    UnitReport,
    UnitStatus,
)
from dispatch.errors import IllegalStep

S = TypeVar("S", bound=str)

UNIT_TRANSITIONS: dict[UnitStatus, dict[str, UnitStatus]] = {
    "off_duty": {"available": "available", "out_of_service": "out_of_service"},
    "available": {
        "offered": "offered",
        "assigned": "dispatched",
        "off_duty": "off_duty",
        "moving_up": "moving_up",
        "returning": "returning",
        "on_break": "on_break",
        "out_of_service": "out_of_service",
    },
    "offered": {"assigned": "dispatched", "released": "available"},
    "dispatched": {"en_route": "en_route", "released": "returning", "out_of_service": "out_of_service"},
    "en_route": {"on_scene": "on_scene", "released": "returning", "out_of_service": "out_of_service"},
    "on_scene": {
        "at_patient": "on_scene",
        "transporting": "transporting",
        "returning": "returning",
        "available": "available",
        "released": "returning",
        "out_of_service": "out_of_service",
    },
    "transporting": {"at_hospital": "at_hospital", "out_of_service": "out_of_service"},
    "at_hospital": {
        "handed_over": "at_hospital",
        "returning": "returning",
        "available": "available",
        "out_of_service": "out_of_service",
    },
    "returning": {
        "available": "available",
        "offered": "offered",
        "assigned": "dispatched",
        "off_duty": "off_duty",
        "moving_up": "moving_up",
        "on_break": "on_break",
        "out_of_service": "out_of_service",
    },
    "moving_up": {
        "available": "available",
        "offered": "offered",
        "assigned": "dispatched",
        "returning": "returning",
        "off_duty": "off_duty",
        "on_break": "on_break",
        "out_of_service": "out_of_service",
    },
    "on_break": {
        "available": "available",
        "offered": "offered",
        "assigned": "dispatched",
        "off_duty": "off_duty",
        "out_of_service": "out_of_service",
    },
    "out_of_service": {"available": "available", "returning": "returning", "off_duty": "off_duty"},
}

CALL_TRANSITIONS: dict[CallStatus, dict[str, CallStatus]] = {
    "ringing": {"answered": "answered", "abandoned": "abandoned"},
    "answered": {"taken": "answered", "joined": "joined", "closed": "closed"},
    "joined": {"joined": "joined", "unjoined": "answered", "closed": "closed"},
    "closed": {"reopened": "answered"},
    "abandoned": {"answered": "answered", "called_back": "answered"},
}
"""`taken`: what the caller says is entered; the exchange may have told the answer before, or tell it late."""

INCIDENT_TRANSITIONS: dict[IncidentStatus, dict[str, IncidentStatus]] = {
    "waiting": {"joined": "waiting", "unit_assigned": "assigned", "closed": "closed"},
    "assigned": {
        "joined": "assigned",
        "unit_assigned": "assigned",
        "unit_arrived": "attended",
        "uncovered": "waiting",
        "closed": "closed",
    },
    "attended": {
        "joined": "attended",
        "unit_assigned": "attended",
        "unit_arrived": "attended",
        "uncovered": "waiting",
        "closed": "closed",
    },
    "closed": {"reopened": "waiting"},
}

OFFER_TRANSITIONS: dict[OfferStatus, dict[str, OfferStatus]] = {
    "open": {"accepted": "accepted", "refused": "refused", "expired": "expired", "withdrawn": "withdrawn"},
    "accepted": {},
    "refused": {},
    "expired": {},
    "withdrawn": {},
}

PATIENT_TRANSITIONS: dict[PatientStatus, dict[str, PatientStatus]] = {
    "found": {"loaded": "loaded", "ended": "ended"},
    "loaded": {"unloaded": "found", "loaded": "loaded", "at_hospital": "at_hospital", "ended": "ended"},
    "at_hospital": {"handed_over": "handed_over", "loaded": "loaded", "ended": "ended"},
    "handed_over": {},
    "ended": {},
}

HOSPITAL_TRANSITIONS: dict[HospitalStatus, dict[str, HospitalStatus]] = {
    "open": {"open": "open", "busy": "busy", "full": "full"},
    "busy": {"open": "open", "busy": "busy", "full": "full"},
    "full": {"open": "open", "busy": "busy", "full": "full"},
}
"""A hospital says how it stands, in whatever order that changes."""

RESERVATION_TRANSITIONS: dict[ReservationStatus, dict[str, ReservationStatus]] = {
    "held": {"arrived": "arrived", "expired": "expired", "released": "released"},
    "arrived": {},
    "expired": {},
    "released": {},
}

ALARM_TRANSITIONS: dict[AlarmStatus, dict[str, AlarmStatus]] = {
    "raised": {"escalated": "escalated", "acknowledged": "acknowledged", "cleared": "cleared"},
    "escalated": {"acknowledged": "acknowledged", "cleared": "cleared"},
    "acknowledged": {"cleared": "cleared"},
    "cleared": {"acknowledged": "cleared"},
}
"""Cleared and acknowledged, in whichever order, it leaves the state."""

FREE_STATUSES: frozenset[UnitStatus] = frozenset({"available", "returning", "moving_up"})
"""A unit in one of these may be offered; the last two are on the road."""

STAMP_OF_REPORT: dict[UnitReport, Stamp] = {
    "en_route": "en_route_at",
    "on_scene": "on_scene_at",
    "at_patient": "at_patient_at",
    "transporting": "left_scene_at",
    "at_hospital": "at_hospital_at",
    "handed_over": "handover_at",
    "returning": "back_in_service_at",
    "available": "back_in_service_at",
}

RUN_ENDING_REPORTS: frozenset[UnitReport] = frozenset({"returning", "available", "out_of_service"})
"""Reports by which a unit leaves its run: the run must have an outcome before or with them."""


def next_unit_status(unit_id: str, status: UnitStatus, step: str) -> UnitStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("unit", unit_id, UNIT_TRANSITIONS, status, step)


def next_call_status(call_id: str, status: CallStatus, step: str) -> CallStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("call", call_id, CALL_TRANSITIONS, status, step)


def next_incident_status(incident_id: str, status: IncidentStatus, step: str) -> IncidentStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("incident", incident_id, INCIDENT_TRANSITIONS, status, step)


def next_offer_status(offer_id: str, status: OfferStatus, step: str) -> OfferStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("offer", offer_id, OFFER_TRANSITIONS, status, step)


def next_patient_status(patient_id: str, status: PatientStatus, step: str) -> PatientStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("patient", patient_id, PATIENT_TRANSITIONS, status, step)


def next_hospital_status(hospital_id: str, status: HospitalStatus, step: str) -> HospitalStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("hospital", hospital_id, HOSPITAL_TRANSITIONS, status, step)


def next_reservation_status(reservation_id: str, status: ReservationStatus, step: str) -> ReservationStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("reservation", reservation_id, RESERVATION_TRANSITIONS, status, step)


def next_alarm_status(alarm_id: str, status: AlarmStatus, step: str) -> AlarmStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("alarm", alarm_id, ALARM_TRANSITIONS, status, step)


def _step(thing: str, thing_id: str, table: dict[S, dict[str, S]], status: S, step: str) -> S:
    allowed = table[status]
    if step not in allowed:
        raise IllegalStep(thing, thing_id, status, step, sorted(allowed))
    return allowed[step]
