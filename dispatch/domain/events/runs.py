"""Runs, on the incident's stream."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.words import Outcome, ReleaseCause, Stamp


class RunEnded(Event, frozen=True):
    """
    `cause` is set when the desk ended it: stood down, or diverted to another incident. `reason` is a token of the words
    that somebody gave for it.
    """

    STREAM = "incident"

    incident_id: str
    unit_id: str
    outcome: Outcome
    hospital_id: str | None = None
    cause: ReleaseCause | None = None
    reason: str | None = None


class RunStamped(Event, frozen=True):
    """A stamp that came late, after the run had ended; it happened at the event's own `at`."""

    STREAM = "incident"

    incident_id: str
    offer_id: str
    stamp: Stamp
    source: str = "app"


class StampCorrected(Event, frozen=True):
    """The desk sets a stamp right, or enters one that is missing; `reason` says why. Counted, never imputed."""

    STREAM = "incident"

    incident_id: str
    offer_id: str
    stamp: Stamp
    to: datetime
    source: str
    reason: str
