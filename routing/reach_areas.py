"""
Reach on the map: within how many minutes somebody gets to which ground.

A point belongs to its nearest street that the profile can use, as in every other question here, and is reached when the
street is: crews walk the last metres, up to `BESIDE_M`, whose time nobody counts (`off_road`). So ground across a canal
belongs to the street on its own bank, and no water is crossed but on bridges and ferries.

Drawn on a grid of points (`CELL_DEG`, wider for a very wide reach): each takes its time from the street sample nearest
to it. A line is right to about one cell; where streets with different times lie closer together than that (one above
the other, the two sides of a canal), the ground between them goes to either. Holes are where nobody gets in time.
Beside a bridge the strip lies over water, which harms nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from routing import off_road
from routing.contours import Crossings, outline, to_multipolygon
from routing.graph import EARTH_RADIUS_M, BoolArray, FloatArray, IntArray, RoadGraph
from routing.reach import Reached
from routing.roads import CLASS_INDEX

BESIDE_M: Final = off_road.FREE_M
# The grid's step in degrees, about 33 m: lines fall on these and their multiples whatever the question.
CELL_DEG: Final = 0.0003
# A wider step is taken rather than more grid points than this: 0.2 s (measured).
_MOST_POINTS: Final = 1_000_000
# A line crosses no nearer to a grid point than this share of a cell.
_APART: Final = 0.02
# Neighbouring points whose times differ by more (s) lie at two streets that do not meet: the line runs between them.
_JUMP_S: Final = 60.0
# Degrees are given to so many places (a centimetre); grid lines are whole in them, so that rounding moves nothing off.
_PLACES: Final = 7


@dataclass(frozen=True)
class ReachArea:
    """The ground reached within `minutes`, in degrees, and the metres of street in it (exact, each counted once)."""

    minutes: float
    shape: shapely.MultiPolygon
    street_m: float


@dataclass(frozen=True)
class _Grid:
    """Points `west + c * step`, `south + r * step` (whole multiples of the step): their times and their streets."""

    west: int
    south: int
    step: float
    time_s: FloatArray
    street_m: FloatArray


def reach_areas(
    reached: Reached, usable: BoolArray, minutes: Sequence[float], beside_m: float = BESIDE_M
) -> list[ReachArea]:
    """
    The ground reached within each of some minutes, one inside the next, in the order asked for.

    `usable` are the edges that the profile can drive, reached or not: each keeps its own ground.
    """
    limits = [60.0 * each for each in minutes]
    grid = _draw(reached, usable, max(limits, default=0.0), beside_m)
    return [
        ReachArea(each, _region(grid, limit, beside_m), reached.street_m(limit))
        for each, limit in zip(minutes, limits, strict=True)
    ]


def _region(grid: _Grid | None, limit_s: float, beside_m: float) -> shapely.MultiPolygon:
    if grid is None:
        return shapely.MultiPolygon()
    inside = (grid.time_s <= limit_s) & (grid.street_m <= beside_m)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return shapely.MultiPolygon()
    part = np.s_[rows[0] - 1 : rows[-1] + 2, columns[0] - 1 : columns[-1] + 2]
    time_s, street_m, inside = grid.time_s[part], grid.street_m[part], inside[part]
    crossings = Crossings(
        east=_crossing(time_s[:, :-1], time_s[:, 1:], street_m[:, :-1], street_m[:, 1:], limit_s, beside_m),
        north=_crossing(time_s[:-1], time_s[1:], street_m[:-1], street_m[1:], limit_s, beside_m),
    )
    corner = np.array([grid.west + columns[0] - 1, grid.south + rows[0] - 1])

    def degrees(ring: FloatArray) -> FloatArray:
        return np.asarray(np.round((ring + corner) * grid.step, _PLACES), dtype=np.float64)

    regions = outline(inside, crossings)
    return to_multipolygon([(degrees(shell), [degrees(hole) for hole in holes]) for shell, holes in regions])


def _crossing(
    time_s: FloatArray,
    time2_s: FloatArray,
    street_m: FloatArray,
    street2_m: FloatArray,
    limit_s: float,
    beside_m: float,
) -> FloatArray:
    """Share of the way between two points at which the time is over or the street too far, whichever is first."""
    swap = (time2_s <= limit_s) & (street2_m <= beside_m)
    near, far = np.where(swap, time2_s, time_s), np.where(swap, time_s, time2_s)
    near_m, far_m = np.where(swap, street2_m, street_m), np.where(swap, street_m, street2_m)
    by_time = _part(near, far, limit_s)
    by_time = np.where(far <= limit_s, 1.0, np.where(far - near > _JUMP_S, 0.5, by_time))
    by_width = np.where(far_m <= beside_m, 1.0, _part(near_m, far_m, beside_m))
    share = np.clip(np.minimum(by_time, by_width), _APART, 1 - _APART)
    return np.asarray(np.where(swap, 1.0 - share, share), dtype=np.float64)


def _part(near: FloatArray, far: FloatArray, limit: float) -> FloatArray:
    rises = np.isfinite(near) & np.isfinite(far) & (far > near)
    rise = np.subtract(far, near, out=np.ones_like(near), where=rises)
    return np.asarray(np.divide(limit - near, rise, out=np.zeros_like(near), where=rises), dtype=np.float64)


def _draw(reached: Reached, usable: BoolArray, limit_s: float, beside_m: float) -> _Grid | None:
    """The grid over everything reached in time; `None` when nothing is."""
    graph = reached.graph
    dry = graph.way_class[graph.edge_way] != CLASS_INDEX["ferry"]
    part = np.unique(reached.within(limit_s).arc >> 1)
    vertices = _vertices(graph, part[dry[part]])
    if not len(vertices):
        return None
    lon, lat = graph.geometry_lon[vertices], graph.geometry_lat[vertices]
    m_per_deg = EARTH_RADIUS_M * np.pi / 180 * np.array([np.cos(np.radians(lat.mean())), 1.0])
    step = CELL_DEG
    while (np.ptp(lon) / step + 4) * (np.ptp(lat) / step + 4) > _MOST_POINTS:
        step += CELL_DEG
    margin = (np.ceil(beside_m / (m_per_deg * step)) + 2).astype(np.int64)
    corner = np.floor([lon.min() / step, lat.min() / step]).astype(np.int64) - margin
    size = np.ceil([lon.max() / step, lat.max() / step]).astype(np.int64) + margin + 1 - corner
    edges = _edges_in(graph, usable & dry, (corner * step).tolist(), ((corner + size) * step).tolist())
    edge, share = _sample(graph, edges, step * float(m_per_deg.min()) / 2)
    at = _degrees(graph, edge, share, m_per_deg) / step - corner
    nearest, street_m = _nearest(at, (int(size[1]), int(size[0])), m_per_deg * step)
    return _Grid(int(corner[0]), int(corner[1]), step, reached.at(edge, share)[nearest], street_m)


def _nearest(at: FloatArray, shape: tuple[int, int], cell_m: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """
    For every point of a grid the sample nearest to it (to within a cell, where two are about as near), and how far.

    Samples lie at columns and rows `at`; those off the grid are left out.
    """
    column, row = np.rint(at).astype(np.int64).T
    index = np.flatnonzero((row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1]))
    off_m = np.hypot(*((at[index] - np.column_stack([column[index], row[index]])) * cell_m).T)
    # Millimetres and the sample's number in one, so that the least of them is the nearest sample.
    nobody = np.iinfo(np.int64).max
    best = np.full(shape[0] * shape[1], nobody)
    np.minimum.at(best, row[index] * shape[1] + column[index], (off_m * 1000).astype(np.int64) << 32 | index)
    best = best.reshape(shape)
    rows, columns = ndimage.distance_transform_edt(
        best == nobody, sampling=cell_m[::-1], return_distances=False, return_indices=True
    )
    sample = best[rows, columns] & 0xFFFFFFFF
    here_row, here_column = np.indices(shape, sparse=True)
    return sample, np.hypot((at[sample, 0] - here_column) * cell_m[0], (at[sample, 1] - here_row) * cell_m[1])


def _edges_in(graph: RoadGraph, usable: BoolArray, low: Sequence[float], high: Sequence[float]) -> NDArray[np.int64]:
    """Usable edges with a vertex in a box of degrees."""
    lon, lat = graph.geometry_lon, graph.geometry_lat
    near = (lon >= low[0]) & (lon <= high[0]) & (lat >= low[1]) & (lat <= high[1])
    return np.flatnonzero(np.bitwise_or.reduceat(near, graph.geometry_start[:-1]) & usable)


def _sample(graph: RoadGraph, edges: NDArray[np.int64], every_m: float) -> tuple[IntArray, FloatArray]:
    """Places along edges (edge, share), evenly, at most `every_m` apart, both ends included."""
    parts = np.maximum(1, np.ceil(graph.edge_length_m[edges] / every_m)).astype(np.int64)
    count = parts + 1
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(edges, count).astype(np.int32), number / np.repeat(parts, count)


def _degrees(graph: RoadGraph, edge: IntArray, share: FloatArray, m_per_deg: FloatArray) -> FloatArray:
    """(n, 2) lon, lat of places; flat."""
    lon, lat = graph.geometry_lon, graph.geometry_lat
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(lon) * m_per_deg[0], np.diff(lat) * m_per_deg[1]))])
    first, last = travelled[graph.geometry_start[edge]], travelled[graph.geometry_start[edge + 1] - 1]
    along = first + share * (last - first)
    return np.column_stack([np.interp(along, travelled, lon), np.interp(along, travelled, lat)])


def _vertices(graph: RoadGraph, edges: IntArray | NDArray[np.int64]) -> NDArray[np.int64]:
    """All vertices of some edges."""
    first = graph.geometry_start[edges]
    count = graph.geometry_start[edges + 1] - first
    return np.asarray(np.arange(count.sum()) + np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count))
