"""Runs, on the incident's stream."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import Outcome, ReleaseCause


class RunEnded(Event, frozen=True):
    """`cause` is set when the desk ended it: stood down, or diverted to another incident."""

    STREAM = "incident"

    incident_id: str
    unit_id: str
    outcome: Outcome
    hospital_id: str | None = None
    cause: ReleaseCause | None = None
