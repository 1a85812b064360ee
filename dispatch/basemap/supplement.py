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
_NEAR = 2.3e-4  # degrees, 25 m: the same road, drawn by another hand or as its other carriageway
_STEP = 4.5e-4  # degrees, 50 m between the points where a road is looked at
_MOST_POINTS = 60
_MISSING_SHARE = 0.4  # a road is missing when so much of it lies near no known one (guess)


class Coverage:
    """Where an extract has streets, learnt by looking at each feature once."""

    def __init__(self) -> None:
        self._streets: Counter[tuple[int, int]] = Counter()
        self._roads: list[BaseGeometry] = []

    def see(self, feature: Feature) -> None:
        """Take note of one feature of the extract."""
        if feature.layer != "road" or feature.properties["class"] in {"ferry", "path"}:
            return
        self._streets[_cell(feature.geometry)] += 1
        self._roads.append(feature.geometry)

    def reaches(self, feature: Feature) -> bool:
        """Whether a feature begins in a mapped cell or beside one."""
        column, row = _cell(feature.geometry)
        around = ((column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        return any(self._streets[cell] >= _MAPPED for cell in around)

    def missing(self, features: Iterable[Feature]) -> Iterator[Feature]:
        """The roads that the extract lacks, and of other things the part where it has no streets."""
        tree = shapely.STRtree(self._roads)
        seen = shapely.union_all([_square(cell) for cell, streets in self._streets.items() if streets >= _MAPPED])
        for feature in features:
            if feature.layer == "road":
                if not self._roads or _is_new(feature.geometry, tree):
                    yield feature
                continue
            rest = feature.geometry.difference(seen)
            if not rest.is_empty:
                yield Feature(feature.layer, rest, feature.properties, feature.minzoom)


def _cell(shape: BaseGeometry) -> tuple[int, int]:
    west, south, _, _ = shape.bounds
    return math.floor(west / _CELL), math.floor(south / _CELL)


def _square(cell: tuple[int, int]) -> Polygon:
    column, row = cell
    return box(column * _CELL, row * _CELL, (column + 1) * _CELL, (row + 1) * _CELL)


def _is_new(line: BaseGeometry, tree: shapely.STRtree) -> bool:
    count = min(_MOST_POINTS, max(3, int(line.length / _STEP)))
    points = [line.interpolate(share, normalized=True) for share in np.linspace(0.05, 0.95, count)]
    near = set(tree.query(points, predicate="dwithin", distance=_NEAR)[0].tolist())
    return bool(len(near) < count * (1 - _MISSING_SHARE))
