"""
Fastest times by contraction (Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 2016), as bound by
routingkit-cch.

The package's manners, hidden here. A query object belongs to the thread that made it and keeps its metric from being
changed, so queries are made for each question and dropped with its answer (0.1 ms: measured). Unreachable is `None`,
here infinity. It takes sequences of int, not arrays. Making a metric holds Python's lock while it is customised (0.1
s); setting new weights does not, but for reading them in, which is why they are handed over in slices (`_Slices`).
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, cast, overload

import numpy as np
import routingkit_cch
from numpy.typing import NDArray

from routing.graph import CLOSED, FloatArray, IntArray

# (node, milliseconds already spent or still to come)
Ends = list[tuple[int, int]]

# So many weights are read in about a millisecond (measured).
_SLICE: Final = 16_384
# Changing more weights than this one by one takes longer than setting all anew (measured: 0.1 ms each against 130 ms).
_FEW: Final = 1_000
# A thread costs about as much as a few questions (measured).
_WORTH_A_THREAD: Final = 16
_CORES: Final = os.cpu_count() or 1
# Changing this many at a time keeps the lock for a few milliseconds (measured).
_BATCH: Final = 40


@dataclass(frozen=True)
class Path:
    """A fastest path: nodes and arcs of the contracted graph in order, and its time (ms) with both ends' offsets."""

    nodes: IntArray
    arcs: IntArray
    time_ms: int


class Topology:
    """The contraction of one graph, shared by the metrics of all profiles."""

    def __init__(self, order: NDArray[np.uint32], tails: IntArray, heads: IntArray) -> None:
        self.tails, self.heads = tails, heads
        self.nodes = len(order)
        self.cch = routingkit_cch.CCH(order.tolist(), tails.tolist(), heads.tolist(), False)


class Metric:
    """One set of arc weights (ms, `CLOSED` where shut), ready for questions from any thread."""

    def __init__(self, topology: Topology, weights: IntArray) -> None:
        self._topology = topology
        self.weights = weights
        self._metric = routingkit_cch.CCHMetric(topology.cch, _read_in_slices(weights))

    def change(self, weights: IntArray) -> None:
        """Take other weights; nobody may be asking meanwhile. Other threads go on: stalls stay below some ms."""
        changed = np.flatnonzero(weights != self.weights)
        if len(changed) > _FEW:
            self._metric.reset(_read_in_slices(weights))
        else:
            updater = routingkit_cch.CCHMetricPartialUpdater(self._topology.cch)
            for first in range(0, len(changed), _BATCH):
                batch = changed[first : first + _BATCH]
                updater.apply(self._metric, dict(zip(batch.tolist(), weights[batch].tolist(), strict=True)))
                time.sleep(0)
        self.weights = weights

    def times_to(self, sources: list[int], targets: Ends) -> FloatArray:
        """Milliseconds from every source node to the nearest of the targets, offsets included; inf = unreachable."""
        times: FloatArray = self.times_to_each(sources, [targets])[0]
        return times

    def times_to_each(self, sources: list[int], targets: Sequence[Ends]) -> FloatArray:
        """One row per target: as `times_to`, the sources being prepared once."""
        out = np.full((len(targets), len(sources)), np.inf)

        def fill(rows: range) -> None:
            query = routingkit_cch.CCHManyToOne(self._metric, sources)
            for row in rows:
                if targets[row]:
                    out[row] = query.distances_to_multi(targets[row])

        if sources:
            _share_out(len(targets), fill)
        return _inf_for_none(out)

    def times_from(self, sources: Ends, targets: list[int]) -> FloatArray:
        """Milliseconds from the nearest of the sources, offsets included, to every target node; inf = unreachable."""
        times: FloatArray = self.times_from_each([sources], targets)[0]
        return times

    def times_from_each(self, sources: Sequence[Ends], targets: list[int]) -> FloatArray:
        """One row per source: as `times_from`, the targets being prepared once."""
        out = np.full((len(sources), len(targets)), np.inf)

        def fill(rows: range) -> None:
            query = routingkit_cch.CCHOneToMany(self._metric, targets)
            for row in rows:
                if sources[row]:
                    out[row] = query.distances_from_multi(sources[row])

        if targets:
            _share_out(len(sources), fill)
        return _inf_for_none(out)

    def find_path(self, sources: Ends, targets: Ends) -> Path | None:
        """The fastest path from any source to any target, or `None` when there is none."""
        return next(self.find_paths([(sources, targets)]))

    def find_paths(self, trips: Sequence[tuple[Ends, Ends]]) -> Iterator[Path | None]:
        """As `find_path`, the work space being made once."""
        query = routingkit_cch.CCHQuery(self._metric)
        for sources, targets in trips:
            if not sources or not targets:
                yield None
                continue
            result = query.run_multi(sources, targets)
            time_ms, arcs, nodes = result.distance, result.arc_path, result.node_path
            del result
            if time_ms is None:
                yield None
            else:
                yield Path(np.array(nodes, dtype=np.int32), np.array(arcs, dtype=np.int32), time_ms)

    def next_arcs(self, targets: Ends) -> tuple[FloatArray, IntArray]:
        """
        The tree of fastest paths to the targets: every node's time (ms) and its next arc.

        The next arc is −1 at a target where the journey ends and at nodes that cannot get there. Of equally fast arcs
        it is any one. Worth it when a great many nodes travel to one place; else `find_path`.
        """
        tails, heads = self._topology.tails, self._topology.heads
        time_ms = self.times_to(list(range(self._topology.nodes)), targets)
        on_path = (time_ms[tails] == self.weights + time_ms[heads]) & (self.weights < CLOSED)
        on_path &= np.isfinite(time_ms[tails])
        following = np.full(self._topology.nodes, -1, dtype=np.int32)
        following[tails[on_path]] = np.flatnonzero(on_path)
        for node, offset in targets:
            if time_ms[node] == offset:
                following[node] = -1
        return time_ms, following


def _read_in_slices(values: IntArray) -> list[int]:
    """The package says list and takes any sequence."""
    return cast("list[int]", _Slices(values))


class _Slices(Sequence[int]):
    """An array as a sequence of int that lets other threads run every `_SLICE` numbers while it is read."""

    def __init__(self, values: IntArray) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._values[index].tolist()

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self._slices())

    def _slices(self) -> Iterator[list[int]]:
        for first in range(0, len(self._values), _SLICE):
            time.sleep(0)
            yield self._values[first : first + _SLICE].tolist()


def _share_out(rows: int, fill: Callable[[range], None]) -> None:
    """Let every core fill its part of many rows (queries do not hold Python's lock); few are filled at once."""
    parts = min(_CORES, rows // _WORTH_A_THREAD)
    if parts < 2:
        fill(range(rows))
        return
    bounds = [rows * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(fill, [range(*pair) for pair in pairwise(bounds)]))


def _inf_for_none(times: FloatArray) -> FloatArray:
    """`None` becomes NaN where a list is written into an array."""
    times[np.isnan(times)] = np.inf
    return times
