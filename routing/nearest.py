"""The nearest segment of a chosen set of streets: on the grid where it is near, in a tree where it is far."""

from threading import Lock
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import BoolArray, FloatArray
from routing.streets import Near, Streets, join_near

# Looked for within the first of these, those left over within the next; what lies beyond all, in a tree (measured).
RADII_M: Final = (40.0, 160.0, 640.0)
# Small tree nodes answer nearest-neighbour questions soonest (measured: 4 is 4 times as fast as 32).
_NODE_CAPACITY: Final = 4


class Nearest:
    """Some of the streets, as a mask over all segments. Thread-safe."""

    def __init__(self, streets: Streets, wanted: BoolArray) -> None:
        self._streets, self.wanted = streets, wanted
        self._tree: tuple[NDArray[np.int64], shapely.STRtree] | None = None
        self._planting = Lock()

    def find(self, xy: FloatArray) -> Near:
        """The nearest segment of every point (metres east and north), however far away: one row each, in order."""
        near, rest = self.find_near(xy)
        if not len(rest):
            return near
        segments, tree = self._grown_tree()
        chosen, distance = tree.query_nearest(shapely.points(xy[rest]), return_distance=True, all_matches=False)
        segment = segments[chosen[1]]
        far = Near(rest, segment, distance, self._streets.part_of(xy[rest], segment))
        return _merge([near, far])

    def find_near(self, xy: FloatArray) -> tuple[Near, NDArray[np.int64]]:
        """The nearest segments no further away than the last radius, and the points that have none."""
        rest = np.arange(len(xy))
        found: list[Near] = []
        for radius in RADII_M:
            near = closest(self._streets.near(xy[rest], radius, self.wanted))
            if len(near.point) == len(xy):
                return near, rest[:0]
            found.append(Near(rest[near.point], near.segment, near.distance_m, near.part))
            rest = np.delete(rest, near.point)
            if not len(rest):
                break
        return _merge(found), rest

    def _grown_tree(self) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """Grown when it is first wanted: few points are so far off (0.05 s for the whole city)."""
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
