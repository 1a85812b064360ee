"""
A lower bound for the p-median, and what follows from it, by Lagrangian relaxation of "each is served once".

Cornuejols, Fisher & Nemhauser 1977; the steps are subgradient steps towards the best value found. No choice is better
than the bound, and whatever would have to cost more than the best known one is out of the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from time import monotonic

import numpy as np

from simulator.siting.exchange import Median, choose_one_by_one, improve
from simulator.siting.problem import Bools, Floats, Ints

STEPS = 800
PATIENCE = 20
"""Steps without a better bound before they get shorter."""
LOOK_EVERY = 25
WORTH_IMPROVING = 1.1
SHORTEST = 1e-4


@dataclass(frozen=True)
class Relaxed:
    """
    `chosen`: the best found, of value `value`; `bound`: nothing is better. `possible`: columns that a better choice may
    hold; `certain`: those that each must hold. `at_most`: in a better choice no row costs more than this. `price`: of
    each row, the best found.
    """

    chosen: list[int]
    value: float
    bound: float
    possible: Bools
    certain: Bools
    at_most: Floats
    price: Floats

    @property
    def is_done(self) -> bool:
        """Nothing better exists."""
        return self.value - self.bound <= 1e-9 * max(1.0, abs(self.value))


def relax(task: Median, limit_s: float = inf) -> Relaxed:
    """Bound and choice, in `limit_s` seconds at most. With whole costs, what is better than the best is so by one."""
    search = _Search(task)
    search.run(monotonic() + limit_s)
    return search.conclude()


class _Search:
    def __init__(self, task: Median) -> None:
        self.task = task
        self.step = whole_step(task)
        self.chosen = improve(task, choose_one_by_one(task))
        self.value = task.value(self.chosen)
        self.bound = -inf
        second = np.partition(task.cost, min(1, task.cost.shape[1] - 1), axis=1)[:, min(1, task.cost.shape[1] - 1)]
        self.price = self.best_price = np.minimum(task.base, second)
        self.tried: set[bytes] = set()

    @property
    def done(self) -> bool:
        """Nothing better can exist."""
        slack = 1e-9 * max(1.0, abs(self.value))
        return self.value - self.bound < self.step - 1e-6 or self.value - self.bound <= slack

    def run(self, until: float) -> None:
        length, stalled = 1.5, 0
        for turn in range(STEPS):
            bound, best, over = look(self.task, self.price)
            if bound > self.bound + 1e-9 * max(1.0, abs(bound)):
                self.bound, self.best_price, stalled = bound, self.price, 0
            else:
                stalled += 1
            if stalled >= PATIENCE:
                length, stalled, self.price = length * 0.6, 0, self.best_price
            if turn % LOOK_EVERY == 0:
                self._try(best)
            size = float(over @ over)
            if self.done or size == 0 or length < SHORTEST or monotonic() > until:
                self._try(best)
                return
            self.price = self.price + length * (1.02 * self.value - bound) / size * over

    def _try(self, best: Ints) -> None:
        """The relaxation's columns as a choice, improved when it is promising."""
        columns = np.sort(best)
        if columns.tobytes() in self.tried:
            return
        self.tried.add(columns.tobytes())
        chosen = columns.tolist()
        if self.task.value(chosen) < WORTH_IMPROVING * self.value:
            chosen = improve(self.task, chosen)
            if (value := self.task.value(chosen)) < self.value:
                self.chosen, self.value = chosen, value

    def conclude(self) -> Relaxed:
        self.price = self.best_price
        task, limit = self.task, self.value - self.step + 1e-6 * max(1.0, abs(self.value))
        saved = np.minimum(task.cost - self.price[:, None], 0.0).sum(axis=0)
        order = np.argsort(saved, kind="stable")
        bound, taken, left = look(task, self.price)[0], order[: task.new], order[task.new :]
        possible, certain = np.ones(len(saved), dtype=np.bool_), np.zeros(len(saved), dtype=np.bool_)
        possible[left] = bound - saved[order[task.new - 1]] + saved[left] <= limit
        if len(left):
            certain[taken] = bound - saved[taken] + saved[left[0]] > limit
        at_most = np.maximum(self.price, np.minimum(self.price, task.base) + limit - bound)
        whole = float(ceil(self.bound - 1e-6)) if self.step else self.bound
        return Relaxed(self.chosen, self.value, min(whole, self.value), possible, certain, at_most, self.price)


def look(task: Median, price: Floats) -> tuple[float, Ints, Floats]:
    """The bound at these prices, the columns it would take, and how often each row is left unserved (or −)."""
    saved = np.minimum(task.cost - price[:, None], 0.0)
    worth = saved.sum(axis=0)
    best = np.argpartition(worth, task.new - 1)[: task.new]
    bound = float(np.minimum(price, task.base).sum() + worth[best].sum())
    over = 1.0 - (saved[:, best] < 0).sum(axis=1) - (task.base < price)
    return bound, best, over


def whole_step(task: Median) -> float:
    """1 when all costs are whole, so that a better choice is better by one; else 0."""
    finite = task.base[np.isfinite(task.base)]
    return 1.0 if (task.cost == np.rint(task.cost)).all() and (finite == np.rint(finite)).all() else 0.0
