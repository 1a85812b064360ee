"""
Fastest times by contraction (Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 2016), as bound by
routingkit-cch.

The package's manners, hidden here: a query belongs to the thread that made it, so each thread has queries of its own;
it panics while an earlier result is alive, so results are read and dropped at once; unreachable is `None`, here
infinity; it takes lists, not arrays.
"""

from dataclasses import dataclass
from threading import local

import numpy as np
import routingkit_cch

from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph

# (node, milliseconds already spent or still to come)
Ends = list[tuple[int, int]]


@dataclass(frozen=True)
class Path:
    """A fastest path: first node, arcs driven in order, time from first to last node with both ends' offsets (ms)."""

    first_node: int
    last_node: int
    arcs: IntArray
    time_ms: int


class Topology:
    """The contraction of one graph, shared by the engines of all its profiles."""

    def __init__(self, graph: RoadGraph) -> None:
        tails, heads = graph.arc_ends()
        self.tails, self.heads = tails, heads
        self.nodes = graph.nodes
        self.cch = routingkit_cch.CCH(graph.order.tolist(), tails.tolist(), heads.tolist(), False)


class _Queries(local):
    """One thread's queries. They hold work space as large as the graph, so a thread makes them once."""

    def __init__(self, metric: routingkit_cch.CCHMetric) -> None:
        self.path = routingkit_cch.CCHQuery(metric)
        self._to_one = routingkit_cch.CCHManyToOne(metric, [0])
        self._pinned: list[int] = [0]

    def to_one(self, sources: list[int]) -> routingkit_cch.CCHManyToOne:
        """The many-to-one query from these sources; preparing the same ones again costs nothing."""
        if sources != self._pinned:
            self._to_one.repin_sources(sources)
            self._pinned = sources
        return self._to_one


class Engine:
    """Fastest times and paths between nodes for one set of arc times (ms, `CLOSED` where shut). Thread-safe."""

    def __init__(self, topology: Topology, arc_ms: IntArray) -> None:
        self._topology = topology
        self.arc_ms = arc_ms
        self._queries = _Queries(routingkit_cch.CCHMetric(topology.cch, arc_ms.tolist()))

    @property
    def heads(self) -> IntArray:
        """The node each arc leads to."""
        return self._topology.heads

    def times_to(self, sources: list[int], targets: Ends) -> FloatArray:
        """Milliseconds from every source node to the nearest of the targets, offsets included; inf = unreachable."""
        if not sources or not targets:
            return np.full(len(sources), np.inf)
        return _to_array(self._queries.to_one(sources).distances_to_multi(targets))

    def times_to_each(self, sources: list[int], targets: list[Ends]) -> FloatArray:
        """One row per target: as `times_to`, the sources being prepared once."""
        out = np.full((len(targets), len(sources)), np.inf)
        if not sources:
            return out
        query = self._queries.to_one(sources)
        for row, ends in enumerate(targets):
            if ends:
                out[row] = _to_array(query.distances_to_multi(ends))
        return out

    def find_path(self, sources: Ends, targets: Ends) -> Path | None:
        """The fastest path from any source to any target, or `None` when there is none."""
        if not sources or not targets:
            return None
        result = self._queries.path.run_multi(sources, targets)
        time_ms, arcs, nodes = result.distance, result.arc_path, result.node_path
        del result
        if time_ms is None:
            return None
        return Path(nodes[0], nodes[-1], np.array(arcs, dtype=np.int32), time_ms)

    def next_arcs(self, targets: Ends) -> tuple[FloatArray, IntArray]:
        """
        The tree of fastest paths to the targets: every node's time (ms) and its next arc.

        The next arc is −1 at a target where the journey ends and at nodes that cannot get there. Of equally fast arcs
        it is any one. Worth it when a great many nodes travel to one place; else `find_path`.
        """
        tails, heads = self._topology.tails, self._topology.heads
        time = self.times_to(list(range(self._topology.nodes)), targets)
        on_path = (time[tails] == self.arc_ms + time[heads]) & (self.arc_ms < CLOSED) & np.isfinite(time[tails])
        following = np.full(self._topology.nodes, -1, dtype=np.int32)
        following[tails[on_path]] = np.flatnonzero(on_path)
        for node, offset in targets:
            if time[node] == offset:
                following[node] = -1
        return time, following


def _to_array(times: list[int | None]) -> FloatArray:
    out = np.array(times, dtype=np.float64)
    out[np.isnan(out)] = np.inf
    return out
