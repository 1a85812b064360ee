"""HiGHS behind OR-Tools' MathOpt: whole-number programmes, solved to the end or until the time is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Any, Literal

from ortools.math_opt.python import mathopt

GAP = 1e-9
"""MathOpt's own default would call a solution optimal that may be worse by one part in ten thousand."""
LEAST_S = 1.0


@dataclass(frozen=True)
class Solved:
    """What came of it. `bound`: no solution is better; infinite where nothing is known. `values`: empty without one."""

    status: Literal["optimal", "stopped", "infeasible"]
    bound: float
    values: tuple[float, ...]


def solve(model: mathopt.Model, variables: Sequence[Any], limit_s: float, maximise: bool) -> Solved:
    """
    Solve, for `limit_s` seconds at most (1 at least), and read the values of some variables.

    The same model gives the same answer each time, unless the time is up: then what was found so far.
    """
    worst = inf if maximise else -inf
    limit = timedelta(seconds=max(limit_s, LEAST_S))
    parameters = mathopt.SolveParameters(time_limit=limit, relative_gap_tolerance=GAP, absolute_gap_tolerance=GAP)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    reason, reasons = result.termination.reason, mathopt.TerminationReason
    if reason in (reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED):
        return Solved("infeasible", worst, ())
    values = tuple(result.variable_values(variables)) if result.has_primal_feasible_solution() else ()
    bound = float(result.termination.objective_bounds.dual_bound)
    return Solved("optimal" if reason == reasons.OPTIMAL else "stopped", bound, values)
