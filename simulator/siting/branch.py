"""
The p-median to the end: take a candidate in or leave it out, as long as a bound lets anything better exist.

Each node is a smaller p-median: what is taken in lowers the base, what is left out is gone, and Lagrange prices start
from those of the node above (Beasley 1985 proves the OR-Library's instances so). The node with the least bound is next,
so that the bound of the whole rises all the time.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic

import numpy as np

from simulator.siting.exchange import Median
from simulator.siting.lagrange import Relaxed, look, whole_step
from simulator.siting.problem import Floats, Ints

NODES = 5000
"""Few candidates to choose need some hundreds at most; where more are needed the programme is faster (measured)."""
STEPS = 80
FIRST_LENGTH = 0.6
PATIENCE = 6


@dataclass(frozen=True)
class _Node:
    """`columns` may still be chosen, `taken` are; nothing below it is better than `bound`."""

    columns: Ints
    taken: tuple[int, ...]
    price: Floats
    bound: float


class Branching:
    """`chosen` and `value`: the best known."""

    def __init__(self, task: Median, relaxed: Relaxed) -> None:
        self.task, self.step, self._relaxed = task, whole_step(task), relaxed
        self.chosen, self.value = list(relaxed.chosen), relaxed.value
        self._numbers = count()
        self._open: list[tuple[float, int, _Node]] = []
        taken = tuple(int(one) for one in np.flatnonzero(relaxed.certain))
        self._push(_Node(np.flatnonzero(relaxed.possible & ~relaxed.certain), taken, relaxed.price, relaxed.bound))

    @property
    def limit(self) -> float:
        """What costs more than this is not better."""
        return self.value - self.step + 1e-9 * max(1.0, abs(self.value))

    def so_far(self) -> Relaxed:
        """What is known now; done when no node is open."""
        bound = min(self._open[0][0], self.value) if self._open else self.value
        return replace(self._relaxed, chosen=self.chosen, value=self.value, bound=max(bound, self._relaxed.bound))

    def run(self, limit_s: float, nodes: int = NODES) -> None:
        """Until nothing better can exist, or the time or the nodes are used up."""
        until = monotonic() + limit_s
        while self._open and monotonic() < until and nodes > 0:
            nodes -= 1
            bound, _, node = heapq.heappop(self._open)
            if bound <= self.limit:
                self._look_into(node)

    def _push(self, node: _Node) -> None:
        if node.bound <= self.limit:
            heapq.heappush(self._open, (node.bound, next(self._numbers), node))

    def _look_into(self, node: _Node) -> None:
        task = self._below(node)
        if task is None:
            return
        bound, price = self._raise_bound(task, node)
        if bound > self.limit:
            return
        columns, taken = self._rule_out(task, node, bound, price)
        left = self.task.new - len(taken)
        if left <= 0 or len(columns) <= left:
            self._try([*taken, *columns[: max(left, 0)].tolist()])
            return
        worth = np.minimum(self.task.cost[:, columns] - price[:, None], 0.0).sum(axis=0)
        best = int(worth.argmin())
        column, others = int(columns[best]), np.delete(columns, best)
        self._push(_Node(others, (*taken, column), price, bound))
        self._push(_Node(others, taken, price, bound))

    def _below(self, node: _Node) -> Median | None:
        """The p-median that is left; None when nothing is, after trying what there is."""
        new = self.task.new - len(node.taken)
        if new == 0:
            self._try(list(node.taken))
        if new <= 0 or len(node.columns) < new:
            return None
        base = self.task.base
        if node.taken:
            base = np.minimum(base, self.task.cost[:, list(node.taken)].min(axis=1))
        return Median(self.task.cost[:, node.columns], base, new)

    def _raise_bound(self, task: Median, node: _Node) -> tuple[float, Floats]:
        """Subgradient steps from the prices above, until nothing better can be below or they no longer help."""
        price = best_price = np.minimum(node.price, task.base)
        best, length, stalled = node.bound, FIRST_LENGTH, 0
        for _ in range(STEPS):
            bound, columns, over = look(task, price)
            if bound > best:
                best, best_price, stalled = bound, price, 0
            else:
                stalled += 1
            size = float(over @ over)
            if best > self.limit or size == 0:
                break
            if stalled >= PATIENCE:
                price, length, stalled = best_price, length / 2, 0
                continue
            price = np.minimum(price + length * (1.02 * self.value - bound) / size * over, task.base)
        self._try([*node.taken, *node.columns[columns].tolist()])
        return best, best_price

    def _rule_out(self, task: Median, node: _Node, bound: float, price: Floats) -> tuple[Ints, tuple[int, ...]]:
        """The columns that are still possible, and those taken because nothing better lacks them."""
        worth = np.minimum(task.cost - price[:, None], 0.0).sum(axis=0)
        here = look(task, price)[0]
        order = np.argsort(worth, kind="stable")
        inside, outside = order[: task.new], order[task.new :]
        possible = outside[here - worth[inside[-1]] + worth[outside] <= self.limit]
        certain = here - worth[inside] + (worth[outside[0]] if len(outside) else np.inf) > self.limit
        free = np.append(inside[~certain], possible)
        taken = (*node.taken, *(int(node.columns[one]) for one in inside[certain]))
        return node.columns[np.sort(free)], taken

    def _try(self, chosen: list[int]) -> None:
        if len(chosen) == self.task.new and (value := self.task.value(chosen)) < self.value:
            self.chosen, self.value = chosen, value
