"""Closed roads."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.road import LonLat, Road
from dispatch.domain.words import ClosureKind, RoadDirection


class Closure(msgspec.Struct, kw_only=True):
    """A road that is closed, flooded or slow, now or later; gone once it is reopened. See `events.RoadClosed`."""

    id: str
    kind: ClosureKind
    road: Road
    direction: RoadDirection
    depth_cm: float | None
    speed_kph: float | None
    from_at: datetime
    until_at: datetime | None
    reason: str
    set_by: str
    set_at: datetime
    names: tuple[str, ...]
    way_ids: tuple[int, ...]
    length_m: float
    lines: tuple[tuple[LonLat, ...], ...]
    version: int = 0
