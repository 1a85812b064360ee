"""
Partial edges: how a journey leaves the street where it begins and reaches the one where it ends.

A place lies somewhere along an edge and is left and reached in every direction that is open there, or left in the one
that a moving vehicle faces; one at a junction, by all the junction's streets. Each such way is an *end*: a node of the
contracted graph and the milliseconds and metres between it and the place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engine import Ends
from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph
from routing.snap import Places


@dataclass(frozen=True)
class PlaceEnds:
    """
    The ends of several places, one row an end, in the order of the places: `start[p]:start[p + 1]` are those of `p`.

    `arc` is driven from `share` of its length on (leaving) or up to it (reaching); −1 where the place is a junction and
    no arc is involved. `ms` and `metres` may be negative where the node stands for having driven the whole arc.
    """

    start: NDArray[np.int64]
    node: IntArray
    ms: FloatArray
    metres: FloatArray
    arc: IntArray
    share: FloatArray

    def rows(self, place: int) -> slice:
        """The rows of one place."""
        return slice(int(self.start[place]), int(self.start[place + 1]))

    def shift_ms(self, place: int) -> int:
        """What must be added to make one place's offsets positive, as the engine wants them."""
        return int(max(0.0, -self.ms[self.rows(place)].min(initial=0.0)))

    def pairs(self, place: int) -> Ends:
        """The open ends of one place, as the engine takes them, `shift_ms` too long."""
        rows, shift = self.rows(place), self.shift_ms(place)
        ends = zip(self.node[rows].tolist(), self.ms[rows].tolist(), strict=True)
        return [(node, int(ms) + shift) for node, ms in ends if ms < CLOSED]

    def best_row(self, place: int, node: int) -> int:
        """The row by which a journey over that node leaves or reaches the place: of several the fastest."""
        rows = range(self.rows(place).start, self.rows(place).stop)
        return min((row for row in rows if self.node[row] == node), key=lambda row: float(self.ms[row]))

    def fastest(self, across_ms: FloatArray) -> FloatArray:
        """(m, places) milliseconds from the places, given (m, ends) from their ends; inf where there is no end."""
        through = across_ms + self.ms
        out = np.full((len(across_ms), len(self.start) - 1), np.inf)
        some = np.flatnonzero(np.diff(self.start) > 0)
        if len(some):
            out[:, some] = np.minimum.reduceat(through, self.start[some], axis=1)
        return out


@dataclass(frozen=True)
class ArcPlaces:
    """Places seen along arcs: one row for each way to leave (or reach) each; see `PlaceEnds` for `start`."""

    start: NDArray[np.int64]
    arc: IntArray
    share: FloatArray


def leaving_arcs(graph: RoadGraph, places: Places, drive_ms: IntArray, junctions: "Junctions") -> ArcPlaces:
    """
    Open arcs that lead away from places: both of an edge from inside it, all that start at a junction.

    Whoever faces along the edge leaves by the arc he drives; he can turn round where the street next allows it.
    """
    found = _arc_places(graph, places, drive_ms, junctions.leaving, at_junction=0.0)
    if not places.facing.any():
        return found
    owner = np.repeat(np.arange(len(places)), np.diff(found.start))
    facing = places.facing[owner]
    keep = (facing == 0) | ((facing < 0) == (found.arc & 1 == 1))
    start = np.concatenate([[0], np.cumsum(np.bincount(owner[keep], minlength=len(places)))]).astype(np.int64)
    return ArcPlaces(start, found.arc[keep], found.share[keep])


def reaching_arcs(graph: RoadGraph, places: Places, drive_ms: IntArray, junctions: "Junctions") -> ArcPlaces:
    """Open arcs that lead to places."""
    return _arc_places(graph, places, drive_ms, junctions.reaching, at_junction=1.0)


class Junctions:
    """Arcs by the junction they leave and reach."""

    def __init__(self, graph: RoadGraph) -> None:
        self.leaving = _group(graph.arc_tail, graph.nodes)
        self.reaching = _group(graph.arc_head, graph.nodes)


def junction_of(graph: RoadGraph, places: Places) -> IntArray:
    """The node at which each place lies, −1 inside an edge."""
    at_tail = np.where(places.share == 0.0, graph.edge_tail[places.edge], -1)
    return np.where(places.share == 1.0, graph.edge_head[places.edge], at_tail).astype(np.int32)


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


def _arc_places(
    graph: RoadGraph,
    places: Places,
    drive_ms: IntArray,
    groups: tuple[IntArray, NDArray[np.int64]],
    at_junction: float,
) -> ArcPlaces:
    """Every place's two arcs where it lies inside an edge, its junction's arcs where it lies at one; open ones only."""
    owner = np.repeat(np.arange(len(places)), 2)
    arc = np.column_stack([2 * places.edge, 2 * places.edge + 1]).ravel()
    share = np.column_stack([places.share, 1.0 - places.share]).ravel()
    node = junction_of(graph, places)
    if (node >= 0).any():
        inside = np.repeat(node < 0, 2)
        at = np.flatnonzero(node >= 0)
        out, start = groups
        count = np.diff(start)[node[at]]
        first = np.repeat(start[node[at]] - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        more = out[np.arange(count.sum()) + first]
        owner = np.concatenate([owner[inside], np.repeat(at, count)])
        arc = np.concatenate([arc[inside], more])
        share = np.concatenate([share[inside], np.full(len(more), at_junction)])
        order = np.argsort(owner, kind="stable")
        owner, arc, share = owner[order], arc[order], share[order]
    keep = drive_ms[arc] < CLOSED
    start = np.concatenate([[0], np.cumsum(np.bincount(owner[keep], minlength=len(places)))]).astype(np.int64)
    return ArcPlaces(start, arc[keep].astype(np.int32), share[keep])


def _group(node: IntArray, nodes: int) -> tuple[IntArray, NDArray[np.int64]]:
    """Arcs sorted by a node of theirs, and where each node's arcs start."""
    order = np.argsort(node, kind="stable").astype(np.int32)
    return order, np.concatenate([[0], np.cumsum(np.bincount(node, minlength=nodes))]).astype(np.int64)
