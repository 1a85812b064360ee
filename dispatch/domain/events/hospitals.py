"""What a hospital says of itself, what is kept free there, who is brought there, and that it has taken them over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.events.base import Event
from dispatch.domain.words import (
    HospitalCapability,
    HospitalResource,
    HospitalStatus,
    OverruleReason,
    ReservationEnd,
)


class HospitalRevised(Event, frozen=True):
    """
    Only what changed is set. `capacity`: places free now, by resource; a resource not named stays as it was.

    `diversion` names what the hospital asks not to receive; status and diversion advise and never hide the hospital.
    """

    STREAM = "hospital"

    hospital_id: str
    status: HospitalStatus | None = None
    diversion: tuple[HospitalCapability, ...] | None = None
    capacity: dict[HospitalResource, int] | None = None


class BedReserved(Event, frozen=True):
    """One place of a resource is kept for an incident until `until`. The place still counts as free till it is used."""

    STREAM = "hospital"

    hospital_id: str
    reservation_id: str
    incident_id: str
    resource: HospitalResource
    until: datetime
    patient_id: str | None = None


class ReservationEnded(Event, frozen=True):
    """`arrived`: the place is taken by whom it was kept for."""

    STREAM = "hospital"

    hospital_id: str
    reservation_id: str
    incident_id: str
    because: ReservationEnd


class DestinationSet(Event, frozen=True):
    """
    Where a unit brings its patients, before it says so itself. `overruled`: another hospital was advised first.

    `saw` is what the advice stood on; `note` is a token of free words.
    """

    STREAM = "incident"

    incident_id: str
    unit_id: str
    hospital_id: str
    overruled: bool = False
    reason: OverruleReason | None = None
    note: str | None = None
    saw: dict[str, Any] = msgspec.field(default_factory=dict)


class HandoverConfirmed(Event, frozen=True):
    """The hospital's side of the handover: it has taken the patients over from this run."""

    STREAM = "incident"

    incident_id: str
    offer_id: str
    unit_id: str
    hospital_id: str
