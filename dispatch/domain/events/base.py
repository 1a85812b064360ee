"""What every event shares."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """
    A fact. Its name is its class; `STREAM` is the kind of thing that it happened to, such as `unit`.

    The thing's id stands in the field `<kind>_id`, or, for kinds that nothing else refers to, in `id`. A `STREAM` with
    a colon is a whole stream: there is one such thing only.
    """

    STREAM: ClassVar[str]


def stream_of(event: Event) -> str:
    """The one stream that an event belongs to, such as `unit:115-007`."""
    kind = event.STREAM
    if ":" in kind:
        return kind
    return f"{kind}:{getattr(event, f'{kind}_id', None) or getattr(event, 'id', '')}"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when an event stands in the log, without what it says."""

    seq: int
    stream: str
    version: int
    type: str
    actor: str
    at: datetime
    recorded_at: datetime


class Recorded(Envelope, frozen=True, kw_only=True):
    """
    An event as it stands in the log.

    `seq` has no holes and is commit order; `version` counts within the stream from 1; `at` is when it
    happened by the device that tells it, `recorded_at` when the server wrote it down.
    """

    data: Event
