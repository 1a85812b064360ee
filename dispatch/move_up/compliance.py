"""
Compliance tables: for so many free units, which posts they stand at; and who goes to which.

The table is nested, so that a unit more or less moves nobody else: its n-th post is the one that adds most to the
coverage of the n − 1 before it (greedy MEXCLP; the objective is submodular, so a table of n posts covers at least
1 − 1/e of the best one, Nemhauser, Wolsey, Fisher 1978).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.move_up.standing import Floats, Standing

_FAR = 1e9
"""Seconds; more than all ways together."""


def table_of(standing: Standing) -> list[int]:
    """As many posts as there are free units, the most important first; a post may stand in it several times."""
    in_reach = np.zeros(standing.reaches.shape[1])
    q, found = standing.busy_fraction, []
    for _ in standing.units:
        adds = standing.reaches @ (standing.demand * (1.0 - q) * q**in_reach)
        post = int(np.argmax(np.round(adds, 12)))
        found.append(post)
        in_reach += standing.reaches[post]
    return found


def targets(travel_s: Floats, wanted: list[int]) -> list[tuple[int, int]]:
    """
    (unit, post) for each wanted post, so that the longest way is shortest, then the sum of ways (van Barneveld 2016).

    A post that nobody can take is left out, the least important first.
    """
    for count in range(len(wanted), 0, -1):
        cost = travel_s[:, wanted[:count]]
        if (longest := _shortest_longest(cost)) is not None:
            rows, columns = linear_sum_assignment(np.where(cost <= longest, cost, _FAR))
            return [(int(row), wanted[int(column)]) for row, column in zip(rows, columns, strict=True)]
    return []


def _shortest_longest(cost: Floats) -> float | None:
    """The least length within which every column finds a row of its own; `None` when there is none."""
    lengths = np.unique(cost[np.isfinite(cost)])
    low, high = 0, len(lengths)
    while low < high:
        middle = (low + high) // 2
        if _fits(cost, float(lengths[middle])):
            high = middle
        else:
            low = middle + 1
    return float(lengths[low]) if low < len(lengths) else None


def _fits(cost: Floats, longest: float) -> bool:
    far = (cost > longest).astype(np.float64)
    return not far[linear_sum_assignment(far)].any()
