"""
Water where an extract ends: rivers and lakes of the whole city by name, their surfaces by guess, and the sea.

The mangrove delta of Cần Giờ has no mapped banks in our sources, only middle lines; its wide channels are drawn
as bands of a guessed width around them and marked `assumed`. The sea is what lies off the coast of the wards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from dispatch.basemap.features import MIN_ZOOM, Feature, zoom_to_see
from dispatch.basemap.water import polygons
from dispatch.basemap.words import clean_name, name_property

_DEGREE_M = 110_600.0  # one degree, a mean of both directions at 10.6° N
_KIND = {"Sông": ("river", 8), "Kênh": ("canal", 11)}
_STREAM = ("stream", 12)
# Width in metres of rivers whose banks we lack. Guesses; the sources give middle lines only.
ASSUMED_WIDTH_M = {
    "Sông Soài Rạp": 1800,
    "Vịnh Đồng Tranh": 1800,
    "Sông Nhà Bè": 1100,
    "Sông Vàm Cỏ": 700,
    "Sông Ngã Bảy": 700,
    "Sông Cái Mép": 700,
    "Sông Mũi Nai": 600,
    "Sông Lòng Tàu": 500,
    "Sông Thị Vải": 500,
    "Sông Gò Gia": 500,
    "Sông Đồng Tranh": 450,
    "Sông Dinh Bà": 350,
    "Sông Dừa": 300,
    "Sông Vàm Sát": 250,
    "Sông Vàm Sát - Cát Lái": 250,
    "Sông Hà Thanh": 200,
    "Dinh Bà 1 - Lôi Giang": 200,
    "Sông Đồng Nai": 350,
    "Sông Sài Gòn": 150,
}
# The open sea, degrees: its far shores (Gò Công in the west, Hàm Tân in the east) are drawn by hand, roughly.
_WEST = [(106.88, 10.62), (106.79, 10.43), (106.765, 10.28), (106.78, 10.05), (106.80, 9.6)]
_EAST = [(108.2, 9.6), (108.2, 10.76), (107.95, 10.70), (107.76, 10.67), (107.56, 10.50), (107.5, 10.62)]
_SEA_FRAME = Polygon([*_WEST, *_EAST])
_OFF_SHORE = Point(107.0, 10.25)


def read_water(path: Path) -> Iterator[Feature]:
    """Rivers as lines, with a band where a width is assumed; lakes as areas. Points in the file are lat, lon."""
    found = json.loads(path.read_text(encoding="utf-8"))
    for river in found["song"]:
        yield from _river(river)
    for lake in found["ho"]:
        corners = [(lon, lat) for lat, lon in lake["poly"]]
        if len(set(corners)) < 3:
            continue
        for shape in polygons(shapely.make_valid(Polygon(corners))):
            properties = {"kind": "lake", **name_property(clean_name(lake["name"]))}
            yield Feature("water", shape, properties, zoom_to_see(shape, pixels=12))


def _river(river: dict[str, Any]) -> Iterator[Feature]:
    name = clean_name(river["name"])
    kind, zoom = _KIND.get(river["kind"], _STREAM)
    lines = [LineString([(lon, lat) for lat, lon in part]) for part in river["shape"] if len(part) > 1]
    if not lines:
        return
    yield Feature("waterway", shapely.multilinestrings(lines), {"kind": kind, **name_property(name)}, zoom)
    if width_m := ASSUMED_WIDTH_M.get(name or ""):
        band = shapely.union_all([_smooth(line).buffer(width_m / 2 / _DEGREE_M) for line in lines])
        yield Feature("water", shapely.simplify(band, 5e-5), {"kind": "river", "assumed": 1}, MIN_ZOOM)


def _smooth(line: LineString, times: int = 2) -> LineString:
    """Corners cut, twice (Chaikin): a coarse middle line has elbows that a river has not."""
    points = list(line.coords)
    for _ in range(times):
        cut = [points[0]]
        for (x0, y0), (x1, y1) in pairwise(points):
            cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1), (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
        points = [*cut, points[-1]]
    return LineString(points)


def sea_beside(land: Sequence[BaseGeometry]) -> Iterator[Feature]:
    """The sea off the city's coast: the frame without the land, as far as it hangs together with the open sea."""
    for part in polygons(_SEA_FRAME.difference(shapely.union_all(list(land)))):
        if part.contains(_OFF_SHORE):
            yield Feature("water", shapely.simplify(part, 5e-5), {"kind": "sea"}, MIN_ZOOM)
