"""Alarms: raised, and seen by somebody."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import AlarmKind


class AlarmRaised(Event, frozen=True):
    STREAM = "incident"

    alarm_id: str
    incident_id: str
    kind: AlarmKind


class AlarmAcknowledged(Event, frozen=True):
    STREAM = "incident"

    alarm_id: str
    incident_id: str
