"""
Outlines of regions on a grid: marching squares (Lorensen and Cline, "Marching cubes", 1987, in two dimensions).

Corners of the grid are in or out; where the line crosses between two is said beside. Two diagonal corners of a cell
never join. A line runs with the inside on its left and, since it passes every crossing once, never touches another.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# By which sides of a cell the line comes in and goes out, by which corners are in (1 south-west, 2 south-east,
# 4 north-east, 8 north-west); sides: 0 south, 1 east, 2 north, 3 west.
_LINES: Final = {
    1: ((0, 3),), 2: ((1, 0),), 3: ((1, 3),), 4: ((2, 1),), 5: ((0, 3), (2, 1)), 6: ((2, 0),), 7: ((2, 3),),
    8: ((3, 2),), 9: ((0, 2),), 10: ((1, 0), (3, 2)), 11: ((1, 2),), 12: ((3, 1),), 13: ((0, 1),), 14: ((3, 0),),
}  # fmt: skip


@dataclass(frozen=True)
class Crossings:
    """
    Where lines cross the grid, as shares between neighbouring corners, counted from the west or the south.

    `east[r, c]` lies between corners (r, c) and (r, c + 1), `north[r, c]` between (r, c) and (r + 1, c); only those
    between a corner that is in and one that is out are looked at. Each must lie strictly between 0 and 1.
    """

    east: Floats
    north: Floats


def outline(inside: Bools, crossings: Crossings) -> list[tuple[Floats, list[Floats]]]:
    """
    The regions of corners that are in: each an outer ring and its holes, as closed (n, 2) rings of column and row.

    Corners hang together along the grid, not across. No corner on the grid's margin may be in.
    """
    start, end = _segments(inside)
    if not len(start):
        return []
    corner, points = _places(start, inside, crossings)
    label, count = ndimage.label(inside)
    owner = label[corner[:, 1], corner[:, 0]]
    shells: list[Floats] = [np.zeros((0, 2))] * count
    holes: list[list[Floats]] = [[] for _ in range(count)]
    for ring in _rings(start, end):
        line = points[[*ring, ring[0]]]
        region = int(owner[ring[0]]) - 1
        if _area(line) > 0:
            shells[region] = line
        else:
            holes[region].append(line)
    return list(zip(shells, holes, strict=True))


def _segments(inside: Bools) -> tuple[Ints, Ints]:
    """
    Pieces of line, from crossing to crossing, ordered by where they begin.

    Crossing `2 k` lies east of corner `k` (row by row), crossing `2 k + 1` north of it.
    """
    width = inside.shape[1]
    bits = inside.astype(np.uint8)
    case = bits[:-1, :-1] | bits[:-1, 1:] << 1 | bits[1:, 1:] << 2 | bits[1:, :-1] << 3
    rows, columns = np.nonzero((case > 0) & (case < 15))
    kind, corner = case[rows, columns], rows * width + columns
    sides = np.stack([2 * corner, 2 * (corner + 1) + 1, 2 * (corner + width), 2 * corner + 1])
    starts, ends = [], []
    for case_, lines in _LINES.items():
        here = np.flatnonzero(kind == case_)
        for first, last in lines:
            starts.append(sides[first, here])
            ends.append(sides[last, here])
    start, end = np.concatenate(starts), np.concatenate(ends)
    order = np.argsort(start)
    return start[order], end[order]


def _places(crossing: Ints, inside: Bools, crossings: Crossings) -> tuple[Ints, Floats]:
    """For each crossing the corner beside it that is in, and the crossing itself: columns and rows."""
    width = inside.shape[1]
    row, column = np.divmod(crossing // 2, width)
    up = crossing % 2 == 1
    is_in = inside[row, column]
    corner = np.column_stack([np.where(is_in | up, column, column + 1), np.where(is_in | ~up, row, row + 1)])
    share = np.where(
        up,
        crossings.north[np.minimum(row, crossings.north.shape[0] - 1), column],
        crossings.east[row, np.minimum(column, crossings.east.shape[1] - 1)],
    )
    return corner, np.column_stack([column + np.where(up, 0.0, share), row + np.where(up, share, 0.0)])


def _rings(start: Ints, end: Ints) -> list[list[int]]:
    """Pieces joined end to end: every crossing is the beginning of one and the end of one."""
    following = np.searchsorted(start, end).tolist()
    seen = bytearray(len(following))
    rings = []
    for first in range(len(following)):
        if seen[first]:
            continue
        ring, at = [], first
        while not seen[at]:
            seen[at] = 1
            ring.append(at)
            at = following[at]
        rings.append(ring)
    return rings


def _area(ring: Floats) -> float:
    """Twice the area; positive when it runs counter-clockwise."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def to_multipolygon(regions: list[tuple[Floats, list[Floats]]]) -> shapely.MultiPolygon:
    """Regions as one shape."""
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, holes in regions])
