"""Runs, on the incident's stream."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.words import Outcome, ReleaseCause, Stamp


class RunEnded(Event, frozen=True):
    """
    `cause` is set when the desk ended it: stood down, or diverted to another incident. `reason` is a token of the words
    that somebody gave for it. `details`: what the outcome wants besides, as far as it was told with it.
    """

    STREAM = "incident"

    incident_id: str
    unit_id: str
    outcome: Outcome
    hospital_id: str | None = None
    cause: ReleaseCause | None = None
    reason: str | None = None
    details: OutcomeDetails | None = None


class OutcomeDetailsTold(Event, frozen=True):
    """
    More about how a run ended, or an incident, told after its end: only what is told anew is set.

    `outcome_id`: of a run the id of its offer, of an incident closed by hand its id and version. On a stream of its
    own: the incident may have left the state meanwhile.
    """

    STREAM = "outcome"

    outcome_id: str
    incident_id: str
    details: OutcomeDetails
    unit_id: str | None = None


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
