"""
The compact line of a carried table: `[layer, minzoom, properties, type, coordinates]` in JSON.

Coordinates nest as in GeoJSON, but each row of points is one flat list of whole 1e-5 degrees (1 m): the first point,
then steps from point to point, longitude before latitude. A third smaller than GeoJSON once compressed.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from shapely.geometry import mapping, shape

from dispatch.basemap.features import Feature

_PER_DEGREE = 100_000


def pack(feature: Feature) -> str:
    """One line; loses what is finer than a metre."""
    found = mapping(feature.geometry)
    coordinates = [found["coordinates"]] if found["type"] == "Point" else found["coordinates"]
    row = [feature.layer, feature.minzoom, feature.properties, found["type"], _steps(coordinates)]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def unpack(line: str) -> Feature:
    """The way back from `pack`."""
    layer, minzoom, properties, kind, steps = json.loads(line)
    coordinates = _points(steps)
    found = {"type": kind, "coordinates": coordinates[0] if kind == "Point" else coordinates}
    return Feature(layer, shape(found), properties, minzoom)


def _steps(nested: Any) -> list[Any]:
    if not isinstance(nested[0][0], (int, float)):
        return [_steps(row) for row in nested]
    whole = [(round(lon * _PER_DEGREE), round(lat * _PER_DEGREE)) for lon, lat in nested]
    steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(whole)]
    return [number for step in (whole[0], *steps) for number in step]


def _points(nested: list[Any]) -> list[Any]:
    if isinstance(nested[0], list):
        return [_points(row) for row in nested]
    points, x, y = [], 0, 0
    for dx, dy in zip(nested[::2], nested[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x / _PER_DEGREE, y / _PER_DEGREE))
    return points
