"""
What is contracted: junctions joined by arcs, or arcs joined by turns. Both answer the same questions.

`TurnNetwork` is exact about turns: restrictions hold, and every turn costs what it costs. `JunctionNetwork` knows no
turns; each arc carries the least time lost on leaving it. It is about eight times as fast (benchmarks/routing.py).
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.ends import ArcPlaces, Junctions, PlaceEnds, edge_arcs, is_faced
from routing.engine import Path, Topology
from routing.graph import CLOSED, BoolArray, FloatArray, IntArray, RoadGraph
from routing.snap import Places
from routing.weights import Weights


class Network(Protocol):
    """A graph to contract, and how places hang on it."""

    topology: Topology
    has_turns: bool
    # Metres driven along each arc of the contracted graph.
    link_m: FloatArray

    def metric_weights(self, weights: Weights, drive_ms: IntArray) -> IntArray:
        """Weights (ms) of the contracted graph's arcs, given the times along the road graph's arcs."""
        ...

    def leaving(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """From places to nodes."""
        ...

    def reaching(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """From nodes to places."""
        ...

    def whole_arcs(self, path: Path) -> IntArray:
        """The road graph's arcs that a path drives from end to end."""
        ...

    def delays_ms(self, weights: Weights, path: Path) -> IntArray:
        """The time lost after the journey's first arc, its second and so on, as far as it is lost on the path."""
        ...


class JunctionNetwork:
    """Nodes are junctions, arcs are the road graph's."""

    has_turns = False

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self.topology = Topology(graph.order, graph.arc_tail, graph.arc_head)
        self.link_m = graph.arc_length_m

    def metric_weights(self, weights: Weights, drive_ms: IntArray) -> IntArray:
        """An arc costs its drive and the least wait at its end; one that ends at a barrier leads nowhere."""
        return _sum(drive_ms, np.where(weights.blocked, CLOSED, weights.wait_ms))

    def leaving(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """To the far ends of the place's arcs, waits there included."""
        arc, share = edge_arcs(places)
        drive = drive_ms[arc]
        ms = drive - np.rint(share * drive) + weights.wait_ms[arc]
        is_open = (drive < CLOSED) & ~weights.blocked[arc]
        if places.facing.any():
            is_open &= is_faced(places, arc, np.arange(len(places)).repeat(2))
        return _ends(places, self._graph.arc_head[arc], ms, arc, share, is_open)

    def reaching(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """From the near ends of the place's arcs."""
        arc, share = edge_arcs(places)
        drive = drive_ms[arc]
        return _ends(places, self._graph.arc_tail[arc], np.rint(share * drive), arc, share, drive < CLOSED)

    def whole_arcs(self, path: Path) -> IntArray:
        """The path's arcs."""
        return path.arcs

    def delays_ms(self, weights: Weights, path: Path) -> IntArray:
        """Waits at the end of each whole arc; that of the first, partial one is in its end."""
        delays: IntArray = weights.wait_ms[path.arcs]
        return delays


class TurnNetwork:
    """
    Nodes are states (`graph.Turns`), each standing for the end of its arc; arcs are turns.

    Taking a turn costs the time lost at it and the drive along the arc it leads to.
    """

    has_turns = True

    def __init__(self, graph: RoadGraph) -> None:
        self._graph, self._junctions, self._turns = graph, Junctions(graph), graph.turns
        self.topology = Topology(graph.turns.order, graph.turns.source, graph.turns.target)
        self._target_arc = graph.turns.state_arc[graph.turns.target]
        self.link_m = graph.arc_length_m[self._target_arc]
        extra = graph.turns.state_arc[graph.arcs :]
        self._extra_order = np.argsort(extra, kind="stable") + graph.arcs
        self._extra_arc = np.sort(extra, kind="stable")

    def metric_weights(self, weights: Weights, drive_ms: IntArray) -> IntArray:
        """A turn costs itself and the drive along the arc it leads to."""
        return _sum(weights.turn_ms, drive_ms[self._target_arc])

    def leaving(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """To the ends of the place's arcs."""
        found = self._junctions.leaving(places, drive_ms)
        drive = drive_ms[found.arc]
        return PlaceEnds(
            start=found.start,
            node=found.arc,
            ms=np.asarray(drive - np.rint(found.share * drive), dtype=np.float64),
            arc=found.arc,
            share=found.share,
        )

    def reaching(self, weights: Weights, drive_ms: IntArray, places: Places) -> PlaceEnds:
        """From the ends of the place's arcs, in every state of theirs, back to the place: the offsets are negative."""
        found = self._with_all_states(self._junctions.reaching(places, drive_ms))
        arc = self._turns.state_arc[found.arc]
        drive = drive_ms[arc]
        return PlaceEnds(
            start=found.start,
            node=found.arc,
            ms=np.rint(found.share * drive) - drive,
            arc=arc,
            share=found.share,
        )

    def _with_all_states(self, found: ArcPlaces) -> ArcPlaces:
        """States in the place of arcs; the few arcs that have several, several times."""
        first = np.searchsorted(self._extra_arc, found.arc, side="left")
        count = np.searchsorted(self._extra_arc, found.arc, side="right") - first
        if not count.any():
            return found
        owner = np.repeat(np.arange(len(found.start) - 1), np.diff(found.start))
        more = self._extra_order[
            np.arange(count.sum()) + np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        ]
        owners = np.concatenate([owner, np.repeat(owner, count)])
        order = np.argsort(owners, kind="stable")
        return ArcPlaces(
            start=np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(found.start) - 1))]),
            arc=np.concatenate([found.arc, more])[order].astype(np.int32),
            share=np.concatenate([found.share, np.repeat(found.share, count)])[order],
        )

    def whole_arcs(self, path: Path) -> IntArray:
        """The arcs of the path's states but the first and the last, which are driven in part."""
        arcs: IntArray = self._turns.state_arc[path.nodes[1:-1]]
        return arcs

    def delays_ms(self, weights: Weights, path: Path) -> IntArray:
        """The path's turns."""
        delays: IntArray = weights.turn_ms[path.arcs]
        return delays


def _ends(
    places: Places, node: IntArray, ms: NDArray[Any], arc: IntArray, share: FloatArray, is_open: BoolArray
) -> PlaceEnds:
    """Of two ends a place the open ones; a place at a junction has the junction alone, and no arc."""
    at = places.node.repeat(2)
    inside = at < 0
    rows = is_open & inside
    rows[::2] |= ~inside[::2]
    if not inside.all():
        node, ms, arc = np.where(inside, node, at), np.where(inside, ms, 0.0), np.where(inside, arc, np.int32(-1))
    start = np.append(0, rows.cumsum())[::2]
    return PlaceEnds(start, node[rows], ms[rows], arc[rows], share[rows])


def _sum(first: IntArray, second: IntArray) -> IntArray:
    """Milliseconds added; closed where either is."""
    total = first.astype(np.int64) + second
    total[(first >= CLOSED) | (second >= CLOSED)] = CLOSED
    return np.asarray(np.minimum(total, CLOSED), dtype=np.int32)
