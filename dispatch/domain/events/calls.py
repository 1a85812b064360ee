"""What happens to a call."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.place import Place
from dispatch.domain.words import Outcome


class CallRang(Event, frozen=True):
    """It rings and nobody has answered yet. The telephone exchange says so."""

    STREAM = "call"

    call_id: str
    rang_at: datetime
    caller_token: str | None = None


class CallAbandoned(Event, frozen=True):
    """The caller hung up before anybody answered: called back once."""

    STREAM = "call"

    call_id: str


class CallReceived(Event, frozen=True):
    """Answered."""

    STREAM = "call"

    call_id: str
    answered_at: datetime
    complaint: str | None = None
    caller_token: str | None = None
    words_token: str | None = None
    answers_token: str | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()
    duplicates: tuple[str, ...] = ()


class CallJoined(Event, frozen=True):
    STREAM = "call"

    call_id: str
    incident_id: str


class CallClosed(Event, frozen=True):
    STREAM = "call"

    call_id: str
    outcome: Outcome
