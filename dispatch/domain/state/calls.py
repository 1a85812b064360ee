"""Calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.place import Place
from dispatch.domain.words import CallStatus, Outcome


class Call(msgspec.Struct, kw_only=True):
    """`answered_at` is None while it rings. A closed or abandoned one leaves the state after a while."""

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
    outcome: Outcome | None = None
    version: int = 0
