"""Crews and vehicles."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import Skill, UnitKind


class Crew(msgspec.Struct, kw_only=True):
    """The people of a unit for one shift; gone once they have signed off. Who they are stands nowhere here."""

    id: str
    unit_id: str
    vehicle_id: str
    skills: tuple[Skill, ...]
    from_at: datetime
    until_at: datetime
    version: int = 0


class Vehicle(msgspec.Struct, kw_only=True):
    """`supplies`: counts by item as last told at `stocked_at`; empty as long as nobody has counted."""

    id: str
    station_id: str
    kind: UnitKind
    unit_id: str | None = None
    supplies: dict[str, int] = {}
    stocked_at: datetime | None = None
    version: int = 0
