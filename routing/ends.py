"""
Partial edges: how a journey leaves the street where it begins and reaches the one where it ends.

A place lies somewhere along an edge and is left and reached in every direction that is open there, or left in the one
that a moving vehicle faces; one at a junction, by all the junction's streets. Each such way is an *end*: a node of the
contracted graph and the milliseconds and metres between it and the place.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.engine import Ends
from routing.graph import CLOSED, BoolArray, FloatArray, IntArray, RoadGraph
from routing.snap import Places


@dataclass(frozen=True)
class PlaceEnds:
    """
    The ends of several places, one row an end, in the order of the places: `start[p]:start[p + 1]` are those of `p`.

    `arc` is driven from `share` of its length on (leaving) or up to it (reaching); −1 where the place is a junction and
    no arc is involved. `ms` is negative where the node stands for having driven the whole arc.
    """

    start: NDArray[np.int64]
    node: IntArray
    ms: FloatArray
    arc: IntArray
    share: FloatArray

    def rows(self, place: int) -> slice:
        """The rows of one place."""
        return slice(int(self.start[place]), int(self.start[place + 1]))

    @cached_property
    def shift_ms(self) -> int:
        """What must be added to make all offsets positive, as the engine wants them."""
        return int(max(0.0, -self.ms.min(initial=0.0)))

    def pairs(self, place: int) -> Ends:
        """The open ends of one place, as the engine takes them, `shift_ms` too long."""
        rows, shift = self.rows(place), self.shift_ms
        ends = zip(self.node[rows].tolist(), self.ms[rows].tolist(), strict=True)
        return [(node, int(ms) + shift) for node, ms in ends if ms < CLOSED]

    def best_row(self, place: int, node: int) -> int:
        """The row by which a journey over that node leaves or reaches the place: of several the fastest."""
        rows = range(self.rows(place).start, self.rows(place).stop)
        return min((row for row in rows if self.node[row] == node), key=lambda row: float(self.ms[row]))

    def fastest(self, across_ms: FloatArray) -> FloatArray:
        """(m, places) milliseconds from the places, given (m, ends) from their ends; inf where there is no end."""
        through = across_ms + self.ms
        has_ends = self.start[1:] > self.start[:-1]
        if has_ends.all():
            return np.asarray(np.minimum.reduceat(through, self.start[:-1], axis=1), dtype=np.float64)
        out = np.full((len(across_ms), len(has_ends)), np.inf)
        some = np.flatnonzero(has_ends)
        if len(some):
            out[:, some] = np.minimum.reduceat(through, self.start[some], axis=1)
        return out


@dataclass(frozen=True)
class ArcPlaces:
    """Places seen along arcs: one row for each way to leave (or reach) each; see `PlaceEnds` for `start`."""

    start: NDArray[np.int64]
    arc: IntArray
    share: FloatArray


class Junctions:
    """The arcs that leave, and those that reach, each junction; then both of each edge."""

    def __init__(self, graph: RoadGraph) -> None:
        self._leaving, self._reaching = (_by_node(nodes, graph.nodes) for nodes in (graph.arc_tail, graph.arc_head))

    def leaving(self, places: Places, drive_ms: IntArray) -> ArcPlaces:
        """
        Open arcs that lead away from places: both of an edge from inside it, all that start at a junction.

        Whoever faces along the edge leaves by the arc he drives; he can turn round where the street next allows it.
        """
        return _open_arcs(places, drive_ms, *self._leaving, at_junction=0.0, faced=bool(places.facing.any()))

    def reaching(self, places: Places, drive_ms: IntArray) -> ArcPlaces:
        """Open arcs that lead to places."""
        return _open_arcs(places, drive_ms, *self._reaching, at_junction=1.0, faced=False)


def edge_arcs(places: Places) -> tuple[IntArray, FloatArray]:
    """Both arcs of each place's edge, one after the other, and the share of each that is behind the place."""
    arc, share = (2 * places.edge).repeat(2), places.share.repeat(2)
    arc[1::2] += 1
    share[1::2] = 1.0 - share[1::2]
    return arc, share


def is_faced(places: Places, arc: IntArray, owner: NDArray[np.int64]) -> BoolArray:
    """Whether places may be left by arcs of theirs: by any, or by the one that is faced."""
    facing = places.facing[owner]
    return np.asarray((facing == 0) | ((facing < 0) == (arc & 1 == 1)))


def along_ms(drive_ms: IntArray, origins: Places, destinations: Places) -> FloatArray:
    """
    Milliseconds straight along an edge that two places share, pair by pair (broadcast); inf where there is no such way.

    Both must lie inside it: whoever is at a junction is on no street more than on another.
    """
    here, there = origins.share, destinations.share
    forward, backward = drive_ms[2 * origins.edge], drive_ms[2 * origins.edge + 1]
    ahead = np.where(forward < CLOSED, np.rint(there * forward) - np.rint(here * forward), np.inf)
    behind = np.where(backward < CLOSED, np.rint((1 - there) * backward) - np.rint((1 - here) * backward), np.inf)
    forth, back = (there >= here) & (origins.facing >= 0), (there <= here) & (origins.facing <= 0)
    best = np.minimum(np.where(forth, ahead, np.inf), np.where(back, behind, np.inf))
    best = np.where(there == here, 0.0, best)
    shared = (origins.edge == destinations.edge) & (here > 0) & (here < 1) & (there > 0) & (there < 1)
    return np.asarray(np.where(shared, best, np.inf), dtype=np.float64)


def _open_arcs(
    places: Places,
    drive_ms: IntArray,
    arcs: IntArray,
    start: NDArray[np.int64],
    *,
    at_junction: float,
    faced: bool,
) -> ArcPlaces:
    """Every place's two arcs where it lies inside an edge, its junction's arcs where it lies at one; open ones only."""
    at = places.node >= 0
    first = np.where(at, start[places.node], start[-1] + 2 * places.edge)
    count = np.where(at, start[places.node + 1] - first, 2)
    end = count.cumsum()
    owner = np.arange(len(places)).repeat(count)
    arc = arcs[np.arange(len(owner)) + (first - end + count)[owner]]
    share = np.where(at[owner], at_junction, np.abs((arc & 1) - places.share[owner]))
    keep = drive_ms[arc] < CLOSED
    if faced:
        keep &= is_faced(places, arc, owner)
    kept = np.append(0, keep.cumsum())
    return ArcPlaces(kept[np.append(0, end)], arc[keep], share[keep])


def _by_node(node: IntArray, nodes: int) -> tuple[IntArray, NDArray[np.int64]]:
    """Arcs sorted by a node of theirs, then all in their own order, and where each node's arcs start."""
    order = np.argsort(node, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=nodes))])
    return np.concatenate([order, np.arange(len(node))]).astype(np.int32), start.astype(np.int64)
