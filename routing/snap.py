"""
Point → place on an edge: the nearest street that a profile can use.

Works on a flat map (metres east and north, scale of the city's middle latitude): over the 100 km of the city its
error is below 0.2 % of the few metres it measures. Side of the street and heading are not looked at.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import EARTH_RADIUS_M, FloatArray, IntArray, RoadGraph

# So near to a junction a place is at the junction: it may leave by any of its streets.
_AT_JUNCTION_M: Final = 0.5
_REMEMBERED: Final = 50_000
# Small tree nodes answer nearest-neighbour questions soonest (measured: 4 is 4 times as fast as 32).
_NODE_CAPACITY: Final = 4


@dataclass(frozen=True)
class Places:
    """Where points lie: edge, share of its length from the tail (0–1), and metres from the point to the street."""

    edge: IntArray
    share: FloatArray
    distance_m: FloatArray

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, index: slice | NDArray[np.int64]) -> "Places":
        return Places(self.edge[index], self.share[index], self.distance_m[index])


class FlatMap:
    """Degrees ↔ metres on a plane touching the city's middle."""

    def __init__(self, lon: FloatArray, lat: FloatArray) -> None:
        self._lon, self._lat = float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2
        self._y_scale = EARTH_RADIUS_M * np.pi / 180
        self._x_scale = self._y_scale * np.cos(np.radians(self._lat))

    def to_metres(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """(n, 2) metres."""
        return np.column_stack([(lon - self._lon) * self._x_scale, (lat - self._lat) * self._y_scale])

    def to_degrees(self, xy: FloatArray) -> FloatArray:
        """(n, 2) lon, lat."""
        return np.column_stack([xy[:, 0] / self._x_scale + self._lon, xy[:, 1] / self._y_scale + self._lat])


class Streets:
    """The edges as straight segments on the flat map, shared by all profiles."""

    def __init__(self, graph: RoadGraph) -> None:
        self.flat = FlatMap(graph.geometry_lon, graph.geometry_lat)
        self.xy = self.flat.to_metres(graph.geometry_lon, graph.geometry_lat)
        edge = np.repeat(np.arange(graph.edges, dtype=np.int32), np.diff(graph.geometry_start))
        # Vertices whose successor belongs to the same edge: one segment starts at each.
        self.segment_start = np.flatnonzero(edge[:-1] == edge[1:])
        self.segment_edge = edge[self.segment_start]
        corners = np.stack([self.xy[self.segment_start], self.xy[self.segment_start + 1]], axis=1)
        self.segments = np.asarray(shapely.linestrings(corners))
        self._travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.xy, axis=0).T))])
        self._first, self._last = graph.geometry_start[:-1], graph.geometry_start[1:] - 1

    def length_m(self, edge: IntArray) -> FloatArray:
        """Lengths of edges on the flat map."""
        length: FloatArray = self._travelled[self._last[edge]] - self._travelled[self._first[edge]]
        return length

    def place_on(self, segment: NDArray[np.int64], xy: FloatArray) -> tuple[IntArray, FloatArray]:
        """Edge, and metres along it from the tail, of the points of segments nearest to the given points."""
        start, edge = self.segment_start[segment], self.segment_edge[segment]
        here = self.xy[start]
        ahead = self.xy[start + 1] - here
        square = (ahead**2).sum(axis=1)
        part = np.divide(((xy - here) * ahead).sum(axis=1), square, out=np.zeros_like(square), where=square > 0)
        along = self._travelled[start] - self._travelled[self._first[edge]]
        return edge, along + np.clip(part, 0.0, 1.0) * np.sqrt(square)

    def point_at(self, places: Places) -> FloatArray:
        """(n, 2) lon, lat of places."""
        first, last = self._first[places.edge], self._last[places.edge]
        target = self._travelled[first] + places.share * self.length_m(places.edge)
        before = np.clip(np.searchsorted(self._travelled, target, side="right") - 1, first, last - 1)
        step = self._travelled[before + 1] - self._travelled[before]
        part = np.divide(target - self._travelled[before], step, out=np.zeros_like(step), where=step > 0)
        here = self.xy[before]
        return self.flat.to_degrees(here + (self.xy[before + 1] - here) * part[:, None])


class Snapper:
    """Nearest of the usable edges; thread-safe; remembers coordinates it has seen."""

    def __init__(self, streets: Streets, usable: NDArray[np.bool_]) -> None:
        self._streets = streets
        self._segments = np.flatnonzero(usable[streets.segment_edge])
        self._tree = shapely.STRtree(streets.segments[self._segments], node_capacity=_NODE_CAPACITY)
        self._tree.query_nearest(shapely.Point(0, 0))  # the tree grows at its first query: now, not in a call
        self._seen: OrderedDict[tuple[float, float], tuple[int, float, float]] = OrderedDict()
        self._lock = Lock()

    def snap(self, points: FloatArray) -> Places:
        """Places of (n, 2) lon, lat points, in their order."""
        keys = list(map(tuple, points.tolist()))
        with self._lock:
            found = [self._seen.get(key) for key in keys]
            new = [index for index, place in enumerate(found) if place is None]
            if new:
                rows = self._nearest(points[new])
                for index, row in zip(new, rows, strict=True):
                    found[index] = self._seen[keys[index]] = row
                while len(self._seen) > _REMEMBERED:
                    self._seen.popitem(last=False)
        edge, share, distance = zip(*found, strict=True) if found else ((), (), ())
        return Places(np.array(edge, dtype=np.int32), np.array(share, dtype=np.float64), np.array(distance))

    def _nearest(self, points: FloatArray) -> list[tuple[int, float, float]]:
        xy = self._streets.flat.to_metres(points[:, 0], points[:, 1])
        chosen, distance = self._tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
        edge, along = self._streets.place_on(self._segments[chosen[1]], xy)
        length = self._streets.length_m(edge)
        share = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
        share[along < _AT_JUNCTION_M] = 0.0
        share[(along > length - _AT_JUNCTION_M) & (share > 0)] = 1.0
        return list(zip(edge.tolist(), share.tolist(), distance.tolist(), strict=True))
