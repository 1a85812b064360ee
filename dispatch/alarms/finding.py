"""What a condition finds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.words import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A condition that holds now.

    `since`: when it began; `until`: up to when we know of it, None: now. `occasion` tells this time from another one
    of the same `since`.
    """

    about: str
    since: datetime
    level: Level | None = None
    incident_id: str | None = None
    value: float | None = None
    until: datetime | None = None
    occasion: datetime | None = None
