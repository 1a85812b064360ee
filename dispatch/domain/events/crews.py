"""Crews and vehicles: who is on duty in what, and what the vehicle has on board."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.words import Skill


class CrewSignedOn(Event, frozen=True):
    """A crew takes a vehicle and becomes a unit, until `until_at`."""

    STREAM = "crew"

    crew_id: str
    unit_id: str
    vehicle_id: str
    skills: tuple[Skill, ...]
    from_at: datetime
    until_at: datetime


class CrewSignedOff(Event, frozen=True):
    """Its shift is over; the vehicle stands without a crew."""

    STREAM = "crew"

    crew_id: str
    unit_id: str


class VehicleChanged(Event, frozen=True):
    """The crew goes on in another vehicle."""

    STREAM = "crew"

    crew_id: str
    unit_id: str
    vehicle_id: str


class VehicleStocked(Event, frozen=True):
    """What was counted on board, by item; items not named stay as they were."""

    STREAM = "vehicle"

    vehicle_id: str
    counts: dict[str, int]


class SuppliesUsed(Event, frozen=True):
    """What was used up, by item. More than was there leaves none: the count was wrong, not the patient."""

    STREAM = "vehicle"

    vehicle_id: str
    counts: dict[str, int]
