"""Calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.place import Place
from dispatch.domain.words import Outcome


class Call(msgspec.Struct, kw_only=True):
    id: str
    answered_at: datetime
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
