"""
The likeliest sequence of hidden states, step by step, and how sure each state is (Viterbi's and forward–backward).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.graph import FloatArray


@dataclass(frozen=True)
class Column:
    """
    One observation: `log_p[s]` of it given each state, `log_step[r, s]` of the step there from state `r` of the column
    before, `best[s]` of the best sequence that ends there, and `before[s]`, the state that one comes from.
    """

    log_p: FloatArray
    log_step: FloatArray
    best: FloatArray
    before: NDArray[np.int64]


def first_column(log_p: FloatArray) -> Column:
    """Where a sequence begins."""
    return Column(log_p, np.zeros((0, len(log_p))), log_p, np.zeros(len(log_p), dtype=np.int64))


def next_column(last: Column, log_step: FloatArray, log_p: FloatArray) -> Column | None:
    """One step on; `None` when no step is possible."""
    through = last.best[:, None] + log_step
    if not np.isfinite(through).any():
        return None
    before = through.argmax(axis=0)
    return Column(log_p, log_step, through[before, np.arange(len(before))] + log_p, before)


def likeliest(columns: Sequence[Column]) -> list[int]:
    """The state in each column of the likeliest sequence."""
    state = int(columns[-1].best.argmax())
    states = [state]
    for column in reversed(columns[1:]):
        state = int(column.before[state])
        states.append(state)
    return states[::-1]


def posterior(columns: Sequence[Column]) -> list[FloatArray]:
    """For each column how probable each state is, given all observations."""
    ahead = [columns[0].log_p]
    for column in columns[1:]:
        ahead.append(np.logaddexp.reduce(ahead[-1][:, None] + column.log_step, axis=0) + column.log_p)
    behind = [np.zeros(len(columns[-1].log_p))]
    for column in reversed(columns[1:]):
        behind.append(np.logaddexp.reduce(column.log_step + (column.log_p + behind[-1]), axis=1))
    found = []
    for forward, backward in zip(ahead, reversed(behind), strict=True):
        both = forward + backward
        weight = np.exp(both - both.max())
        found.append(np.asarray(weight / weight.sum(), dtype=np.float64))
    return found
