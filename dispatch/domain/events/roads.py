"""Roads that are closed, flooded or slow."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain.events.base import Event
from dispatch.domain.road import LonLat, Road
from dispatch.domain.words import ClosureKind, RoadDirection


class RoadClosed(Event, frozen=True):
    """
    A road is closed, flooded or slow from `from_at` until `until_at` (None: until it is reopened).

    `road` is what was told. Names, ways, length (metres) and lines are what it meant on the map in use then: to be
    drawn, and to be found again should `road` mean nothing on a later map.
    """

    STREAM = "road"

    id: str
    kind: ClosureKind
    road: Road
    direction: RoadDirection
    from_at: datetime
    reason: str
    depth_cm: float | None = None
    speed_kph: float | None = None
    until_at: datetime | None = None
    names: tuple[str, ...] = ()
    way_ids: tuple[int, ...] = ()
    length_m: float = 0.0
    lines: tuple[tuple[LonLat, ...], ...] = ()


class RoadReopened(Event, frozen=True):
    """`reason` is `over` when its time had come, otherwise a person's words."""

    STREAM = "road"

    id: str
    reason: str
