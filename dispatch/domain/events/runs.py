"""Runs, on the incident's stream."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import Outcome


class RunEnded(Event, frozen=True):
    STREAM = "incident"

    incident_id: str
    unit_id: str
    outcome: Outcome
    hospital_id: str | None = None
