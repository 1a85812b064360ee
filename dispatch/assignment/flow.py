"""
Slots to units by one min-cost flow: each slot gets a unit or nobody, at the least cost.

Successive goals are folded into one integer cost per pair, so that a hair more of a graver goal outweighs
everything of the lesser ones. Integers, and arcs always in the same order: the same question gives the same
answer on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

Costs = NDArray[np.int64]
LARGEST = 2**61
"""Nothing summed may come near the solver's 64 bits."""


def match(goals: Sequence[Costs], allowed: NDArray[np.bool_], candidates: int) -> list[int | None]:
    """
    The column given to each row, None for nobody; no column is given twice.

    `goals` are matrices rows × (columns + 1), gravest first; the last column is what it costs to give a row nobody.
    Each row keeps its `candidates` cheapest columns, and never fewer than there are rows: were a dearer one used, one
    of the kept would be free and no dearer, so nothing is lost. Ties that every goal leaves open are settled by the
    solver, always the same way.
    """
    rows = len(allowed)
    chosen: list[int | None] = [None] * rows
    if not allowed.any():
        return chosen
    cost = _fold_goals(goals, np.column_stack([allowed, np.ones(rows, dtype=np.bool_)]))
    pairs, nobody = cost[:, :-1], cost[:, -1]
    kept = _cheapest(np.where(allowed, pairs, LARGEST), max(candidates, rows))
    tails = np.repeat(np.arange(rows), kept.shape[1])
    heads = kept.ravel()
    usable = allowed[tails, heads]
    for row, column in _solve(tails[usable], heads[usable], pairs[tails[usable], heads[usable]], nobody):
        chosen[row] = column
    return chosen


def _cheapest(cost: Costs, count: int) -> NDArray[np.int64]:
    """Each row's cheapest columns, in the order of columns; of equals the leftmost."""
    if count >= cost.shape[1]:
        return np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
    return np.sort(np.argsort(cost, axis=1, kind="stable")[:, :count], axis=1)


def _fold_goals(goals: Sequence[Costs], allowed: NDArray[np.bool_]) -> Costs:
    """
    One cost from many goals: a unit of each outweighs the largest sum that those after it can reach.

    Hundreds of slots with very unlike costs may not fit in 64 bits; then the last goals are left out, which the
    solver settles as ties. Raises OverflowError if the gravest goal alone does not fit.
    """
    above = [_above_least(goal, allowed) for goal in goals]
    for kept in range(len(goals), 0, -1):
        total = _try_to_fold(above[:kept])
        if total is not None:
            return total
    raise OverflowError(f"the costs of {len(allowed)} slots do not fit in 64 bits; use coarser costs")


def _above_least(goal: Costs, allowed: NDArray[np.bool_]) -> Costs:
    """Each row above its least: what all of a row's columns cost alike decides nothing."""
    least = np.where(allowed, goal, LARGEST).min(axis=1, keepdims=True)
    return np.where(allowed, goal - least, 0)


def _try_to_fold(goals: Sequence[Costs]) -> Costs | None:
    rows, columns = goals[0].shape
    total: Costs = np.zeros((rows, columns), dtype=np.int64)
    for goal in reversed(goals):
        scale = int(total.max(axis=1).sum()) + 1
        if (int(goal.max()) + 1) * scale * (rows + columns + 1) > LARGEST:
            return None
        total += goal * scale
    return total


def _solve(tails: Costs, heads: Costs, cost: Costs, nobody: Costs) -> list[tuple[int, int]]:
    """Pairs (row, column). Nodes: the rows, then the columns in use, then one sink, which takes whoever gets nobody."""
    rows = len(nobody)
    columns, nodes = np.unique(heads, return_inverse=True)
    sink = rows + len(columns)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, rows + nodes, np.ones_like(tails), cost)
    into_sink = np.arange(sink)
    ones = np.ones_like(into_sink)
    free = np.append(nobody, np.zeros(len(columns), dtype=np.int64))
    solver.add_arcs_with_capacity_and_unit_cost(into_sink, np.full_like(into_sink, sink), ones, free)
    solver.set_nodes_supplies(np.append(np.arange(rows), sink), np.append(np.ones(rows, dtype=np.int64), -rows))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"min-cost flow of {rows} slots ended with {status}; this is a defect, report it")
    used = solver.flows(arcs) > 0
    return list(zip(tails[used].tolist(), heads[used].tolist(), strict=True))
