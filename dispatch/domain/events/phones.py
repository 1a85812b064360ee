"""What a caller's phone tells of its place."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.phone import PhoneFix


class PhoneLocated(Event, frozen=True):
    """A fix of the caller's phone: evidence beside the caller's words, never in their place."""

    STREAM = "call"

    call_id: str
    fix: PhoneFix


class LocationLinkMade(Event, frozen=True):
    """A link to share the phone's place was made for the caller. Who has the link is not told here."""

    STREAM = "call"

    call_id: str
    expires_at: datetime
