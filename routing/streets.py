"""
The streets as straight segments on a flat map, and a grid that finds those near a point.

Flat: metres east and north, scale of the city's middle latitude; over the 100 km of the city the error is below 0.2 %
of the few metres that are measured on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import EARTH_RADIUS_M, BoolArray, FloatArray, IntArray, RoadGraph

# Width of a grid cell: at this one the city's questions are answered soonest (measured: 32 to 150).
_CELL_M: Final = 64.0
# A grid never has more cells than this; where the streets lie further apart its cells are larger.
_CELLS: Final = 4_000_000
# So many segments are measured at a time, to bound the memory of large questions.
_AT_ONCE: Final = 2_000_000


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


@dataclass(frozen=True)
class Near:
    """Points and segments near them, one row a pair, sorted by point: metres between, and share along the segment."""

    point: NDArray[np.int64]
    segment: IntArray
    distance_m: FloatArray
    part: FloatArray

    def __getitem__(self, rows: NDArray[np.int64] | BoolArray) -> "Near":
        return Near(self.point[rows], self.segment[rows], self.distance_m[rows], self.part[rows])


def join_near(parts: Sequence[Near]) -> Near:
    """Rows on end."""
    return Near(*(np.concatenate([getattr(near, column.name) for near in parts]) for column in fields(Near)))


class Streets:
    """The edges as straight segments on the flat map, shared by all profiles."""

    def __init__(self, graph: RoadGraph) -> None:
        self.flat = FlatMap(graph.geometry_lon, graph.geometry_lat)
        self.xy = self.flat.to_metres(graph.geometry_lon, graph.geometry_lat)
        edge = np.repeat(np.arange(graph.edges, dtype=np.int32), np.diff(graph.geometry_start))
        # Vertices whose successor belongs to the same edge: one segment starts at each.
        self.segment_start = np.flatnonzero(edge[:-1] == edge[1:])
        self.segment_edge = edge[self.segment_start]
        self._travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.xy, axis=0).T))])
        self._first, self._last = graph.geometry_start[:-1], graph.geometry_start[1:] - 1
        self._length_m = self._travelled[self._last] - self._travelled[self._first]
        self._tail, self._head = graph.edge_tail, graph.edge_head
        here, ahead = self.xy[self.segment_start], self.xy[self.segment_start + 1]
        east, north = (ahead - here).T
        square = east**2 + north**2
        per_square = np.divide(1.0, square, out=np.zeros_like(square), where=square > 0)
        # Of every segment: where it starts, how far it goes east and north, and one over its length squared.
        self._lines = np.column_stack([here, east, north, per_square])
        # ... and metres from the tail of its edge to where it starts, and its own.
        before = self._travelled[self.segment_start] - self._travelled[self._first[self.segment_edge]]
        self._metres = np.column_stack([before, np.hypot(east, north)])
        self._grid = _Grid(here, ahead)

    def length_m(self, edge: IntArray) -> FloatArray:
        """Lengths of edges on the flat map."""
        length: FloatArray = self._length_m[edge]
        return length

    def junction(self, edge: IntArray, share: FloatArray) -> IntArray:
        """The node at which places lie that are at the very end of their edge; −1 for those inside it."""
        at_tail = np.where(share == 0.0, self._tail[edge], -1)
        return np.asarray(np.where(share == 1.0, self._head[edge], at_tail), dtype=np.int32)

    def near(self, xy: FloatArray, radius_m: float, wanted: BoolArray) -> Near:
        """Every wanted segment (a mask over all) within the radius of each point, some of them several times."""
        rows = self._grid.rows_near(xy, radius_m)
        entries = (rows[2] - rows[1]).cumsum()
        if not len(entries) or entries[-1] <= _AT_ONCE:
            return self._near(xy, radius_m, wanted, *rows)
        cuts = np.flatnonzero(np.diff(entries // _AT_ONCE)) + 1
        parts = zip(*(np.split(column, cuts) for column in rows), strict=True)
        return join_near([self._near(xy, radius_m, wanted, *part) for part in parts])

    def _near(
        self,
        xy: FloatArray,
        radius_m: float,
        wanted: BoolArray,
        point: NDArray[np.int64],
        first: IntArray,
        last: IntArray,
    ) -> Near:
        count = last - first
        segment = self._grid.segments[
            np.arange(int(count.sum()), dtype=np.int32) + (first - (count.cumsum() - count)).repeat(count)
        ]
        point = point.repeat(count)
        square, part = self.measure(xy[:, 0].take(point), xy[:, 1].take(point), segment)
        rows = np.flatnonzero((square <= radius_m**2) & wanted.take(segment))
        return Near(point[rows], segment[rows], np.sqrt(square[rows]), part[rows])

    @cached_property
    def segments(self) -> NDArray[np.object_]:
        """Segments as shapely lines, made when first asked for (0.1 s for the whole city)."""
        corners = np.stack([self.xy[self.segment_start], self.xy[self.segment_start + 1]], axis=1)
        return np.asarray(shapely.linestrings(corners), dtype=np.object_)

    def measure(self, x: FloatArray, y: FloatArray, segment: IntArray) -> tuple[FloatArray, FloatArray]:
        """From points to segments, element by element: metres squared, and the share along the segment."""
        line = self._lines.take(segment, axis=0)
        east, north = line[..., 2], line[..., 3]
        x, y = x - line[..., 0], y - line[..., 1]
        part = np.minimum(np.maximum((x * east + y * north) * line[..., 4], 0.0), 1.0)
        x -= part * east
        y -= part * north
        return x * x + y * y, part

    def along_m(self, near: Near) -> FloatArray:
        """Metres from the tail of the edge to the place nearest to the point."""
        before, length = self._metres.take(near.segment, axis=0).T
        along: FloatArray = before + near.part * length
        return along

    def bearing_deg(self, segment: IntArray) -> FloatArray:
        """Direction in which segments are drawn, clockwise from north."""
        east, north = self._lines[segment, 2:4].T
        return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0, dtype=np.float64)

    def point_at(self, edge: IntArray, share: FloatArray) -> FloatArray:
        """(n, 2) lon, lat of the places at a share of the length of edges."""
        before, part = self._vertex_before(edge, share)
        here = self.xy[before]
        return self.flat.to_degrees(here + (self.xy[before + 1] - here) * part[:, None])

    def direction_deg(self, arc: IntArray, share: FloatArray) -> FloatArray:
        """Where somebody faces, clockwise from north, who has driven a share of the length of arcs."""
        before, _ = self._vertex_before(arc >> 1, np.where(arc & 1, 1 - share, share))
        east, north = (self.xy[before + 1] - self.xy[before]).T
        return np.asarray((np.degrees(np.arctan2(east, north)) + 180.0 * (arc & 1)) % 360.0, dtype=np.float64)

    def _vertex_before(self, edge: IntArray, share: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
        """The last vertex before places on edges, and the share of the step to the next."""
        first, last = self._first[edge], self._last[edge]
        target = self._travelled[first] + share * self.length_m(edge)
        before = np.clip(np.searchsorted(self._travelled, target, side="right") - 1, first, last - 1)
        step = self._travelled[before + 1] - self._travelled[before]
        return before, np.divide(target - self._travelled[before], step, out=np.zeros_like(step), where=step > 0)


class _Grid:
    """Square cells and the segments that may touch each."""

    def __init__(self, here: FloatArray, ahead: FloatArray) -> None:
        self._low = np.minimum(here, ahead).min(axis=0)
        extent = np.maximum(here, ahead).max(axis=0) - self._low
        self._cell_m = max(_CELL_M, float(np.sqrt(extent.prod() / _CELLS)), float(extent.max()) / _CELLS)
        self._columns, self._rows = (int(size) + 1 for size in (extent // self._cell_m).tolist())
        cell, segment = self._touched(here, ahead)
        self.segments = segment[np.argsort(cell, kind="stable")]
        counts = np.bincount(cell, minlength=self._columns * self._rows)
        self._start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    def _touched(self, here: FloatArray, ahead: FloatArray) -> tuple[NDArray[np.int64], IntArray]:
        """Cells of the box around every piece of a segment, pieces being no longer than a cell."""
        pieces = np.maximum(1, np.ceil(np.hypot(*(ahead - here).T) / self._cell_m)).astype(np.int64)
        segment = np.repeat(np.arange(len(here), dtype=np.int32), pieces)
        index = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        step = ((ahead - here) / pieces[:, None])[segment]
        first = self._cells_of(here[segment] + step * index[:, None])
        last = self._cells_of(here[segment] + step * (index + 1)[:, None])
        low, high = np.minimum(first, last), np.maximum(first, last)
        wide, tall = (high > low).T
        cells, owners = [low[:, 1] * self._columns + low[:, 0]], [segment]
        for east, north, some in ((1, 0, wide), (0, 1, tall), (1, 1, wide & tall)):
            cells.append((low[some, 1] + north) * self._columns + low[some, 0] + east)
            owners.append(segment[some])
        return np.concatenate(cells), np.concatenate(owners)

    def _cells_of(self, xy: FloatArray) -> NDArray[np.int64]:
        """(n, 2) column and row, those beyond the grid's edge moved to it."""
        cells = (xy - self._low) * (1 / self._cell_m)
        inside: FloatArray = np.minimum(np.maximum(cells, 0.0), (self._columns - 1, self._rows - 1))
        return inside.astype(np.int64)

    def rows_near(self, xy: FloatArray, radius_m: float) -> tuple[NDArray[np.int64], IntArray, IntArray]:
        """For each row of cells that a circle around a point touches: the point, first and last entry in `segments`."""
        low, high = self._cells_of(xy - radius_m), self._cells_of(xy + radius_m)
        rows = high[:, 1] - low[:, 1] + 1
        point = np.arange(len(xy)).repeat(rows)
        row = np.arange(len(point)) - (rows.cumsum() - rows - low[:, 1]).repeat(rows)
        row *= self._columns
        return point, self._start[row + low[:, 0].take(point)], self._start[row + high[:, 0].take(point) + 1]
