"""
The nearest segment of chosen streets, exactly: a tree of short pieces proposes some, the segments themselves decide.

A point that lies d from a piece lies no further than d and half the piece's length from its middle. So the nearest
segment is among those proposed if the last middle proposed is further away than the best segment and half of the
longest piece; where it is not, all middles so near are looked at.
"""

from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from routing.graph import BoolArray, FloatArray, IntArray
from routing.streets import Near, Streets, join_near

# No piece is longer, and so many are proposed (measured: 20 to 80 m and 3 to 12; nine points in ten need no more).
_PIECE_M: Final = 40.0
_PROPOSED: Final = 8
# So many points are looked up at a time, to bound the memory of large questions.
_AT_ONCE: Final = 50_000
# What rounding may do to a distance.
_NOTHING_M: Final = 1e-6


@dataclass(frozen=True)
class _Pieces:
    """A tree of the middles of pieces, the segment of each, and half the length of the longest."""

    tree: cKDTree
    segment: IntArray
    half_m: float


class Nearest:
    """Some of the streets, as a mask over all segments; one at least. Thread-safe."""

    def __init__(self, streets: Streets, wanted: BoolArray) -> None:
        self._streets, self.wanted = streets, wanted
        self._pieces: _Pieces | None = None
        self._cutting = Lock()

    def find(self, xy: FloatArray) -> Near:
        """
        The nearest segment of every point (metres east and north), however far away: one row each, in order.

        Of several that are equally near it is the first.
        """
        if len(xy) <= _AT_ONCE:
            return self._find(xy)
        parts = [self._find(xy[first : first + _AT_ONCE]) for first in range(0, len(xy), _AT_ONCE)]
        return Near(np.arange(len(xy)), *list(vars(join_near(parts)).values())[1:])

    def metres(self, xy: FloatArray, radius_m: float) -> FloatArray:
        """Metres from every point to the nearest segment; inf beyond the radius: the less lies within, the sooner."""
        pieces = self._planted()
        reach_m = radius_m + pieces.half_m + _NOTHING_M
        rows = np.flatnonzero(np.isfinite(pieces.tree.query(xy, distance_upper_bound=reach_m)[0]))
        metres = np.full(len(xy), np.inf)
        if not len(rows):
            return metres
        point, _, square, _ = self._in_reach(xy[rows], np.full(len(rows), reach_m))
        np.minimum.at(metres, rows[point], np.sqrt(square))
        metres[metres > radius_m] = np.inf
        return metres

    def prepare(self) -> None:
        """Plant the tree now and not in the first question."""
        self._planted()

    def _find(self, xy: FloatArray) -> Near:
        pieces = self._planted()
        count = min(_PROPOSED, pieces.tree.n)
        middle_m, piece = pieces.tree.query(xy, k=count)
        segment: IntArray = pieces.segment[np.asarray(piece).reshape(len(xy), count)]
        square, part = self._streets.measure(xy[:, :1], xy[:, 1:], segment)
        least = square.min(axis=1)
        column = np.where(square == least[:, None], segment, len(self.wanted)).argmin(axis=1)
        row = np.arange(len(xy))
        near = Near(row, segment[row, column], np.sqrt(least), part[row, column])
        reach_m = near.distance_m + (pieces.half_m + _NOTHING_M)
        unsure = np.flatnonzero(np.asarray(middle_m).reshape(len(xy), count)[:, -1] < reach_m)
        if len(unsure) and count < pieces.tree.n:
            near.segment[unsure], near.distance_m[unsure], near.part[unsure] = self._within(xy[unsure], reach_m[unsure])
        return near

    def _within(self, xy: FloatArray, reach_m: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Of all pieces with their middle in reach, one at least, the nearest segment: it, metres, and share along."""
        point, segment, square, part = self._in_reach(xy, reach_m)
        rows = np.lexsort((segment, square, point))[np.searchsorted(point, np.arange(len(xy)))]
        return segment[rows], np.sqrt(square[rows]), part[rows]

    def _in_reach(
        self, xy: FloatArray, reach_m: FloatArray
    ) -> tuple[NDArray[np.int64], IntArray, FloatArray, FloatArray]:
        """Points and the segments of pieces with their middle in reach, by point: metres squared, share along it."""
        pieces = self._planted()
        found = pieces.tree.query_ball_point(xy, reach_m, return_sorted=False)
        count = np.fromiter(map(len, found), np.int64, len(xy))
        segment = pieces.segment[np.fromiter(chain.from_iterable(found), np.int64, int(count.sum()))]
        point = np.arange(len(xy)).repeat(count)
        return point, segment, *self._streets.measure(xy[point, 0], xy[point, 1], segment)

    def _planted(self) -> _Pieces:
        """Planted when it is first wanted (0.2 s for the whole city)."""
        with self._cutting:
            if self._pieces is None:
                self._pieces = _cut(self._streets, np.flatnonzero(self.wanted))
            return self._pieces


def _cut(streets: Streets, segments: NDArray[np.int64]) -> _Pieces:
    here = streets.xy[streets.segment_start[segments]]
    step = streets.xy[streets.segment_start[segments] + 1] - here
    length_m = np.hypot(step[:, 0], step[:, 1])
    count = np.maximum(1, np.ceil(length_m / _PIECE_M)).astype(np.int64)
    row = np.arange(len(segments)).repeat(count)
    index = np.arange(len(row)) - (count.cumsum() - count)[row]
    middle = here[row] + step[row] * ((index + 0.5) / count[row])[:, None]
    order = _plant(middle).indices  # neighbours side by side in memory: a fifth sooner (measured)
    half_m = float((length_m / count).max(initial=0.0)) / 2
    return _Pieces(_plant(middle[order]), segments[row[order]].astype(np.int32), half_m)


def _plant(middle: FloatArray) -> cKDTree:
    return cKDTree(middle, leafsize=32, balanced_tree=False)
