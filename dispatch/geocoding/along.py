"""
How far along a street each of its points lies: metres from one end, the same for both sides of a divided road.

A street's pieces are joined at their nearest points, then measured from the end of its longest path. Assumes a street
is a line: on the arms of a star or around a loop the measure is one of several possible ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from dispatch.geocoding.geometry import Floats

# Pieces whose points come this close run beside each other or meet (guess: the width of an avenue).
BESIDE_M = 45.0
# Long straight pieces get points between, so that the carriageways find each other.
STEP_M = 40.0


def metres_along(parts: Sequence[Floats]) -> list[Floats]:
    """For each point of each part its distance in metres from the street's end."""
    if len(parts) == 1:
        steps = np.hypot(*np.diff(parts[0], axis=0).T)
        return [np.concatenate(([0.0], np.cumsum(steps)))]
    dense, own = zip(*(densified(part) for part in parts), strict=True)
    points = np.concatenate(dense)
    part_of = np.repeat(np.arange(len(parts)), [len(one) for one in dense])
    ends, gaps = _links(points, part_of)
    ends, gaps = _joined(points, ends, gaps)
    graph = coo_array((gaps, (ends[:, 0], ends[:, 1])), shape=(len(points), len(points))).tocsr()
    far = np.asarray(dijkstra(graph, directed=False, indices=[0]))[0]
    along = np.asarray(dijkstra(graph, directed=False, indices=[int(np.argmax(far))]))[0]
    firsts = np.concatenate(([0], np.cumsum([len(one) for one in dense])))
    return [along[first + rows] for first, rows in zip(firsts, own, strict=False)]


def densified(part: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """A line with points at most a step apart, and the rows of its own points among them."""
    steps = np.hypot(*np.diff(part, axis=0).T)
    cuts = np.maximum(1, np.ceil(steps / STEP_M).astype(int))
    rows = np.concatenate(([0], np.cumsum(cuts)))
    at = np.arange(rows[-1] + 1)
    dense = np.column_stack([np.interp(at, rows, part[:, axis]) for axis in (0, 1)])
    return dense, rows


def _links(points: Floats, part_of: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
    """Neighbours along a part, and points of two parts beside each other; lengths are never 0."""
    chain = np.flatnonzero(part_of[:-1] == part_of[1:])
    along = np.column_stack((chain, chain + 1))
    near = cKDTree(points).query_pairs(BESIDE_M, output_type="ndarray")
    across = near[part_of[near[:, 0]] != part_of[near[:, 1]]] if len(near) else np.empty((0, 2), dtype=np.intp)
    ends = np.concatenate((along, across))
    return ends, np.maximum(0.01, np.hypot(*(points[ends[:, 0]] - points[ends[:, 1]]).T))


def _joined(points: Floats, ends: NDArray[np.intp], gaps: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Links added, shortest first, until all points hang together."""
    while True:
        graph = coo_array((gaps, (ends[:, 0], ends[:, 1])), shape=(len(points), len(points)))
        count, label = connected_components(graph, directed=False)
        if count == 1:
            return ends, gaps
        mine, others = np.flatnonzero(label == 0), np.flatnonzero(label != 0)
        gap, nearest = (np.asarray(column) for column in cKDTree(points[mine]).query(points[others]))
        best = int(np.argmin(gap))
        ends = np.concatenate((ends, [[mine[nearest[best]], others[best]]]))
        gaps = np.append(gaps, max(0.01, float(gap[best])))


def project(point: Floats, parts: Sequence[Floats], along: Sequence[Floats]) -> float:
    """Metres along of the point of a street that is nearest to a point beside it."""
    best_gap, best = np.inf, 0.0
    for line, metres in zip(parts, along, strict=True):
        step = np.diff(line, axis=0)
        length = np.maximum(1e-9, (step**2).sum(axis=1))
        share = np.clip(((point - line[:-1]) * step).sum(axis=1) / length, 0.0, 1.0)
        gaps = np.hypot(*(line[:-1] + share[:, None] * step - point).T)
        row = int(gaps.argmin())
        if gaps[row] < best_gap:
            best_gap, best = float(gaps[row]), float(metres[row] + share[row] * (metres[row + 1] - metres[row]))
    return best
