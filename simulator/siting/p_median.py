"""
The p-median (Hakimi 1964): choose where new ones stand so that Σ weight × seconds to the nearest is least.

Bound and choice come from `lagrange`; what it leaves open is decided by `branch`, and where that has too many branches
by a whole-number programme over the columns that are still possible, in the radius form (Elloumi 2010): one variable
for "nobody within this many seconds". Weakness: every unit is taken to be free when called.
"""

from __future__ import annotations

from math import ceil, inf
from time import monotonic

import numpy as np
from ortools.math_opt.python import mathopt

from simulator.siting.branch import Branching
from simulator.siting.exchange import Median
from simulator.siting.lagrange import Relaxed, relax
from simulator.siting.problem import Answer, Floats, Ints, Problem, SitingError, name_some
from simulator.siting.solver import solve

NAME = "p-median"
LIMIT_S = 60.0
FEW = 30
"""With so many new ones at most, branches are tried before the programme (measured on the OR-Library's instances)."""


def solve_p_median(problem: Problem, new: int, limit_s: float = LIMIT_S) -> Answer:
    """
    Where `new` more stations stand best, proven or with the gap that is left after `limit_s` seconds.

    Raises `SitingError` when no choice of so many reaches every demand point: no mean exists then.
    """
    started = monotonic()
    rows = problem.open_rows(new)
    task, far = _as_median(problem, rows, new)
    relaxed = relax(task, limit_s / 2)
    if not relaxed.is_done and new <= FEW:
        branching = Branching(task, relaxed)
        branching.run(limit_s / 2)
        relaxed = branching.so_far()
    chosen, bound = relaxed.chosen, relaxed.bound
    if not relaxed.is_done:
        chosen, bound = _decide(task, relaxed, limit_s - (monotonic() - started))
    _check_reached(problem, task, chosen, far)
    value = task.value(chosen)
    return Answer(NAME, tuple(int(rows[one]) for one in chosen), value, min(bound, value), monotonic() - started)


def median_value(problem: Problem, chosen: list[int]) -> float:
    """Σ weight × seconds from the nearest of the kept and the chosen stations; inf where somebody is not reached."""
    used = np.append(np.flatnonzero(problem.kept), np.array(chosen, dtype=np.int64))
    asked = problem.weight > 0
    if not len(used):
        return inf
    return float(problem.weight[asked] @ problem.time_s[np.ix_(asked, used)].min(axis=1))


def _as_median(problem: Problem, rows: Ints, new: int) -> tuple[Median, float]:
    """The rows that weigh anything; no way at all becomes a cost worse than every way together, which is returned."""
    asked = problem.weight > 0
    weight = problem.weight[asked]
    cost = weight[:, None] * problem.time_s[np.ix_(asked, rows)]
    kept = problem.time_s[np.ix_(asked, problem.kept)]
    base = weight * kept.min(axis=1) if problem.kept.any() else np.full(len(weight), inf)
    finite = cost[np.isfinite(cost)]
    most = float(finite.max()) if finite.size else 0.0
    most = max(most, float(base[np.isfinite(base)].max())) if np.isfinite(base).any() else most
    far = float(ceil(most + 1) * len(weight)) if not np.isfinite(cost).all() else inf
    return Median(np.where(np.isfinite(cost), cost, far), base, new), far


def _check_reached(problem: Problem, task: Median, chosen: list[int], far: float) -> None:
    paid = np.minimum(task.base, task.cost[:, chosen].min(axis=1))
    lost = np.flatnonzero(problem.weight > 0)[paid >= far]
    if np.isfinite(far) and len(lost):
        ids = name_some([problem.demand.ids[row] for row in lost])
        fact = f"no way leads to demand point {ids} from the {len(chosen)} best candidates and what stands"
        raise SitingError(f"{fact}; allow more new ones, leave the point out, or use mclp, which may leave some out")


def _decide(task: Median, relaxed: Relaxed, limit_s: float) -> tuple[list[int], float]:
    """The best choice and its bound, from a programme that holds every choice better than the one known."""
    columns = np.flatnonzero(relaxed.possible)
    model = mathopt.Model()
    opens = [model.add_binary_variable() for _ in columns]
    model.add_linear_constraint(mathopt.fast_sum(opens) == task.new)
    for column, variable in zip(columns, opens, strict=True):
        if relaxed.certain[column]:
            variable.lower_bound = 1.0
    costs = [
        _add_row(model, opens, task.cost[row, columns], float(task.base[row]), float(relaxed.at_most[row]))
        for row in range(len(task.cost))
    ]
    model.minimize(mathopt.fast_sum(costs))
    solved = solve(model, opens, limit_s, maximise=False)
    if solved.status == "infeasible":
        return relaxed.chosen, relaxed.value
    bound = max(relaxed.bound, min(solved.bound, relaxed.value))
    found = [int(column) for column, taken in zip(columns, solved.values, strict=False) if taken > 0.5]
    if len(found) == task.new and task.value(found) < relaxed.value:
        return found, bound
    return relaxed.chosen, bound


def _add_row(
    model: mathopt.Model, opens: list[mathopt.Variable], cost: Floats, base: float, at_most: float
) -> mathopt.LinearBase | float:
    """What one row costs, as an expression; `at_most` and the base end the list of levels that are worth a variable."""
    order = np.argsort(cost, kind="stable")
    within = order[(cost[order] < base) & (cost[order] <= at_most + 1e-9 * max(1.0, abs(at_most)))]
    levels, starts = np.unique(cost[within], return_index=True)
    groups = np.split(within, starts[1:])
    may_fall_back = base <= at_most + 1e-9 * max(1.0, abs(at_most))
    if not len(levels):
        return base if may_fall_back else _impossible(model)
    ends = np.append(levels[1:], base) if may_fall_back else levels[1:]
    terms: list[mathopt.LinearBase] = []
    before: mathopt.Variable | float = 1.0
    for level, end, group in zip(levels, ends, groups, strict=False):
        nobody = model.add_variable(lb=0.0, ub=1.0)
        model.add_linear_constraint(nobody + mathopt.fast_sum(opens[one] for one in group) >= before)
        terms.append(float(end - level) * nobody)
        before = nobody
    if not may_fall_back:
        model.add_linear_constraint(mathopt.fast_sum(opens[one] for one in groups[-1]) >= before)
    return mathopt.fast_sum(terms) + float(levels[0])


def _impossible(model: mathopt.Model) -> float:
    """No better choice serves this row: the programme has no solution, and the best one known is the best."""
    never = model.add_variable(lb=0.0, ub=0.0)
    model.add_linear_constraint(never >= 1.0)
    return 0.0
