"""A siting question from start to end: solve, settle ties, measure before and after, weigh each new station."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.siting.measure import measure, worth
from simulator.siting.objectives import Objective
from simulator.siting.outputs import Report
from simulator.siting.p_median import LIMIT_S
from simulator.siting.problem import Problem
from simulator.siting.ties import settle_ties


def ask(
    problem: Problem,
    objective: Objective,
    new: int,
    limit_s: float = LIMIT_S,
    asked: Mapping[str, Any] | None = None,
    *,
    check: bool = True,
) -> Report:
    """The report of `new` more stations (mexclp: units). `check`: ask again without each of them."""
    answer = settle_ties(problem, objective.solve(problem, new, limit_s), objective)
    return Report(
        problem=problem,
        objective=objective,
        answer=answer,
        before=measure(problem, [], objective),
        after=measure(problem, answer.chosen, objective),
        worth=worth(problem, answer, objective, limit_s, check=check),
        asked={"new_asked": new, **(asked or {})},
    )
