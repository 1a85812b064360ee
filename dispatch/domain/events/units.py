"""What happens to a unit."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import OutOfServiceReason, ReleaseCause, UnitReport


class UnitOffered(Event, frozen=True):
    STREAM = "unit"

    unit_id: str
    incident_id: str
    offer_id: str


class UnitAssigned(Event, frozen=True):
    STREAM = "unit"

    unit_id: str
    incident_id: str
    offer_id: str


class UnitReleased(Event, frozen=True):
    STREAM = "unit"

    unit_id: str
    incident_id: str
    because: ReleaseCause


class UnitReported(Event, frozen=True):
    """A status or a stamp that the crew reported; `source`: app, avl, voice or paper; `reason`: only out of service."""

    STREAM = "unit"

    unit_id: str
    report: UnitReport
    incident_id: str | None = None
    hospital_id: str | None = None
    source: str = "app"
    reason: OutOfServiceReason | None = None
