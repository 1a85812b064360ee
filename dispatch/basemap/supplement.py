"""What an extract does not show: newer roads, and the water around it, laid beside what it does show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from dispatch.basemap.features import Feature

_CELL = 0.02  # degrees, 2.2 km
_MAPPED = 3  # streets that begin in a cell, from which it counts as mapped (guess)
_ROAD_NEAR = 2.3e-4  # degrees, 25 m: the same road, drawn by another hand or as its other carriageway
_RIVER_NEAR = 3e-3  # degrees, 330 m: the same river, drawn coarsely
_STEP = 4.5e-4  # degrees, 50 m between the points where a line is looked at
_MOST_POINTS = 60
_KNOWN_SHARE = 0.6  # a thing is known when so much of it lies near or on what the extract shows (guess)


class Coverage:
    """What an extract shows of streets and water, learnt by looking at each feature once."""

    def __init__(self) -> None:
        self._streets: Counter[tuple[int, int]] = Counter()
        self._known: dict[str, list[BaseGeometry]] = {"road": [], "water": [], "waterway": []}

    def see(self, feature: Feature) -> None:
        """Take note of one feature of the extract."""
        if feature.layer == "road":
            if feature.properties["class"] in {"ferry", "path"}:
                return
            self._streets[_cell(feature.geometry)] += 1
        if feature.layer in self._known:
            self._known[feature.layer].append(feature.geometry)

    def reaches(self, feature: Feature) -> bool:
        """Whether a feature begins in a mapped cell or beside one."""
        column, row = _cell(feature.geometry)
        around = ((column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        return any(self._streets[cell] >= _MAPPED for cell in around)

    def missing(self, features: Iterable[Feature]) -> Iterator[Feature]:
        """The roads and waters that the extract lacks; of water only the part where it has no streets."""
        trees = {layer: shapely.STRtree(shapes) for layer, shapes in self._known.items()}
        mapped = shapely.union_all([_square(cell) for cell, streets in self._streets.items() if streets >= _MAPPED])
        for feature in features:
            rest = feature.geometry if feature.layer == "road" else feature.geometry.difference(mapped)
            if not rest.is_empty and not _is_known(feature.layer, rest, trees):
                yield Feature(feature.layer, rest, feature.properties, feature.minzoom)


def _is_known(layer: str, shape: BaseGeometry, trees: dict[str, shapely.STRtree]) -> bool:
    tree = trees[layer]
    if layer == "water":
        shown = [tree.geometries[i].intersection(shape).area for i in tree.query(shape, predicate="intersects")]
        return bool(sum(shown) >= _KNOWN_SHARE * shape.area)
    return _share_near(shape, tree, _ROAD_NEAR if layer == "road" else _RIVER_NEAR) >= _KNOWN_SHARE


def _share_near(shape: BaseGeometry, tree: shapely.STRtree, distance: float) -> float:
    """The share of a line that lies within a distance of what the tree holds; of several lines, of the longest."""
    line = max(shapely.get_parts(shape), key=lambda part: part.length)
    count = min(_MOST_POINTS, max(3, int(line.length / _STEP)))
    points = [line.interpolate(share, normalized=True) for share in np.linspace(0.05, 0.95, count)]
    near = set(tree.query(points, predicate="dwithin", distance=distance)[0].tolist())
    return len(near) / count


def _cell(shape: BaseGeometry) -> tuple[int, int]:
    west, south, _, _ = shape.bounds
    return math.floor(west / _CELL), math.floor(south / _CELL)


def _square(cell: tuple[int, int]) -> Polygon:
    column, row = cell
    return box(column * _CELL, row * _CELL, (column + 1) * _CELL, (row + 1) * _CELL)
