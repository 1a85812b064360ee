"""Of choices that cover alike, one with short ways: who covers nothing new can still be nearer to somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from simulator.siting.objectives import Objective
from simulator.siting.p_median import median_value
from simulator.siting.problem import Answer, Problem

SAME = 1e-9
MOST_LOOKS = 40_000


def settle_ties(problem: Problem, answer: Answer, objective: Objective) -> Answer:
    """
    Exchange a chosen candidate for another as long as the objective stays what it is and the weighted seconds to the
    nearest station fall. Leaves p-median answers alone; stops after 40,000 looks. Not proven to be the shortest.
    """
    if objective.name == "p-median":
        return answer
    reached = problem.time_s[:, problem.kept | problem.open_].min(axis=1) < np.inf
    asked = replace(problem, weight=np.where(reached, problem.weight, 0.0))
    far = np.where(
        np.isfinite(problem.time_s), problem.time_s, 2 * problem.time_s[np.isfinite(problem.time_s)].max() + 1
    )
    asked = replace(asked, time_s=far)
    chosen, seconds, looks = list(answer.chosen), median_value(asked, list(answer.chosen)), 0
    improved = True
    while improved and looks < MOST_LOOKS:
        improved = False
        for at in range(len(chosen)):
            for row in _free_rows(problem, objective, chosen):
                trial = [*chosen[:at], row, *chosen[at + 1 :]]
                looks += 1
                shorter = median_value(asked, trial)
                if shorter < seconds * (1 - SAME) and _as_good(problem, objective, trial, answer.value):
                    chosen, seconds, improved = trial, shorter, True
    return replace(answer, chosen=tuple(chosen), value=objective.value(problem, chosen))


def _free_rows(problem: Problem, objective: Objective, chosen: list[int]) -> list[int]:
    most, taken = objective.per_site if objective.name == "mexclp" else 1, Counter(chosen)
    return [int(row) for row in np.flatnonzero(problem.open_) if taken[int(row)] < most]


def _as_good(problem: Problem, objective: Objective, chosen: list[int], value: float) -> bool:
    return objective.value(problem, chosen) >= value - SAME * max(1.0, abs(value))
