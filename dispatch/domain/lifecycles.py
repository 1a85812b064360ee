"""
Lifecycles as tables: TRANSITIONS[status][what happened] = next status. What is not in a table cannot happen.

The diagrams in docs/lifecycles.md are drawn from these tables (`dispatch.lifecycle_diagrams`).
"""

from __future__ import annotations

from typing import TypeVar

from dispatch.domain.words import IncidentStatus, OfferStatus, PatientStatus, Stamp, UnitReport, UnitStatus
from dispatch.errors import IllegalStep

S = TypeVar("S", bound=str)

UNIT_TRANSITIONS: dict[UnitStatus, dict[str, UnitStatus]] = {
    "off_duty": {"available": "available"},
    "available": {
        "offered": "offered",
        "assigned": "dispatched",
        "off_duty": "off_duty",
        "moving_up": "moving_up",
        "returning": "returning",
    },
    "offered": {"assigned": "dispatched", "released": "available"},
    "dispatched": {"en_route": "en_route", "released": "returning"},
    "en_route": {"on_scene": "on_scene", "released": "returning"},
    "on_scene": {
        "at_patient": "on_scene",
        "transporting": "transporting",
        "returning": "returning",
        "available": "available",
        "released": "returning",
    },
    "transporting": {"at_hospital": "at_hospital"},
    "at_hospital": {"handed_over": "at_hospital", "returning": "returning", "available": "available"},
    "returning": {
        "available": "available",
        "offered": "offered",
        "assigned": "dispatched",
        "off_duty": "off_duty",
        "moving_up": "moving_up",
    },
    "moving_up": {
        "available": "available",
        "offered": "offered",
        "assigned": "dispatched",
        "returning": "returning",
        "off_duty": "off_duty",
    },
}

INCIDENT_TRANSITIONS: dict[IncidentStatus, dict[str, IncidentStatus]] = {
    "waiting": {"unit_assigned": "assigned", "closed": "closed"},
    "assigned": {
        "unit_assigned": "assigned",
        "unit_arrived": "attended",
        "uncovered": "waiting",
        "closed": "closed",
    },
    "attended": {
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

RUN_ENDING_REPORTS: frozenset[UnitReport] = frozenset({"returning", "available"})
"""Reports by which a unit leaves its run: the run must have an outcome before or with them."""


def next_unit_status(unit_id: str, status: UnitStatus, step: str) -> UnitStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("unit", unit_id, UNIT_TRANSITIONS, status, step)


def next_incident_status(incident_id: str, status: IncidentStatus, step: str) -> IncidentStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("incident", incident_id, INCIDENT_TRANSITIONS, status, step)


def next_offer_status(offer_id: str, status: OfferStatus, step: str) -> OfferStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("offer", offer_id, OFFER_TRANSITIONS, status, step)


def next_patient_status(patient_id: str, status: PatientStatus, step: str) -> PatientStatus:
    """The status after a step. Raises IllegalStep naming what is allowed."""
    return _step("patient", patient_id, PATIENT_TRANSITIONS, status, step)


def _step(thing: str, thing_id: str, table: dict[S, dict[str, S]], status: S, step: str) -> S:
    allowed = table[status]
    if step not in allowed:
        raise IllegalStep(thing, thing_id, status, step, sorted(allowed))
    return allowed[step]
