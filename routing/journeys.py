"""
From places to times, distances and ways for one profile: leave the street, cross the network, arrive.

Each question is answered from one state of affairs (`weighing.InForce`), whatever changes meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.ends import PlaceEnds, along_ms
from routing.engine import Ends, Path
from routing.graph import CLOSED, FloatArray, RoadGraph
from routing.networks import Network
from routing.snap import Places
from routing.weighing import InForce, Weighing
from routing.weights import Weights

# From so many origins to one destination a whole tree of fastest paths costs less than single paths (measured).
_TREE_WORTH: Final = 60


@dataclass(frozen=True)
class Leg:
    """
    Part of one arc, driven from one share of its length to another (shares in the arc's direction).

    `delay_ms` is lost after it, before the next leg begins; `turn` is the turn taken there, −1 where none is known.
    """

    arc: int
    from_share: float
    to_share: float
    drive_ms: int
    delay_ms: int
    turn: int = -1


@dataclass(frozen=True)
class Trips:
    """All journeys between some origins and some destinations, under one state of affairs."""

    graph: RoadGraph
    network: Network
    weights: Weights
    now: InForce
    origins: Places
    destinations: Places
    leaving: PlaceEnds
    reaching: PlaceEnds

    def times_ms(self) -> FloatArray:
        """(n, m) milliseconds from street to street, inf = unreachable."""
        metric = self.now.metric
        count = len(self.destinations)
        sources = self.leaving.node.tolist()
        if count <= len(self.origins) or count == 1:
            targets = [self.reaching.pairs(column) for column in range(count)]
            across = metric.times_to_each(sources, targets)
            ms = (self.leaving.fastest(across) - self.reaching.shift_ms).T
        else:
            starts = [self.leaving.pairs(row) for row in range(len(self.origins))]
            ms = self.reaching.fastest(metric.times_from_each(starts, self.reaching.node.tolist()))
        for row, column in self._neighbours():
            ms[row, column] = self._neighbour_ms(row, column)
        return ms

    def metres(self, times_ms: FloatArray) -> FloatArray:
        """(n, m) metres of the fastest ways, given their times; inf where there is none."""
        out = np.full(times_ms.shape, np.inf)
        neighbours = self._neighbours()
        special = np.zeros(times_ms.shape, dtype=np.bool_)
        for row, column in neighbours:
            special[row, column] = True
            if np.isfinite(times_ms[row, column]):
                out[row, column] = self._drive_m(self.legs(row, column, times_ms[row, column]))
        for column in range(len(self.destinations)):
            rows = np.flatnonzero(~special[:, column] & np.isfinite(times_ms[:, column]))
            measure = self._tree_m if len(rows) > _TREE_WORTH else self._paths_m
            out[rows, column] = measure(rows, column)
        return out

    @cached_property
    def leaving_m(self) -> FloatArray:
        """Metres between the origins and their ends."""
        return self._part_m(self.leaving, 1.0 - self.leaving.share)

    @cached_property
    def reaching_m(self) -> FloatArray:
        """The same of the destinations; negative where the node stands for having driven the whole arc."""
        return self._part_m(self.reaching, self.reaching.share - self.network.has_turns)

    def _part_m(self, ends: PlaceEnds, part: FloatArray) -> FloatArray:
        return np.where(ends.arc < 0, 0.0, part * self.graph.arc_length_m[ends.arc])

    def legs(self, row: int, column: int, time_ms: float) -> list[Leg]:
        """The streets driven on one journey, given its time; raises `ValueError` when there is no way."""
        if not np.isfinite(time_ms):
            raise ValueError("no road leads there")
        origin, destination = self.origins[row : row + 1], self.destinations[column : column + 1]
        if self._same_junction(origin, destination):
            return []
        if along_ms(self.now.drive_ms, origin, destination)[0] <= time_ms:
            return [self._straight_along(origin, destination, int(time_ms))]
        if self._on_one_edge(row, column):
            return self._legs_round(row, column)
        path = self._path(self.leaving.pairs(row), column)
        if path is None:  # cannot be: the time was finite
            return []
        end = self.leaving.best_row(row, int(path.nodes[0]))
        if self.network.has_turns and len(path.nodes) == 1:  # from a junction into the very arc that leads there
            only = self._last_leg(path, column, float(self.leaving.share[end]))
            return [only] if only is not None else []
        first = self._first_leg(end, path)
        whole = self.network.whole_arcs(path).tolist()
        legs = [self._whole_leg(arc, path, index + self.network.has_turns) for index, arc in enumerate(whole)]
        return [leg for leg in (first, *legs, self._last_leg(path, column, 0.0)) if leg is not None]

    def _path(self, starts: Ends, column: int) -> Path | None:
        return self.now.metric.find_path(starts, self.reaching.pairs(column))

    def _neighbours(self) -> list[tuple[int, int]]:
        """Pairs inside one edge or at one junction: the network alone does not answer for them."""
        here, there = self.origins.node, self.destinations.node
        pairs = (self.origins.edge[:, None] == self.destinations.edge) & (here[:, None] < 0) & (there < 0)
        pairs |= (here[:, None] == there) & (there >= 0)
        return [(row, column) for row, column in np.argwhere(pairs).tolist()]

    def _neighbour_ms(self, row: int, column: int) -> float:
        """Straight along the shared edge, or out of it and round; nothing at one junction or place."""
        origin, destination = self.origins[row : row + 1], self.destinations[column : column + 1]
        if self._same_junction(origin, destination):
            return 0.0
        best = float(along_ms(self.now.drive_ms, origin, destination)[0])
        if best == 0.0:
            return best
        once_round = self._on_one_edge(row, column)
        starts = [end for end, _, _ in self._after_first_turn(row)] if once_round else self.leaving.pairs(row)
        path = self._path(starts, column)
        return best if path is None else min(best, float(path.time_ms - self.reaching.shift_ms))

    @staticmethod
    def _same_junction(origin: Places, destination: Places) -> bool:
        return int(origin.node[0]) == int(destination.node[0]) >= 0

    def _on_one_edge(self, row: int, column: int) -> bool:
        """Whether both lie inside one edge and nodes stand for whole arcs: then a node does not tell which is ahead."""
        inside = 0.0 < self.origins.share[row] < 1.0 and 0.0 < self.destinations.share[column] < 1.0
        return self.network.has_turns and inside and bool(self.origins.edge[row] == self.destinations.edge[column])

    def _after_first_turn(self, row: int) -> list[tuple[tuple[int, int], int, int]]:
        """The ends of a place one turn on: (state, ms), the row of `leaving` it comes from, and the turn."""
        turns, weights = self.graph.turns, self.now.metric.weights
        rows = self.leaving.rows(row)
        found = []
        for end in range(rows.start, rows.stop):
            for turn in turns.after(int(self.leaving.node[end])):
                if weights[turn] < CLOSED:
                    state_ms = (int(turns.target[turn]), int(self.leaving.ms[end]) + int(weights[turn]))
                    found.append((state_ms, end, turn))
        return found

    def _legs_round(self, row: int, column: int) -> list[Leg]:
        """Out of the edge and round to another place on it: a way that begins one turn on."""
        ends = self._after_first_turn(row)
        path = self._path([end for end, _, _ in ends], column)
        if path is None:  # cannot be: the time was finite
            return []
        node = int(path.nodes[0])
        _, end, turn = min((item for item in ends if item[0][0] == node), key=lambda item: item[0][1])
        arc, share = int(self.leaving.arc[end]), float(self.leaving.share[end])
        legs = [Leg(arc, share, 1.0, int(self.leaving.ms[end]), int(self.weights.turn_ms[turn]), turn)]
        whole = self.graph.turns.state_arc[path.nodes[:-1]].tolist()
        legs += [self._whole_leg(arc, path, index) for index, arc in enumerate(whole)]
        last = self._last_leg(path, column, 0.0)
        return [*legs, last] if last is not None else legs

    def _straight_along(self, origin: Places, destination: Places, time_ms: int) -> Leg:
        edge, here, there = int(origin.edge[0]), float(origin.share[0]), float(destination.share[0])
        forward = int(self.now.drive_ms[2 * edge])
        ahead = there >= here and forward < CLOSED and round(there * forward) - round(here * forward) == time_ms
        if ahead or there == here:
            return Leg(2 * edge, here, there, time_ms, 0)
        return Leg(2 * edge + 1, 1 - here, 1 - there, time_ms, 0)

    def _first_leg(self, end: int, path: Path) -> Leg | None:
        """Out of the street where the journey begins; at a junction there may be nothing to leave."""
        arc, share = int(self.leaving.arc[end]), float(self.leaving.share[end])
        if arc < 0:
            return None
        if self.network.has_turns:
            turn = int(path.arcs[0])
            return Leg(arc, share, 1.0, int(self.leaving.ms[end]), int(self.weights.turn_ms[turn]), turn)
        wait = int(self.weights.wait_ms[arc])
        return Leg(arc, share, 1.0, int(self.leaving.ms[end]) - wait, wait)

    def _last_leg(self, path: Path, column: int, start: float) -> Leg | None:
        """Into the street where the journey ends, from a share of it on; at a junction there may be none."""
        end = self.reaching.best_row(column, int(path.nodes[-1]))
        arc, share = int(self.reaching.arc[end]), float(self.reaching.share[end])
        if arc < 0:
            return None
        drive = int(self.now.drive_ms[arc])
        return Leg(arc, start, share, round(share * drive) - round(start * drive), 0)

    def _whole_leg(self, arc: int, path: Path, index: int) -> Leg:
        """A whole arc, followed by the path's `index`-th delay (none after the last)."""
        delays = self.network.delays_ms(self.weights, path)
        delay = int(delays[index]) if index < len(delays) else 0
        turn = int(path.arcs[index]) if self.network.has_turns and index < len(path.arcs) else -1
        return Leg(arc, 0.0, 1.0, int(self.now.drive_ms[arc]), delay, turn)

    def _drive_m(self, legs: list[Leg]) -> float:
        return sum(float(self.graph.arc_length_m[leg.arc]) * (leg.to_share - leg.from_share) for leg in legs)

    def _paths_m(self, rows: NDArray[np.int64], column: int) -> FloatArray:
        """Metres, path by path."""
        out = np.full(len(rows), np.inf)
        targets = self.reaching.pairs(column)
        paths = self.now.metric.find_paths([(self.leaving.pairs(row), targets) for row in rows.tolist()])
        for index, (row, path) in enumerate(zip(rows.tolist(), paths, strict=True)):
            if path is not None:
                first = self.leaving_m[self.leaving.best_row(row, int(path.nodes[0]))]
                last = self.reaching_m[self.reaching.best_row(column, int(path.nodes[-1]))]
                out[index] = first + self.network.link_m[path.arcs].sum() + last
        return out

    def _tree_m(self, rows: NDArray[np.int64], column: int) -> FloatArray:
        """Metres by walking the tree of fastest paths, all rows in step."""
        time_ms, following = self.now.metric.next_arcs(self.reaching.pairs(column))
        heads = self.network.topology.heads
        total = self.leaving.ms + time_ms[self.leaving.node]
        best = np.array([self._best_end(total, row) for row in rows.tolist()], dtype=np.int64)
        node, metres = self.leaving.node[best].copy(), self.leaving_m[best].copy()
        walking = np.arange(len(rows))
        while len(walking):
            link = following[node[walking]]
            walking, link = walking[link >= 0], link[link >= 0]
            metres[walking] += self.network.link_m[link]
            node[walking] = heads[link]
        last = {end: self.reaching_m[self.reaching.best_row(column, end)] for end in set(node.tolist())}
        return np.asarray(metres + np.array([last[end] for end in node.tolist()]), dtype=np.float64)

    def _best_end(self, total: FloatArray, row: int) -> int:
        ends = self.leaving.rows(row)
        return int(ends.start) + int(total[ends].argmin())


@contextmanager
def trips(graph: RoadGraph, weighing: Weighing, origins: Places, destinations: Places) -> Iterator[Trips]:
    """Journeys under what is in force now, for the length of the block."""
    network, weights = weighing.network, weighing.weights
    with weighing.in_force() as now:
        yield Trips(
            graph=graph,
            network=network,
            weights=weights,
            now=now,
            origins=origins,
            destinations=destinations,
            leaving=network.leaving(weights, now.drive_ms, origins),
            reaching=network.reaching(weights, now.drive_ms, destinations),
        )
