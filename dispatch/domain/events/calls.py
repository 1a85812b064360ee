"""What happens to a call."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.place import Place
from dispatch.domain.words import MessageSide, Outcome, ReopenCause, SilentStep


class CallRang(Event, frozen=True):
    """It rings, at a seat or at all, and nobody has answered yet. The telephone exchange says so."""

    STREAM = "call"

    call_id: str
    rang_at: datetime
    caller_token: str | None = None
    seat: str | None = None


class CallAbandoned(Event, frozen=True):
    """The caller hung up before anybody answered: to be called back by `due_at` (None in logs of before)."""

    STREAM = "call"

    call_id: str
    due_at: datetime | None = None


class CallPickedUp(Event, frozen=True):
    """The exchange says that it was answered, at which seat, and who sat there then. Nothing is entered yet."""

    STREAM = "call"

    call_id: str
    answered_at: datetime
    seat: str | None = None
    answered_by: str | None = None


class CallMoved(Event, frozen=True):
    """It rings at another seat, or was handed over to one."""

    STREAM = "call"

    call_id: str
    seat: str


class CallEnded(Event, frozen=True):
    """The line is down. What becomes of the call is for people to say."""

    STREAM = "call"

    call_id: str
    ended_at: datetime


class CallTimed(Event, frozen=True):
    """
    The exchange tells late what came earlier than it had told first; only what changes is set.

    `over_at`: when the line went down, whether somebody had answered by then or not.
    """

    STREAM = "call"

    call_id: str
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    over_at: datetime | None = None


class CallRecorded(Event, frozen=True):
    """There is a recording; its name at the exchange is personal: a token."""

    STREAM = "call"

    call_id: str
    recording_token: str


class CallReceived(Event, frozen=True):
    """Answered, and what the caller said entered."""

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


class CallUnjoined(Event, frozen=True):
    """
    It had been joined wrongly, or its incident closes without the crew having heard of it: a call of its own again, to
    be decided. The incident stays as it is.
    """

    STREAM = "call"

    call_id: str
    incident_id: str
    because: ReopenCause | None = None


class CallRevised(Event, frozen=True):
    """Only the fields that changed are set; `read_back`: the caller has confirmed the place."""

    STREAM = "call"

    call_id: str
    language: str | None = None
    needs_interpreter: bool | None = None
    needs_text: bool | None = None
    place: Place | None = None
    read_back: bool = False
    words_token: str | None = None
    caller_token: str | None = None


class SilentStepTaken(Event, frozen=True):
    """Nobody speaks, and this was done about it."""

    STREAM = "call"

    call_id: str
    step: SilentStep


class CallMessaged(Event, frozen=True):
    """The caller wrote on the page behind their link, or the desk wrote to them. The words are personal: a token."""

    STREAM = "call"

    call_id: str
    by: MessageSide
    token: str


class CallClosed(Event, frozen=True):
    STREAM = "call"

    call_id: str
    outcome: Outcome


class CallReopened(Event, frozen=True):
    """A close is undone. That somebody rang again from its number does not say which call that was."""

    STREAM = "call"

    call_id: str
    because: ReopenCause = "undone"
