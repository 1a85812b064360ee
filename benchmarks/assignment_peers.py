"""
One level's assignment problem, the same for everybody, solved by others: time and objective as ratios to ours.

Ours is `flow.match` on the goals of `decide`. Greedy: each slot in turn, longest waiting first, the unit that arrives
first. scipy's `linear_sum_assignment` gets the same folded cost, with a column of its own for each slot's nobody;
CP-SAT the same costs of the kept candidates, one worker, with a time limit. "Cost" is goal 3 of `decide` in minutes,
for the same number of slots served.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from ortools.sat.python import cp_model
from rich.table import Table
from scipy.optimize import linear_sum_assignment

from dispatch.assignment.costs import TICKS_PER_S, goals
from dispatch.assignment.fleet import Flags
from dispatch.assignment.flow import Costs, _cheapest, _fold_goals, match
from dispatch.assignment.plan import Plan
from dispatch.assignment.settings import AssignmentSettings

ROUNDS: Final = 7
TIME_LIMIT_S: Final = 10.0
Chosen = Sequence[int | None]


def compare(plans: Sequence[Plan], settings: AssignmentSettings) -> Table:
    """For each number of calls: milliseconds, times ours, slots served, cost against ours."""
    table = Table("same model, 300 units", "ms", "times ours", "served", "cost, min", "against ours")
    for plan in plans:
        _add(table, plan, settings)
        table.add_section()
    return table


def _add(table: Table, plan: Plan, settings: AssignmentSettings) -> None:
    slots = [(case, 0) for case in plan.cases if case.chosen]
    problem = goals(slots, plan.fleet, plan.now, settings)
    allowed = np.array([case.allowed[0] for case, _ in slots])
    arrival_s = np.array([case.reach.response_s for case, _ in slots if case.reach])
    ways: dict[str, Callable[[], Chosen]] = {
        f"{len(slots)} calls: min-cost flow (ours)": lambda: match(problem, allowed, settings.candidates),
        "greedy closest": lambda: greedy(arrival_s, allowed),
        "scipy linear_sum_assignment": lambda: by_scipy(problem, allowed),
        f"CP-SAT, at most {TIME_LIMIT_S:g} s": lambda: by_cp_sat(problem, allowed, settings.candidates),
    }
    ours_ms = ours_min = 0.0
    for name, way in ways.items():
        ms, chosen = _timed(way, 1 if "CP-SAT" in name else ROUNDS)
        minutes = cost_min(problem[2], chosen)
        if "ours" in name:
            ours_ms, ours_min = ms, minutes
        served = sum(column is not None for column in chosen)
        ratio = f"{minutes / ours_min:.4f}" if served else ""
        table.add_row(name, f"{ms:.2f}", f"{ms / ours_ms:.1f}", str(served), f"{minutes:.1f}", ratio)


def cost_min(cost: Costs, chosen: Chosen) -> float:
    """Goal 3, over the slots that are served."""
    return sum(int(cost[row, at]) for row, at in enumerate(chosen) if at is not None) / TICKS_PER_S / 60


def greedy(arrival_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]], allowed: Flags) -> Chosen:
    """Each in turn the unit that arrives first."""
    open_to = np.where(allowed, arrival_s, np.inf)
    chosen: list[int | None] = []
    for row in open_to:
        best = int(row.argmin())
        chosen.append(best if np.isfinite(row[best]) else None)
        if chosen[-1] is not None:
            open_to[:, best] = np.inf
    return chosen


def by_scipy(problem: Sequence[Costs], allowed: Flags) -> Chosen:
    """Exact in doubles only as far as they go: 53 bits."""
    cost, columns = _folded(problem, allowed), allowed.shape[1]
    forbidden = float(cost.max()) * 4 + 1
    pairs = np.where(allowed, cost[:, :-1].astype(np.float64), forbidden)
    nobody = np.full((len(cost), len(cost)), forbidden)
    np.fill_diagonal(nobody, cost[:, -1])
    _, found = linear_sum_assignment(np.hstack([pairs, nobody]))
    return [int(at) if at < columns else None for at in found]


def by_cp_sat(problem: Sequence[Costs], allowed: Flags, candidates: int) -> Chosen:
    """The best that it finds within its time."""
    cost, rows = _folded(problem, allowed), len(allowed)
    kept = _cheapest(np.where(allowed, cost[:, :-1], 2**61), max(candidates, rows))
    model = cp_model.CpModel()
    literal = {(row, int(at)): model.new_bool_var("") for row in range(rows) for at in kept[row] if allowed[row, at]}
    nobody = [model.new_bool_var("") for _ in range(rows)]
    for row in range(rows):
        model.add_exactly_one([nobody[row], *(literal[row, int(at)] for at in kept[row] if (row, int(at)) in literal)])
    by_column: dict[int, list[cp_model.IntVar]] = {}
    for (_, at), one in literal.items():
        by_column.setdefault(at, []).append(one)
    for those in by_column.values():
        model.add_at_most_one(those)
    terms = [int(cost[row, at]) * one for (row, at), one in literal.items()]
    model.minimize(sum(terms) + sum(int(cost[row, -1]) * one for row, one in enumerate(nobody)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = TIME_LIMIT_S, 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [None] * rows
    return [next((at for at in kept[row].tolist() if (row, at) in literal and solver.value(literal[row, at])), None)
            for row in range(rows)]  # fmt: skip


def _folded(problem: Sequence[Costs], allowed: Flags) -> Costs:
    return _fold_goals(problem, np.column_stack([allowed, np.ones(len(allowed), dtype=np.bool_)]))


def _timed(way: Callable[[], Chosen], rounds: int) -> tuple[float, Chosen]:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        chosen = way()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took), chosen
