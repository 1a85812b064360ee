"""A road as people and sensors tell it. What it means on the map in use is found by `routing.locate`."""

from __future__ import annotations

import msgspec

LonLat = tuple[float, float]


class Road(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A road told in one way: numbers of OpenStreetMap's ways, a line along streets, an area's ring, or a point.

    With `name`, the point lies near the street of that name, and the whole street is meant. Degrees, WGS 84.
    """

    way_ids: tuple[int, ...] = ()
    line: tuple[LonLat, ...] = ()
    area: tuple[LonLat, ...] = ()
    name: str | None = None
    lon: float | None = None
    lat: float | None = None
    heading_deg: float | None = None
