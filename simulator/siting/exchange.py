"""Good choices for the p-median in a blink: one by one, then by exchange (Teitz & Bart 1968, Whitaker 1983)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.siting.problem import Floats

LEAST_GAIN = 1e-9


@dataclass(frozen=True)
class Median:
    """
    Choose `new` columns of `cost` (demand × candidates) so that the sum over rows of the cheapest is least; `base` is
    what a row costs anyhow (by stations that stand), inf where it has nothing.
    """

    cost: Floats
    base: Floats
    new: int

    def value(self, chosen: list[int]) -> float:
        """The sum over the rows of the cheapest of the chosen columns and the base."""
        return float(np.minimum(self.base, self.cost[:, chosen].min(axis=1)).sum())


def choose_one_by_one(task: Median) -> list[int]:
    """Always the column that helps most now."""
    far = 2 * float(task.cost.max()) + 1
    now, chosen = np.minimum(task.base, far), list[int]()
    for _ in range(task.new):
        gain = np.maximum(now[:, None] - task.cost, 0.0).sum(axis=0)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        now = np.minimum(now, task.cost[:, best])
    return chosen


def improve(task: Median, chosen: list[int]) -> list[int]:
    """Exchange one for another, the best first, until no exchange helps. Whatever is found is no proof."""
    chosen = list(chosen)
    while True:
        out, in_, change = _best_exchange(task, chosen)
        if change >= -LEAST_GAIN * max(1.0, task.value(chosen)):
            return chosen
        chosen[out] = in_


def _best_exchange(task: Median, chosen: list[int]) -> tuple[int, int, float]:
    """Which of `chosen` to give up for which column, and what the sum changes by."""
    rows = np.arange(len(task.cost))
    far = 2 * float(task.cost.max()) + 1
    served = np.column_stack([np.minimum(task.base, far), task.cost[:, chosen]])
    two = np.argpartition(served, 1, axis=1)[:, :2]
    first, second = served[rows, two[:, 0]], served[rows, two[:, 1]]
    server = np.where(first <= second, two[:, 0], two[:, 1])
    near, next_ = np.minimum(first, second), np.maximum(first, second)
    gain = np.maximum(near[:, None] - task.cost, 0.0).sum(axis=0)
    worse = np.minimum(next_[:, None], task.cost) - np.minimum(near[:, None], task.cost)
    loss = np.zeros((len(chosen) + 1, task.cost.shape[1]))
    np.add.at(loss, server, worse)
    change = loss[1:] - gain
    change[:, chosen] = np.inf
    out, in_ = np.unravel_index(int(change.argmin()), change.shape)
    return int(out), int(in_), float(change[out, in_])
