"""What is told of roads: speeds as they come in and as they are kept, and closures as they are asked for."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.road import LonLat, Road
from dispatch.domain.words import ClosureKind, RoadDirection


class SpeedReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What ordinary traffic drives on a road: km/h, good for `valid_s` seconds from `at` (default: from now).

    The road is a way, a line along streets, or a point; with `heading_deg` the carriageway that leads there.
    """

    speed_kph: float
    way_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    heading_deg: float | None = None
    line: tuple[LonLat, ...] = ()
    direction: RoadDirection = "both"
    at: datetime | None = None
    valid_s: float = 900.0
    source: str | None = None


class LiveSpeed(msgspec.Struct, frozen=True, kw_only=True):
    """A speed that was accepted, on the arcs of this city's network that it was told of."""

    arcs: tuple[int, ...]
    kph: float
    at: datetime
    until: datetime
    source: str | None = None


class ClosureRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A road to be closed, flooded or slow; `from_at` is now when it is not told."""

    id: str
    kind: ClosureKind
    road: Road
    reason: str
    direction: RoadDirection = "both"
    depth_cm: float | None = None
    speed_kph: float | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
