"""What "best" means when stations are sited, as one thing to solve by and to measure with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from simulator.siting.coverage import covered, solve_mclp, solve_mexclp
from simulator.siting.p_median import LIMIT_S, median_value, solve_p_median
from simulator.siting.problem import Answer, Ints, Problem, SitingError

ObjectiveName = Literal["p-median", "mclp", "mexclp"]


@dataclass(frozen=True)
class Objective:
    """
    p-median: the least weighted seconds to the nearest station. mclp: the most weight within `within_s`. mexclp: the
    most expected weight within `within_s` of a unit that is free, each being busy with chance `busy`.
    """

    name: ObjectiveName
    within_s: float = 900.0
    busy: float = 0.3
    per_site: int = 1

    def __post_init__(self) -> None:
        if self.name not in get_args(ObjectiveName):
            raise SitingError(f"no objective {self.name!r}; choose one of {', '.join(get_args(ObjectiveName))}")

    @property
    def sign(self) -> int:
        """1: more is better; -1: less is."""
        return -1 if self.name == "p-median" else 1

    def solve(self, problem: Problem, new: int, limit_s: float = LIMIT_S) -> Answer:
        """Where `new` ones stand best; see the module of each objective."""
        if self.name == "p-median":
            return solve_p_median(problem, new, limit_s)
        if self.name == "mclp":
            return solve_mclp(problem, new, self.within_s, limit_s)
        return solve_mexclp(problem, new, self.within_s, self.busy, self.per_site, limit_s)

    def value(self, problem: Problem, chosen: list[int]) -> float:
        """What is minimised or maximised, for any choice."""
        if self.name == "p-median":
            return median_value(problem, chosen)
        if self.name == "mclp":
            return covered(problem, units_with(problem, chosen, problem.kept.astype(np.int64)), self.within_s)
        return covered(problem, units_with(problem, chosen, problem.units), self.within_s, self.busy)


def units_with(problem: Problem, chosen: list[int], units: Ints) -> Ints:
    """`units` at each candidate and one more for each time that it is chosen."""
    more = np.bincount(np.array(chosen, dtype=np.int64), minlength=len(problem.candidates))
    together: Ints = units + more
    return together
