"""The room: who sits where, and whether more call than can be answered."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Seat(msgspec.Struct, kw_only=True):
    """A place with a telephone, by the exchange's own name for it; `user` None: nobody sits there."""

    id: str
    user: str | None = None
    taken_at: datetime | None = None
    version: int = 0


class Surge(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a supervisor has declared a surge; `reason` is a code or a token."""

    on: bool = False
    set_by: str | None = None
    set_at: datetime | None = None
    reason: str | None = None
    version: int = 0
