"""Where a unit was last heard of. Positions may be lost, facts may not: so they are no part of the state."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """The last believed fix of a unit: WGS 84 degrees, the device's time, degrees from north, km/h, metres."""

    lon: float
    lat: float
    at: datetime
    heading_deg: float | None = None
    speed_kph: float | None = None
    accuracy_m: float | None = None
