"""What the city gets: times and coverage before and after, and what each new station is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.siting.coverage import covered
from simulator.siting.objectives import Objective, units_with
from simulator.siting.problem import Answer, Bools, Floats, Problem, SitingError


@dataclass(frozen=True)
class Measures:
    """
    Of the demand: mean and 90th percentile of the seconds to the nearest station (of what is reached at all), the
    shares within 8 minutes and within the target, the share that a free unit is expected to reach in the target
    (MEXCLP), and the share that no road leads to. Travel alone: no answering, offer or turnout.
    """

    stations: int
    units: int
    mean_s: float | None
    p90_s: float | None
    share_within_8_min: float
    share_within_target: float
    share_expected: float
    share_unreached: float


@dataclass(frozen=True)
class Worth:
    """
    A new station: `order` in which to build, what the objective gains when it is built in that order (None: nothing
    was reached before), what the best choice without it loses (None: not asked, or it cannot be done without).
    `essential`: every best choice has it; None where nobody has proven it either way.
    """

    row: int
    units: int
    order: int
    gain: float | None
    loss: float | None
    essential: bool | None


def measure(problem: Problem, chosen: Sequence[int], objective: Objective) -> Measures:
    """The city with what stands and what is chosen."""
    units = units_with(problem, list(chosen), problem.units)
    stands = problem.kept | (np.bincount(np.array(chosen, dtype=np.int64), minlength=len(units)) > 0)
    nearest_s = nearest(problem, stands)
    share = problem.weight / problem.weight.sum()
    known = np.isfinite(nearest_s) & (share > 0)
    return Measures(
        stations=int(stands.sum()),
        units=int(units.sum()),
        mean_s=float(share[known] @ nearest_s[known] / share[known].sum()) if known.any() else None,
        p90_s=_weighted_quantile(nearest_s[known], share[known], 0.9) if known.any() else None,
        share_within_8_min=float(share @ (nearest_s <= 480.0)),
        share_within_target=float(share @ (nearest_s <= objective.within_s)),
        share_expected=covered(problem, units, objective.within_s, objective.busy) / float(problem.weight.sum()),
        share_unreached=float(share @ ~np.isfinite(nearest_s)),
    )


def nearest(problem: Problem, stands: Bools) -> Floats:
    """Seconds from the nearest station that stands to each demand point; inf where none leads there."""
    if not stands.any():
        return np.full(len(problem.demand), np.inf)
    times: Floats = problem.time_s[:, stands].min(axis=1)
    return times


def worth(
    problem: Problem, answer: Answer, objective: Objective, limit_s: float, *, check: bool = True
) -> tuple[Worth, ...]:
    """
    The new stations in the order in which to build them, always the one that helps most next.

    With `check` the question is asked again without each of them; one of `limit_s` seconds a station at most.
    """
    found = []
    for place, (row, gain) in enumerate(_in_order(problem, answer, objective).items(), 1):
        loss, essential = _without(problem, answer, objective, row, limit_s) if check else (None, None)
        known = gain if np.isfinite(gain) else None
        found.append(Worth(row, answer.chosen.count(row), place, known, loss, essential))
    return tuple(found)


def _in_order(problem: Problem, answer: Answer, objective: Objective) -> dict[int, float]:
    """The chosen candidates, each with what its units gain, in the order of their first."""
    left, built, gains = list(answer.chosen), list[int](), dict[int, float]()
    value = objective.value(problem, [])
    while left:
        values = [objective.value(problem, [*built, row]) for row in left]
        best = int(np.argmax([objective.sign * one for one in values]))
        row = left.pop(best)
        built.append(row)
        gains[row] = gains.get(row, 0.0) + objective.sign * (values[best] - value)
        value = values[best]
    return gains


def _without(
    problem: Problem, answer: Answer, objective: Objective, row: int, limit_s: float
) -> tuple[float | None, bool | None]:
    """What is lost without a station, and whether that is proven; None where it cannot be done without at all."""
    closed = problem.closed(row)
    try:
        other = objective.solve(closed, len(answer.chosen), limit_s)
    except SitingError:  # too few candidates, or somebody whom nobody else reaches
        return None, True
    loss = objective.sign * (answer.value - other.value)
    tolerance = 1e-6 * max(1.0, abs(answer.value))
    if objective.sign * (answer.value - other.bound) > tolerance:
        return loss, True
    return max(loss, 0.0), False if loss <= tolerance else None


def _weighted_quantile(values: Floats, weights: Floats, share: float) -> float:
    """The least value that has at least this share of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(summed, share * summed[-1] * (1 - 1e-12)))])
