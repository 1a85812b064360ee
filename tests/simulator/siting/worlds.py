"""Small siting questions, and every answer to them tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from simulator.siting.problem import Points, Problem


def points(ids: Iterable[str]) -> Points:
    named = tuple(ids)
    return Points(named, np.full((len(named), 2), np.nan), named)


def problem(
    time_s: ArrayLike, weight: ArrayLike | None = None, kept: Iterable[int] = (), units: ArrayLike | None = None
) -> Problem:
    """Demand points d0, d1 … down, candidates c0, c1 … across; `kept` ones stand already, with a unit each."""
    times = np.asarray(time_s, dtype=np.float64)
    rows, columns = times.shape
    stands = np.zeros(columns, dtype=np.bool_)
    stands[list(kept)] = True
    return Problem(
        demand=points(f"d{row}" for row in range(rows)),
        weight=np.ones(rows) if weight is None else np.asarray(weight, dtype=np.float64),
        candidates=points(f"c{column}" for column in range(columns)),
        time_s=times,
        kept=stands,
        units=stands.astype(np.int64) if units is None else np.asarray(units, dtype=np.int64),
        open_=~stands,
    )


def best_of_all(asked: Problem, new: int, value: Callable[[list[int]], float], sign: int) -> float:
    """The best value of every choice of `new` open candidates; `sign` 1: the greatest, -1: the least."""
    rows = [int(row) for row in np.flatnonzero(asked.open_)]
    return sign * max(sign * value(list(chosen)) for chosen in combinations(rows, new))


@st.composite
def problems(draw: st.DrawFn, *, holes: bool = False) -> tuple[Problem, int]:
    """Up to 9 points and 8 candidates, some of which stand; whole and broken weights; ways that may not exist."""
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(2, 8))
    kept = draw(st.integers(0, min(2, columns - 1)))
    new = draw(st.integers(1, columns - kept))
    seconds = st.integers(0, 30).map(float)
    if holes:
        seconds = st.one_of(seconds, st.just(float("inf")))
    times = np.array(draw(st.lists(seconds, min_size=rows * columns, max_size=rows * columns)))
    times[0] = 7.0  # somebody is reached
    weights = draw(st.lists(st.one_of(st.integers(0, 5), st.floats(0, 5)), min_size=rows, max_size=rows))
    weights[0] = max(weights[0], 1.0)
    table = times.reshape(rows, columns)
    table[0] = np.where(np.isfinite(table[0]), table[0], 7.0)
    return problem(table, weights, kept=range(kept)), new
