"""Calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.state.triage import Triage
from dispatch.domain.words import CallStatus, Outcome


class Call(msgspec.Struct, kw_only=True):
    """
    `answered_at` is None while it rings. A closed or abandoned one leaves the state after a while.

    `arrest_recognised_at` and `first_compression_at` are measured from `answered_at`; None: nobody said so. `fixes` are
    the phone's own places, oldest first; `link_expires_at`: until when a link may bring one more.
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
    outcome: Outcome | None = None
    triage: Triage | None = None
    instruction: str | None = None
    instruction_step: str | None = None
    arrest_recognised_at: datetime | None = None
    first_compression_at: datetime | None = None
    fixes: tuple[PhoneFix, ...] = ()
    link_expires_at: datetime | None = None
    version: int = 0
