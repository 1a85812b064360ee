"""
How far one gets: the time at every place on every street, from one place (or the nearest of several), or to it.

Exact: fastest times to the ends of all arcs, even progress between. What can be reached within some minutes follows,
streets in part included; `reach_areas` draws it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing import off_road
from routing.ends import PlaceEnds
from routing.engine import Ends
from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph
from routing.networks import Network
from routing.snap import Places
from routing.weighing import InForce, Weighing
from routing.weights import Weights

# A place nearer than this to the end of its arc leaves no piece worth a row.
_NOTHING: Final = 1e-9


@dataclass(frozen=True)
class Pieces:
    """Parts of arcs, driven from one share of their length to another (in the arc's direction), with times in s."""

    arc: IntArray
    from_share: FloatArray
    to_share: FloatArray
    from_s: FloatArray
    to_s: FloatArray

    def __len__(self) -> int:
        return len(self.arc)


@dataclass(frozen=True)
class Reached:
    """
    Seconds at the beginning and at the end of every arc, driven whole; inf where nobody gets.

    Outward: how long after departure one is there. Inward (`to`): how long one still has to drive from there. `nearby`
    are the parts of arcs that hold a starting place (or an end), which are sooner driven than the whole arc. `node_s`
    are the seconds at junctions, before any turn there is paid for (inward: after it).
    """

    graph: RoadGraph
    to: bool
    start_s: FloatArray
    end_s: FloatArray
    node_s: FloatArray
    nearby: Pieces

    def at(self, edge: IntArray, share: FloatArray) -> FloatArray:
        """
        Seconds at places on streets (shares of edges from their tails), inf where nobody gets.

        To the millisecond those of `TravelTimes.times`.
        """
        best = np.minimum(self._along(2 * edge, share), self._along(2 * edge + 1, 1.0 - share))
        for row, arc in enumerate(self.nearby.arc.tolist()):
            here = np.flatnonzero(edge == arc >> 1)
            driven = 1.0 - share[here] if arc & 1 else share[here]
            first, last = float(self.nearby.from_share[row]), float(self.nearby.to_share[row])
            part = (driven - first) / (last - first)
            time_s = self.nearby.from_s[row] + part * (self.nearby.to_s[row] - self.nearby.from_s[row])
            within = (driven >= first) & (driven <= last)
            best[here[within]] = np.minimum(best[here[within]], time_s[within])
        best = np.where(share == 0.0, self.node_s[self.graph.edge_tail[edge]], best)
        return np.where(share == 1.0, self.node_s[self.graph.edge_head[edge]], best)

    def within(self, limit_s: float) -> Pieces:
        """
        The parts of arcs that are reached within so many seconds, cut exactly where the time is over.

        A two-way street appears once a direction.
        """
        arc = np.flatnonzero(np.isfinite(self.start_s)).astype(np.int32)
        whole = Pieces(arc, np.zeros(len(arc)), np.ones(len(arc)), self.start_s[arc], self.end_s[arc])
        parts = [_cut(pieces, limit_s) for pieces in (whole, self.nearby)]
        columns = [[getattr(part, name) for part in parts] for name in Pieces.__dataclass_fields__]
        return Pieces(*(np.concatenate(column) for column in columns))

    def street_m(self, limit_s: float) -> float:
        """Metres of street on which somebody can be reached within so many seconds, each street counted once."""
        pieces = self.within(limit_s)
        back = pieces.arc & 1 == 1
        low = np.where(back, 1.0 - pieces.to_share, pieces.from_share)
        high = np.where(back, 1.0 - pieces.from_share, pieces.to_share)
        edge = pieces.arc >> 1
        order = np.lexsort((low, edge))
        edge, low, high = edge[order], low[order], high[order]
        # Within an edge, what earlier pieces have covered already: a running greatest end (edges kept apart by 2).
        covered = np.maximum.accumulate(high + 2.0 * edge) - 2.0 * edge
        before = np.concatenate([[0.0], np.where(edge[1:] == edge[:-1], covered[:-1], 0.0)])[: len(edge)]
        fresh = np.maximum(0.0, high - np.maximum(low, before))
        return float((fresh * self.graph.edge_length_m[edge]).sum())

    def _along(self, arc: IntArray, share: FloatArray) -> FloatArray:
        start = self.start_s[arc]
        open_ = np.isfinite(start)
        drive = np.subtract(self.end_s[arc], start, out=np.zeros_like(start), where=open_)
        return np.asarray(start + share * drive, dtype=np.float64)


def find_reached(graph: RoadGraph, weighing: Weighing, places: Places, *, to: bool = False) -> Reached:
    """
    Times from the nearest of some places, or to it, over the whole network; 0.1 s turn-aware for the whole city.

    Ways between the places and their streets count as in `off_road`; a place without a street within
    `off_road.FAR_M` reaches nothing.
    """
    network, weights = weighing.network, weighing.weights
    places = places[np.flatnonzero(places.distance_m <= off_road.FAR_M)]
    with weighing.in_force() as now:
        ends = (network.reaching if to else network.leaving)(weights, now.drive_ms, places)
        leg_s = np.repeat(off_road.leg_s(places), np.diff(ends.start))
        node_ms = _node_ms(now, network, ends, leg_s, to=to)
        drive_s = np.where(now.drive_ms < CLOSED, now.drive_ms / 1000, np.inf)
        find = _ends_s if to else _starts_s
        found = find(graph, network, weights, now.drive_ms, node_ms, _inside(ends))
        whole = (ends.arc >= 0) & (ends.share >= 1 - _NOTHING if to else ends.share <= _NOTHING)
        np.minimum.at(found, ends.arc[whole], leg_s[whole])
    start_s, end_s = (found + drive_s, found) if to else (found, found + drive_s)
    shut = ~np.isfinite(start_s) | ~np.isfinite(end_s)
    start_s[shut] = end_s[shut] = np.inf
    nearby = _nearby(ends, drive_s, leg_s, to=to)
    node_s = _node_s(graph, start_s, end_s, nearby, to=to) if network.has_turns else node_ms / 1000
    return Reached(graph, to, start_s, end_s, node_s, nearby)


def _node_ms(now: InForce, network: Network, ends: PlaceEnds, leg_s: FloatArray, *, to: bool) -> FloatArray:
    """Milliseconds between the nearest end and every node of the contracted graph."""
    ms = ends.ms + np.rint(leg_s * 1000)
    shift = int(max(0.0, -ms.min(initial=0.0)))
    each = zip(ends.node.tolist(), ms.tolist(), strict=True)
    pairs: Ends = [(node, int(offset) + shift) for node, offset in each if offset < CLOSED]
    nodes = list(range(network.topology.nodes))
    return (now.metric.times_to(nodes, pairs) if to else now.metric.times_from(pairs, nodes)) - shift


def _node_s(graph: RoadGraph, start_s: FloatArray, end_s: FloatArray, nearby: Pieces, *, to: bool) -> FloatArray:
    """Seconds at junctions, where the network's nodes are not junctions."""
    found = np.full(graph.nodes, np.inf)
    np.minimum.at(found, graph.arc_tail, start_s)
    np.minimum.at(found, graph.arc_head, end_s)
    if to:
        np.minimum.at(found, graph.arc_tail[nearby.arc], nearby.from_s)
    else:
        np.minimum.at(found, graph.arc_head[nearby.arc], nearby.to_s)
    return found


def _inside(ends: PlaceEnds) -> IntArray:
    """Arcs in whose middle a place lies: their own node's time tells nothing about driving them whole."""
    middle = (ends.arc >= 0) & (ends.share > _NOTHING) & (ends.share < 1 - _NOTHING)
    return np.unique(ends.arc[middle]).astype(np.int32)


def _starts_s(
    graph: RoadGraph, network: Network, weights: Weights, drive_ms: IntArray, node_ms: FloatArray, inside: IntArray
) -> FloatArray:
    """When each arc is begun."""
    if not network.has_turns:
        return np.asarray(node_ms[graph.arc_tail] / 1000, dtype=np.float64)
    turns = graph.turns
    driven = np.minimum.reduceat(*_by_arc(graph, node_ms)) if turns.states > graph.arcs else node_ms
    start = np.where(drive_ms < CLOSED, driven - drive_ms, np.inf)
    start[inside] = np.inf
    into = np.flatnonzero(np.isin(turns.state_arc[turns.target], inside) & (weights.turn_ms < CLOSED))
    np.minimum.at(start, turns.state_arc[turns.target[into]], node_ms[turns.source[into]] + weights.turn_ms[into])
    return np.asarray(start / 1000, dtype=np.float64)


def _ends_s(
    graph: RoadGraph, network: Network, weights: Weights, drive_ms: IntArray, node_ms: FloatArray, inside: IntArray
) -> FloatArray:
    """How long one still drives from the end of each arc."""
    if not network.has_turns:
        ms = node_ms[graph.arc_head] + weights.wait_ms
        return np.asarray(np.where(weights.blocked, np.inf, ms) / 1000, dtype=np.float64)
    turns = graph.turns
    end = node_ms[: graph.arcs].copy()
    end[inside] = np.inf
    drive = drive_ms[turns.state_arc[turns.target]]
    out = np.flatnonzero(np.isin(turns.source, inside) & (weights.turn_ms < CLOSED) & (drive < CLOSED))
    np.minimum.at(end, turns.source[out], weights.turn_ms[out] + drive[out] + node_ms[turns.target[out]])
    return np.asarray(end / 1000, dtype=np.float64)


def _by_arc(graph: RoadGraph, node_ms: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Times of the states in the order of their arcs, and where each arc's states begin."""
    order = np.argsort(graph.turns.state_arc, kind="stable")
    return node_ms[order], np.searchsorted(graph.turns.state_arc[order], np.arange(graph.arcs))


def _nearby(ends: PlaceEnds, drive_s: FloatArray, leg_s: FloatArray, *, to: bool) -> Pieces:
    """From each place to the end of its arc, or from the arc's beginning to the place."""
    rows = np.flatnonzero((ends.arc >= 0) & (ends.share > _NOTHING) & (ends.share < 1 - _NOTHING))
    arc, share, leg = ends.arc[rows], ends.share[rows], leg_s[rows]
    if to:
        return Pieces(arc, np.zeros(len(rows)), share, leg + share * drive_s[arc], leg)
    return Pieces(arc, share, np.ones(len(rows)), leg, leg + (1.0 - share) * drive_s[arc])


def _cut(pieces: Pieces, limit_s: float) -> Pieces:
    """What of each piece is passed in time; times rise along it outward and fall inward."""
    soon = np.minimum(pieces.from_s, pieces.to_s)
    keep = soon <= limit_s
    first, last, from_s, to_s = (
        column[keep] for column in (pieces.from_share, pieces.to_share, pieces.from_s, pieces.to_s)
    )
    rise = np.abs(to_s - from_s)
    part = np.clip(np.divide(limit_s - soon[keep], rise, out=np.ones_like(rise), where=rise > 0), 0.0, 1.0)
    outward = to_s >= from_s
    cut = np.where(outward, first + part * (last - first), last - part * (last - first))
    return Pieces(
        pieces.arc[keep],
        np.where(outward, first, cut),
        np.where(outward, cut, last),
        np.where(outward, from_s, np.minimum(from_s, limit_s)),
        np.where(outward, np.minimum(to_s, limit_s), to_s),
    )
