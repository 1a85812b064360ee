"""Calling back: asked for, taken in hand, tried, over."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.words import CallBackEnd, CallBackReason, CallBackResult


class CallBackAsked(Event, frozen=True):
    STREAM = "call"

    call_id: str
    reason: CallBackReason
    due_at: datetime


class CallBackTaken(Event, frozen=True):
    """Somebody is calling now: nobody else does."""

    STREAM = "call"

    call_id: str


class CallBackTried(Event, frozen=True):
    """One attempt; `due_at`: when the next one is due, None once the caller was reached."""

    STREAM = "call"

    call_id: str
    result: CallBackResult
    due_at: datetime | None = None


class CallBackEnded(Event, frozen=True):
    """No more attempts, by a person's word."""

    STREAM = "call"

    call_id: str
    because: CallBackEnd
