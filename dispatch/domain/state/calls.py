"""Calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.state.triage import Triage
from dispatch.domain.words import (
    CallBackEnd,
    CallBackReason,
    CallBackResult,
    CallStatus,
    MessageSide,
    Outcome,
    ReopenCause,
    SilentStep,
)

KEEP_MESSAGES = 100
"""Messages kept of one call, the newest; the log has them all (guess)."""


class CallMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message between the caller and the desk; `token` stands for its words in the personal store."""

    at: datetime
    by: MessageSide
    token: str


class CallBackAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to reach the caller; `by` is the actor."""

    at: datetime
    by: str
    result: CallBackResult


class CallBack(msgspec.Struct, kw_only=True):
    """The caller is to be called back by `due_at`; in the queue until it has ended. `taken_by`: who is calling now."""

    reason: CallBackReason
    asked_at: datetime
    due_at: datetime
    attempts: tuple[CallBackAttempt, ...] = ()
    taken_by: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: CallBackEnd | None = None


class Call(msgspec.Struct, kw_only=True):
    """
    `answered_at` is None while it rings, `taken_at` until what the caller says is entered. A closed one leaves the
    state after a while, an abandoned one once its call-back has ended. `undecided_since`: while it is answered, has no
    incident and is not closed. `joined_at`: to the incident that it is in. `left_incident_id`: where it was before it
    was joined to another incident.

    `seat_at`: when it began to ring at `seat`, or was answered there. `abandoned_at`: its line went down before anybody
    answered, as far as the exchange has told; it stays for a caller who was reached afterwards.

    `arrest_recognised_at` and `first_compression_at` are measured from `answered_at`; None: nobody said so. `fixes` are
    the phone's own places, oldest first; `link_expires_at`: until when a link may bring one more. `messages`: what was
    written between the caller and the desk, oldest first.
    """

    id: str
    status: CallStatus = "answered"
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    complaint: str | None = None
    caller_token: str | None = None
    words_token: str | None = None
    answers_token: str | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()
    duplicates: tuple[str, ...] = ()
    incident_id: str | None = None
    joined_at: datetime | None = None
    outcome: Outcome | None = None
    triage: Triage | None = None
    instruction: str | None = None
    instruction_step: str | None = None
    arrest_recognised_at: datetime | None = None
    first_compression_at: datetime | None = None
    fixes: tuple[PhoneFix, ...] = ()
    link_expires_at: datetime | None = None
    seat: str | None = None
    seat_at: datetime | None = None
    answered_by: str | None = None
    taken_at: datetime | None = None
    undecided_since: datetime | None = None
    abandoned_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    recording_token: str | None = None
    left_incident_id: str | None = None
    reopened_because: ReopenCause | None = None
    call_back: CallBack | None = None
    silent_steps: dict[SilentStep, datetime] = {}
    language: str | None = None
    needs_interpreter: bool = False
    needs_text: bool = False
    messages: tuple[CallMessage, ...] = ()
    location_settled_at: datetime | None = None
    version: int = 0

    @property
    def is_to_call_back(self) -> bool:
        return self.call_back is not None and self.call_back.ended_at is None
