"""
Strokes: the straight bits of ways between two points, on a flat map in metres, and which of them run alongside others.

Flat around 10.8 N: over the city's 100 km a metre is off by less than 0.2 %.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import EARTH_RADIUS_M
from routing.roads import Roads

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_MIDDLE_LAT: Final = 10.8
_Y_M: Final = EARTH_RADIUS_M * np.pi / 180
_X_M: Final = _Y_M * np.cos(np.radians(_MIDDLE_LAT))
# A stroke is looked at every so many metres, at least once.
_STEP_M: Final = 10.0
# Strokes run alongside when their directions differ by less than this (guess) …
_PARALLEL: Final = np.cos(np.radians(35.0))
# … but strokes shorter than this have no direction worth asking about (guess).
_SHORT_M: Final = 4.0
# A point beside no stroke but beyond its end is beside it up to here only: it may stand in a gap.
_BEYOND_M: Final = 6.0


def to_metres(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """(n, 2) metres east and north."""
    return np.column_stack([lon * _X_M, lat * _Y_M])


def to_degrees(xy: FloatArray) -> FloatArray:
    """(n, 2) lon, lat."""
    return np.column_stack([xy[:, 0] / _X_M, xy[:, 1] / _Y_M])


@dataclass(frozen=True)
class Strokes:
    """Stroke `s` leads from node `tail` to node `head` of way `way`, where it starts at place `at` of `way_node`."""

    tail: IntArray
    head: IntArray
    way: IntArray
    at: IntArray
    start: FloatArray
    end: FloatArray

    def __len__(self) -> int:
        return len(self.tail)

    def __getitem__(self, chosen: IntArray | BoolArray) -> "Strokes":
        return Strokes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @property
    def length_m(self) -> FloatArray:
        """Lengths in metres."""
        return np.asarray(np.hypot(*(self.end - self.start).T), dtype=np.float64)

    def tree(self) -> shapely.STRtree:
        """For questions of nearness."""
        return shapely.STRtree(np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1))))


def strokes_of(roads: Roads) -> Strokes:
    """All strokes of all ways, in order."""
    flat = roads.way_node.astype(np.int64)
    way = np.repeat(np.arange(roads.ways, dtype=np.int64), np.diff(roads.way_start))
    at = np.flatnonzero(way[:-1] == way[1:])
    xy = to_metres(roads.lon, roads.lat)
    return Strokes(flat[at], flat[at + 1], way[at], at, xy[flat[at]], xy[flat[at + 1]])


@dataclass(frozen=True)
class Alongside:
    """
    Pairs of strokes that run alongside each other.

    One row for each point at which a `stroke` was looked at and each `other` found beside it; `points` tells at how
    many points each stroke was looked at. `same` is true where both are drawn in the same direction.
    """

    stroke: IntArray
    point: IntArray
    other: IntArray
    distance_m: FloatArray
    same: BoolArray
    points: IntArray

    def where(self, chosen: BoolArray) -> "Alongside":
        """Only some of the pairs."""
        return replace(
            self,
            stroke=self.stroke[chosen],
            point=self.point[chosen],
            other=self.other[chosen],
            distance_m=self.distance_m[chosen],
            same=self.same[chosen],
        )

    def share(self, chosen: BoolArray) -> FloatArray:
        """For each stroke, at which share of its points at least one of the chosen pairs stands."""
        points = np.unique(self.point[chosen], return_index=True)[1]
        count = np.bincount(self.stroke[chosen][points], minlength=len(self.points))
        return count / np.maximum(1, self.points)


def find_alongside(strokes: Strokes, others: Strokes, reach_m: float) -> Alongside:
    """Pairs within reach of each other and about parallel."""
    stroke, xy, points = _points_on(strokes)
    seen = np.flatnonzero(_may_be_near(xy, _points_on(others)[1], reach_m + _STEP_M))
    row, other = others.tree().query(shapely.points(xy[seen]), predicate="dwithin", distance=reach_m)
    point = seen[row]
    distance, _ = nearest_on(others, other, xy[point])
    ahead, other_ahead = (strokes.end - strokes.start)[stroke[point]], (others.end - others.start)[other]
    norm = np.hypot(*ahead.T) * np.hypot(*other_ahead.T)
    cosine = np.divide((ahead * other_ahead).sum(axis=1), norm, out=np.zeros_like(norm), where=norm > 0)
    short = (np.hypot(*ahead.T) < _SHORT_M) | (np.hypot(*other_ahead.T) < _SHORT_M)
    chosen = (np.abs(cosine) >= _PARALLEL) | (short & (distance < _SHORT_M))
    chosen &= _beyond_m(others, other, xy[point]) <= _BEYOND_M
    return Alongside(stroke[point], point, other, distance, cosine > 0, points).where(chosen)


def _points_on(strokes: Strokes) -> tuple[IntArray, FloatArray, IntArray]:
    """Points spread evenly along strokes: the stroke of each, where it lies, and how many each stroke has."""
    points = np.maximum(1, np.ceil(strokes.length_m / _STEP_M)).astype(np.int64)
    stroke = np.repeat(np.arange(len(strokes)), points)
    first = np.cumsum(points) - points
    share = (np.arange(len(stroke)) - first[stroke] + 0.5) / points[stroke]
    return stroke, strokes.start[stroke] + share[:, None] * (strokes.end - strokes.start)[stroke], points


def _may_be_near(xy: FloatArray, others: FloatArray, reach_m: float) -> BoolArray:
    """Which points have one of the others in their square of the map or in one beside it: a cheap first look."""
    squares, taken = (np.floor(points / reach_m).astype(np.int64) for points in (xy, others))
    around = [taken + np.array([east, north]) for east in (-1, 0, 1) for north in (-1, 0, 1)]
    key = np.unique(np.concatenate([square[:, 0] * 2**32 + square[:, 1] for square in around]))
    return np.isin(squares[:, 0] * 2**32 + squares[:, 1], key)


def nearest_on(strokes: Strokes, stroke: IntArray, xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres from points to strokes, pair by pair, and how far along (0–1) the nearest point lies."""
    ahead = strokes.end[stroke] - strokes.start[stroke]
    square = (ahead**2).sum(axis=1)
    share = ((xy - strokes.start[stroke]) * ahead).sum(axis=1)
    share = np.clip(np.divide(share, square, out=np.zeros_like(square), where=square > 0), 0.0, 1.0)
    return np.hypot(*(strokes.start[stroke] + share[:, None] * ahead - xy).T), share


def _beyond_m(strokes: Strokes, stroke: IntArray, xy: FloatArray) -> FloatArray:
    """How many metres before a stroke's start or past its end points lie, measured along it."""
    ahead = strokes.end[stroke] - strokes.start[stroke]
    length = np.hypot(*ahead.T)
    along = ((xy - strokes.start[stroke]) * ahead).sum(axis=1)
    along = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
    return np.asarray(np.maximum(0.0, np.maximum(-along, along - length)))
