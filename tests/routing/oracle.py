"""
Plain Dijkstra with both ends of a journey put in as nodes: slow, and independent of how `networks` and `ends` do it.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Hashable

from routing.graph import CLOSED, RoadGraph
from routing.snap import Places
from routing.weights import Weights

_Spot = tuple[str, int] | tuple[str, int, float]
_Links = dict[Hashable, list[tuple[Hashable, int]]]
_ORIGIN, _DESTINATION = "origin", "destination"


class Oracle:
    """Milliseconds between places, over one set of drive times."""

    def __init__(self, graph: RoadGraph, weights: Weights, drive_ms: list[int] | None = None) -> None:
        self._graph, self._weights = graph, weights
        self._drive = weights.drive_ms.tolist() if drive_ms is None else drive_ms
        self._links = {True: self._turn_links(), False: self._junction_links()}

    def fastest_ms(self, origin: Places, destination: Places, turns: bool) -> float:
        """Between two single places; inf = unreachable."""
        here, there = self._spot(origin), self._spot(destination)
        if here == there:
            return 0.0
        ends = self._turn_ends(here, there) if turns else self._junction_ends(here, there)
        links = self._links[turns]
        best: dict[Hashable, int] = {_ORIGIN: 0}
        heap: list[tuple[int, int, Hashable]] = [(0, 0, _ORIGIN)]
        count = 0
        while heap:
            spent, _, node = heapq.heappop(heap)
            if node == _DESTINATION:
                return spent
            if spent > best[node]:
                continue
            for head, ms in [*links.get(node, []), *ends.get(node, [])]:
                if spent + ms < best.get(head, CLOSED):
                    best[head] = spent + ms
                    count += 1
                    heapq.heappush(heap, (spent + ms, count, head))
        return math.inf

    def _spot(self, place: Places) -> _Spot:
        """A junction, or a place inside an edge."""
        edge, share = int(place.edge[0]), float(place.share[0])
        if share == 0.0:
            return "junction", int(self._graph.edge_tail[edge])
        return ("junction", int(self._graph.edge_head[edge])) if share == 1.0 else ("inside", edge, share)

    def _arcs_of(self, spot: _Spot, leaving: bool) -> list[tuple[int, float]]:
        """Open arcs that lead away from (or to) a spot, and the share of each at which the spot lies."""
        graph = self._graph
        if len(spot) == 3:
            found = [(2 * spot[1], spot[2]), (2 * spot[1] + 1, 1 - spot[2])]
        else:
            ends, share = (graph.arc_tail, 0.0) if leaving else (graph.arc_head, 1.0)
            found = [(arc, share) for arc in range(graph.arcs) if ends[arc] == spot[1]]
        return [(arc, share) for arc, share in found if self._drive[arc] < CLOSED]

    def _turn_links(self) -> _Links:
        """State → state: the turn and the whole next arc."""
        links: _Links = defaultdict(list)
        turns = self._graph.turns
        rows = zip(turns.source.tolist(), turns.target.tolist(), self._weights.turn_ms.tolist(), strict=True)
        arcs = turns.state_arc.tolist()
        for source, target, turn_ms in rows:
            if turn_ms < CLOSED and self._drive[arcs[target]] < CLOSED:
                links[source].append((target, turn_ms + self._drive[arcs[target]]))
        return links

    def _turn_ends(self, here: _Spot, there: _Spot) -> _Links:
        """Out of the first arc; from any state by a turn into a part of the last one."""
        ends: _Links = defaultdict(list)
        turns, drive = self._graph.turns, self._drive
        goals = dict(self._arcs_of(there, leaving=False))
        for arc, share in self._arcs_of(here, leaving=True):
            done = round(share * drive[arc])
            ends[_ORIGIN].append((arc, drive[arc] - done))
            if arc in goals and goals[arc] >= share:
                ends[_ORIGIN].append((_DESTINATION, round(goals[arc] * drive[arc]) - done))
        arcs = turns.state_arc.tolist()
        rows = zip(turns.source.tolist(), turns.target.tolist(), self._weights.turn_ms.tolist(), strict=True)
        for source, target, turn_ms in rows:
            arc = arcs[target]
            if arc in goals and turn_ms < CLOSED:
                ends[source].append((_DESTINATION, turn_ms + round(goals[arc] * drive[arc])))
        return ends

    def _junction_links(self) -> _Links:
        links: _Links = defaultdict(list)
        for arc in range(self._graph.arcs):
            if self._drive[arc] < CLOSED and not self._weights.blocked[arc]:
                wait = int(self._weights.wait_ms[arc])
                links[int(self._graph.arc_tail[arc])].append((int(self._graph.arc_head[arc]), self._drive[arc] + wait))
        return links

    def _junction_ends(self, here: _Spot, there: _Spot) -> _Links:
        ends: _Links = defaultdict(list)
        graph, drive = self._graph, self._drive
        goals = dict(self._arcs_of(there, leaving=False))
        if here[0] == "junction":
            ends[_ORIGIN].append((here[1], 0))
        for arc, share in self._arcs_of(here, leaving=True):
            done = round(share * drive[arc])
            if here[0] == "inside" and not self._weights.blocked[arc]:
                wait = int(self._weights.wait_ms[arc])
                ends[_ORIGIN].append((int(graph.arc_head[arc]), drive[arc] - done + wait))
            if len(here) == len(there) == 3 and arc in goals and goals[arc] >= share:
                ends[_ORIGIN].append((_DESTINATION, round(goals[arc] * drive[arc]) - done))
        if there[0] == "junction":
            ends[there[1]].append((_DESTINATION, 0))
        else:
            for arc, share in goals.items():
                ends[int(graph.arc_tail[arc])].append((_DESTINATION, round(share * drive[arc])))
        return ends
