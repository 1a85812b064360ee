"""The nearest segment of chosen streets: on the grid for many points near them, in a tree for few or far ones."""

from threading import Lock
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import BoolArray, FloatArray
from routing.streets import Near, Streets, join_near

# Looked for within the first of these, those left over within the next; what lies beyond all, in a tree (measured).
RADII_M: Final = (40.0, 160.0, 640.0)
# So few points are found sooner in the tree (measured: 0.05 ms for one; 0.15 ms for twelve, either way).
_FEW: Final = 12
# Small tree nodes answer nearest-neighbour questions soonest (measured: 4 is 4 times as fast as 32).
_NODE_CAPACITY: Final = 4


class Nearest:
    """Some of the streets, as a mask over all segments. Thread-safe."""

    def __init__(self, streets: Streets, wanted: BoolArray) -> None:
        self._streets, self.wanted = streets, wanted
        self._tree: tuple[NDArray[np.int64], shapely.STRtree] | None = None
        self._planting = Lock()

    def find(self, xy: FloatArray) -> Near:
        """
        The nearest segment of every point (metres east and north), however far away: one row each, in order.

        Of several that are equally near it is any one.
        """
        if len(xy) <= _FEW:
            return self._find_in_tree(xy, np.arange(len(xy)))
        near, rest = self.find_near(xy)
        return _merge([near, self._find_in_tree(xy, rest)]) if len(rest) else near

    def _find_in_tree(self, xy: FloatArray, points: NDArray[np.int64]) -> Near:
        """The nearest segments of some of the points."""
        segments, tree = self._grown_tree()
        chosen, distance = tree.query_nearest(shapely.points(xy[points]), return_distance=True, all_matches=False)
        segment = segments[chosen[1]]
        return Near(points, segment, distance, self._streets.part_of(xy[points], segment))

    def find_near(self, xy: FloatArray) -> tuple[Near, NDArray[np.int64]]:
        """The nearest segments no further away than the last radius, and the points that have none."""
        rest = np.arange(len(xy))
        found: list[Near] = []
        for radius in RADII_M:
            near = closest(self._streets.near(xy[rest], radius, self.wanted))
            if len(near.point) == len(xy):
                return near, rest[:0]
            found.append(Near(rest[near.point], near.segment, near.distance_m, near.part))
            left = np.ones(len(rest), dtype=np.bool_)
            left[near.point] = False
            rest = rest[left]
            if not len(rest):
                break
        return _merge(found), rest

    def prepare(self) -> None:
        """Grow the tree now and not in the first question."""
        self._grown_tree()

    def _grown_tree(self) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """Grown when it is first wanted (0.05 s for the whole city)."""
        with self._planting:
            if self._tree is None:
                segments = np.flatnonzero(self.wanted)
                tree = shapely.STRtree(self._streets.segments[segments], node_capacity=_NODE_CAPACITY)
                tree.query_nearest(shapely.Point(0, 0))
                self._tree = segments, tree
            return self._tree


def closest(near: Near) -> Near:
    """Of each point's segments the nearest; of equally near ones the first."""
    if not len(near.point):
        return near
    begins = np.flatnonzero(np.append(True, np.diff(near.point) != 0))
    least = np.repeat(np.minimum.reduceat(near.distance_m, begins), np.diff(np.append(begins, len(near.point))))
    rows = np.flatnonzero(near.distance_m == least)
    rows = rows[np.lexsort((near.segment[rows], near.point[rows]))]
    return near[rows[np.append(True, np.diff(near.point[rows]) != 0)]]


def _merge(parts: list[Near]) -> Near:
    """Rows of several answers in the order of the points."""
    joined = join_near(parts)
    return joined[np.argsort(joined.point, kind="stable")]
