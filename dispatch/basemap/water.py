"""Rivers and the sea as one surface: hundreds of mapped pieces leave seams and double edges when drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from math import dist

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

    What a coast ending inside the bounds has on both of its sides is left out rather than drawn on land.
    """
    lines = shapely.intersection(linemerge(list(coast)), box(*bounds))
    pieces = [line for line in shapely.get_parts(lines) if line.length > 0]
    if not pieces:
        return
    edges = shapely.union_all([*pieces, box(*bounds).exterior])
    wet = shapely.multipoints([_beside(line, _STEP) for line in pieces])
    dry = shapely.multipoints([_beside(line, -_STEP) for line in pieces])
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(edges))):
        if face.intersects(wet) and not face.intersects(dry):
            yield Feature("water", face, {"kind": "sea"}, MIN_ZOOM)


def _beside(line: LineString, step: float) -> tuple[float, float]:
    """A point so far right of the middle of the line's longest piece (left when below zero)."""
    (x0, y0), (x1, y1) = max(pairwise(line.coords), key=lambda ends: dist(*ends))
    length = dist((x0, y0), (x1, y1))
    return ((x0 + x1) / 2 + (y1 - y0) / length * step, (y0 + y1) / 2 - (x1 - x0) / length * step)
