"""Alarms: raised, passed on, seen by somebody, over; and a crew that says that it is well."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.words import AlarmKind


class AlarmRaised(Event, frozen=True):
    """
    A condition has held for too long.

    `about`: the stream of the thing, such as `unit:115-007` or `desk:coverage`; `since`: when the condition began;
    `threshold_s`: the seconds that it was allowed; `value`: what was counted or measured, where the kind has a number.
    """

    STREAM = "alarm"

    alarm_id: str
    kind: AlarmKind
    about: str
    since: datetime
    threshold_s: float
    incident_id: str | None = None
    value: float | None = None


class AlarmEscalated(Event, frozen=True):
    """Nobody acknowledged it in time. `step`: 2 for the first escalation."""

    STREAM = "alarm"

    alarm_id: str
    step: int
    incident_id: str | None = None


class AlarmAcknowledged(Event, frozen=True):
    STREAM = "alarm"

    alarm_id: str
    incident_id: str | None = None


class AlarmCleared(Event, frozen=True):
    """What it was about has ended."""

    STREAM = "alarm"

    alarm_id: str
    incident_id: str | None = None


class CrewSaidSafe(Event, frozen=True):
    """A sign of life from a crew, by itself or entered for it (`on_behalf_of`)."""

    STREAM = "unit"

    unit_id: str
    incident_id: str | None = None
    on_behalf_of: str | None = None
