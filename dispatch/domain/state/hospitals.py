"""Hospitals."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import HospitalCapability, HospitalResource, HospitalStatus, ReservationStatus


class Reservation(msgspec.Struct, kw_only=True):
    """One place kept for one incident; it leaves the state when it ends."""

    id: str
    incident_id: str
    resource: HospitalResource
    made_at: datetime
    until: datetime
    patient_id: str | None = None
    status: ReservationStatus = "held"


class Hospital(msgspec.Struct, kw_only=True):
    """
    `capacity`: free places by resource as the hospital told them, those kept by `reservations` included; a resource
    that is not there was never told. `revised_at`: when it last told anything.
    """

    id: str
    name: str
    name_en: str
    lon: float
    lat: float
    emergency: bool
    capabilities: tuple[HospitalCapability, ...] = ()
    status: HospitalStatus = "open"
    diversion: tuple[HospitalCapability, ...] = ()
    capacity: dict[HospitalResource, int] = {}
    reservations: dict[str, Reservation] = {}
    revised_at: datetime | None = None
    version: int = 0

    def free_of(
        self, resource: HospitalResource, incident_id: str | None = None, now: datetime | None = None
    ) -> int | None:
        """
        Places that nobody keeps, those kept for this incident counted as free; None where it told no number.

        With `now`, what was kept until earlier counts as free, ended or not.
        """
        if resource not in self.capacity:
            return None
        kept = [
            one
            for one in self.reservations.values()
            if one.resource == resource
            and (incident_id is None or one.incident_id != incident_id)
            and (now is None or one.until > now)
        ]
        return self.capacity[resource] - len(kept)

    def is_kept_for(self, incident_id: str | None, now: datetime) -> bool:
        """Whether a place is kept for the incident."""
        return any(one.incident_id == incident_id and one.until > now for one in self.reservations.values())
