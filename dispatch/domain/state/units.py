"""Units."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.lifecycles import FREE_STATUSES
from dispatch.domain.words import Skill, UnitKind, UnitStatus


class Unit(msgspec.Struct, kw_only=True):
    """A vehicle with a crew in service. `incident_id`, `offer_id`: set from the offer to the run's end."""

    id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    status: UnitStatus
    status_at: datetime
    incident_id: str | None = None
    offer_id: str | None = None
    hospital_id: str | None = None
    version: int = 0

    @property
    def is_free(self) -> bool:
        return self.status in FREE_STATUSES
