"""Rivers and the sea as one surface: hundreds of mapped pieces leave seams and double edges when drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import shapely
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from dispatch.basemap.areas import FLOWING
from dispatch.basemap.features import MIN_ZOOM, Feature, zoom_to_see

Bounds = tuple[float, float, float, float]

_STEP = 1e-6  # degrees, 0.1 m: how far beside the coast the side of the sea is looked for


def melt(water: Iterable[Feature]) -> Iterator[Feature]:
    """
    Flowing water melted into whole surfaces by kind; lakes and ponds as they are.

    The surfaces lose their names: the lines of `waterway` carry them.
    """
    ordered = sorted(water, key=lambda f: str(f.properties["kind"]))
    for kind, group in groupby(ordered, key=lambda f: str(f.properties["kind"])):
        if kind not in FLOWING:
            yield from group
            continue
        surface = shapely.union_all([f.geometry for f in group])
        for part in polygons(surface):
            zoom = MIN_ZOOM if kind != "canal" else zoom_to_see(part, pixels=12)
            yield Feature("water", part, {"kind": kind}, zoom)


def polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    """The polygons of any shape; lines and points left over by a repair fall away."""
    for part in shapely.get_parts(shape, return_index=False):
        if isinstance(part, Polygon):
            if not part.is_empty:
                yield part
        elif hasattr(part, "geoms"):
            yield from polygons(part)


def sea(coast: Sequence[LineString], bounds: Bounds) -> Iterator[Feature]:
    """
    The sea within `bounds` from coastlines, which have land on their left and water on their right.

    A coast that ends inside the bounds closes no face, so that its sea is left out rather than drawn on land.
    """
    if not coast:
        return
    frame = box(*bounds)
    lines = linemerge([line for line in coast if len(line.coords) > 1])
    inside = shapely.intersection(lines, frame)
    edges = shapely.union_all([inside, frame.exterior])
    wet = shapely.multipoints([_right_of(line) for line in shapely.get_parts(inside) if line.length > 0])
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(edges))):
        if face.intersects(wet):
            yield Feature("water", face, {"kind": "sea"}, MIN_ZOOM)


def _right_of(line: LineString) -> tuple[float, float]:
    """A point just right of the line's longest piece."""
    ends = list(zip(line.coords, line.coords[1:], strict=False))
    (x0, y0), (x1, y1) = max(ends, key=lambda e: abs(e[1][0] - e[0][0]) + abs(e[1][1] - e[0][1]))
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    return ((x0 + x1) / 2 + (y1 - y0) / length * _STEP, (y0 + y1) / 2 - (x1 - x0) / length * _STEP)
