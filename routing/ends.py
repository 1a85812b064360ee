"""
Partial edges: how a journey leaves its first street and reaches its last.

A place lies somewhere along an edge. It is left through the edge's tail or head and reached from either, each at a
part of the edge's time, where the direction is open. Two places on one edge may also be joined directly along it.
"""

from dataclasses import dataclass

import numpy as np

from routing.engine import Ends
from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph
from routing.snap import Places


@dataclass(frozen=True)
class EdgeEnds:
    """Two columns, tail and head, for each place: node, time (ms, inf where closed) and metres between them."""

    node: IntArray
    ms: FloatArray
    metres: FloatArray

    def pairs(self, index: int) -> Ends:
        """The open ends of one place, as the engine takes them."""
        return [
            (int(node), int(ms)) for node, ms in zip(self.node[index], self.ms[index], strict=True) if np.isfinite(ms)
        ]

    def metres_through(self, index: int, node: int) -> float:
        """Metres between a place and the node its journey uses; of a loop's two ways the faster."""
        best = min(
            (column for column in (0, 1) if self.node[index, column] == node),
            key=lambda column: self.ms[index, column],
        )
        return float(self.metres[index, best])


class PartialEdges:
    """The ends of places for one profile."""

    def __init__(self, graph: RoadGraph, profile: str) -> None:
        self._graph = graph
        edge_ms = graph.time_ms[profile].astype(np.float64)
        edge_ms[graph.time_ms[profile] == CLOSED] = np.inf
        self._edge_ms = edge_ms

    def leaving(self, places: Places) -> EdgeEnds:
        """From places to their edges' ends."""
        from_tail, to_tail, whole, _ = self._along(places)
        return self._ends(places, to_tail, _minus(whole, from_tail))

    def reaching(self, places: Places) -> EdgeEnds:
        """From their edges' ends to places."""
        from_tail, to_tail, _, whole_back = self._along(places)
        return self._ends(places, from_tail, _minus(whole_back, to_tail))

    def along(self, origins: Places, destinations: Places) -> FloatArray:
        """Milliseconds straight along a shared edge, pair by pair (broadcast); inf where there is no such way."""
        from_tail, to_tail, _, _ = self._along(origins)
        from_tail2, to_tail2, _, _ = self._along(destinations)
        forward = np.where(destinations.share >= origins.share, _minus(from_tail2, from_tail), np.inf)
        backward = np.where(destinations.share <= origins.share, _minus(to_tail, to_tail2), np.inf)
        best = np.where(destinations.share == origins.share, 0.0, np.minimum(forward, backward))
        return np.asarray(np.where(origins.edge == destinations.edge, best, np.inf), dtype=np.float64)

    def _along(self, places: Places) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Time tail → place, place → tail, and the whole edge forward and backward (ms)."""
        forward, backward = self._edge_ms[places.edge, 0], self._edge_ms[places.edge, 1]
        return _part(places.share, forward), _part(places.share, backward), forward, backward

    def _ends(self, places: Places, at_tail: FloatArray, at_head: FloatArray) -> EdgeEnds:
        """Whoever stands at a junction is at it already, whatever the direction of the street he was snapped to."""
        share = places.share
        ms = np.column_stack([np.where(share == 0, 0.0, at_tail), np.where(share == 1, 0.0, at_head)])
        length = self._graph.edge_length_m[places.edge]
        return EdgeEnds(
            node=np.column_stack([self._graph.edge_tail[places.edge], self._graph.edge_head[places.edge]]),
            ms=ms,
            metres=np.column_stack([share * length, (1 - share) * length]),
        )


def _part(share: FloatArray, ms: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(np.isfinite(ms), np.rint(share * ms), np.inf), dtype=np.float64)


def _minus(whole: FloatArray, part: FloatArray) -> FloatArray:
    """The difference; where either is closed (inf), closed."""
    with np.errstate(invalid="ignore"):
        rest = whole - part
    return np.where(np.isfinite(part) & np.isfinite(whole), rest, np.inf)
