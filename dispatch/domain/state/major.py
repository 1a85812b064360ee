"""Major incidents."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.place import Place
from dispatch.domain.words import Colour


class Major(msgspec.Struct, kw_only=True):
    """
    What makes an incident a major one, from the declaration on.

    `counts`: patients by colour as the scene reported them last, at `counted_at`. `quotas`: by hospital, then colour.
    """

    declared_at: datetime
    declared_by: str
    expected: int
    reason: str | None = None
    commander_id: str | None = None
    staging: Place | None = None
    counts: dict[Colour, int] = {}
    counted_at: datetime | None = None
    quotas: dict[str, dict[Colour, int]] = {}
    stood_down_at: datetime | None = None
    stood_down_by: str | None = None

    @property
    def is_on(self) -> bool:
        return self.stood_down_at is None
