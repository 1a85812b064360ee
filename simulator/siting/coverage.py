"""
Covering within a target: MCLP (Church & ReVelle 1974) and MEXCLP (Daskin 1983), one programme for both.

A unit is busy when called with chance q, independently of the others, so k units in reach of a point cover a share
1 − q^k of it; MCLP is q = 0. Weakness: units are not independent, least of all when the city is loaded, and somebody a
second beyond the target counts as lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from ortools.math_opt.python import mathopt

from simulator.siting.p_median import LIMIT_S
from simulator.siting.problem import Answer, Bools, Floats, Ints, Problem, SitingError
from simulator.siting.solver import solve

NOTHING = 1e-12
"""A share of the demand this small is left out of the programme."""


@dataclass(frozen=True)
class _Cover:
    """
    Points with the same reach taken together: `reach` (point × candidate), `units` that reach each today, `weight`.

    `most`: so many new units each candidate can take.
    """

    reach: Bools
    units: Ints
    weight: Floats
    most: Ints
    new: int
    busy: float

    def gain(self, before: Ints) -> Floats:
        """What one more unit in reach of each point adds to the units that stand and `before` new ones."""
        gained: Floats = self.weight * (1.0 - self.busy) * self.busy ** (self.units + before).astype(np.float64)
        return gained

    def value(self, placed: Ints) -> float:
        """The weight covered by the units that stand and those placed (a number for each candidate)."""
        return float(self.weight @ (1.0 - self.busy ** (self.units + self.reach @ placed)))


def solve_mclp(problem: Problem, new: int, within_s: float, limit_s: float = LIMIT_S) -> Answer:
    """Where `new` more stations stand so that the most weight is reached from one within `within_s` seconds."""
    stations = problem.kept.astype(np.int64)
    return _solve("mclp", problem, _group(problem, stations, new, within_s, 0.0, 1), limit_s)


def solve_mexclp(
    problem: Problem, new: int, within_s: float, busy: float, per_site: int = 1, limit_s: float = LIMIT_S
) -> Answer:
    """
    Where `new` more units stand, `per_site` at most on each open candidate, so that the expected weight reached by a
    free unit within `within_s` is greatest. `busy`: the chance that a unit is not free, below 1.
    """
    if not 0 <= busy < 1:
        raise SitingError(f"units are busy with chance {busy}; give a share from 0 to below 1")
    if per_site < 1:
        raise SitingError(f"{per_site} new units a site; give 1 or more")
    room = int(problem.open_.sum()) * per_site
    if new > room:
        raise SitingError(f"{new} new units do not fit on {room // per_site} sites of {per_site}; allow more a site")
    return _solve("mexclp", problem, _group(problem, problem.units, new, within_s, busy, per_site), limit_s)


def covered(problem: Problem, units: Ints, within_s: float, busy: float = 0.0) -> float:
    """The weight covered by so many units at each candidate; with `busy` 0: reached by any."""
    in_reach = problem.reaches(within_s) @ units
    return float(problem.weight @ (1.0 - np.float64(busy) ** in_reach))


def _group(problem: Problem, units: Ints, new: int, within_s: float, busy: float, per_site: int) -> _Cover:
    """Take points together that are reached alike; leave out those that no new unit can help."""
    if new < 1:
        raise SitingError(f"{new} new ones were asked for; give 1 or more")
    if per_site == 1:
        problem.open_rows(new)
    reaches = problem.reaches(within_s)
    open_reach, standing = reaches & problem.open_, reaches @ units
    pattern, row_of = np.unique(np.column_stack([standing, open_reach]), axis=0, return_inverse=True)
    weight = np.bincount(row_of.ravel(), weights=problem.weight, minlength=len(pattern)).astype(np.float64)
    most = np.where(problem.open_, per_site, 0)
    return _Cover(pattern[:, 1:].astype(np.bool_), pattern[:, 0].astype(np.int64), weight, most, new, busy)


def _solve(name: str, problem: Problem, cover: _Cover, limit_s: float) -> Answer:
    started = monotonic()
    placed = _one_by_one(cover)
    bound, better = _decide(cover, limit_s)
    if better is not None and cover.value(better) > cover.value(placed):
        placed = better
    value = cover.value(placed)
    chosen = tuple(int(row) for row in np.repeat(np.arange(len(placed)), placed))
    return Answer(name, chosen, value, max(bound, value), monotonic() - started)


def _one_by_one(cover: _Cover) -> Ints:
    """Always the unit that adds most now: never below 1 − 1/e of the best (Nemhauser, Wolsey & Fisher 1978)."""
    placed = np.zeros(len(cover.most), dtype=np.int64)
    for _ in range(cover.new):
        gains = cover.gain(cover.reach @ placed) @ cover.reach
        gains[placed >= cover.most] = -1.0
        placed[int(gains.argmax())] += 1
    return placed


def _decide(cover: _Cover, limit_s: float) -> tuple[float, Ints | None]:
    """The bound and, unless the time was up before any was found, the best placing."""
    model = mathopt.Model()
    sites = np.flatnonzero(cover.most)
    placed = {int(site): model.add_integer_variable(lb=0.0, ub=float(cover.most[site])) for site in sites}
    model.add_linear_constraint(mathopt.fast_sum(placed.values()) == cover.new)
    terms: list[mathopt.LinearBase] = []
    for point in range(len(cover.weight)):
        near = np.flatnonzero(cover.reach[point])
        steps = _steps(cover, point, min(cover.new, int(cover.most[near].sum())))
        if not steps:
            continue
        counted = [model.add_variable(lb=0.0, ub=1.0) for _ in steps]
        terms += [gain * one for gain, one in zip(steps, counted, strict=True)]
        model.add_linear_constraint(mathopt.fast_sum(counted) <= mathopt.fast_sum(placed[int(site)] for site in near))
    model.maximize(mathopt.fast_sum(terms))
    solved = solve(model, list(placed.values()), limit_s, maximise=True)
    total, standing = float(cover.weight.sum()), float(cover.weight @ (1.0 - cover.busy**cover.units))
    bound = min(standing + solved.bound * total, total)
    if not solved.values:
        return bound, None
    whole = np.zeros(len(cover.most), dtype=np.int64)
    whole[sites] = np.rint(solved.values).astype(np.int64)
    return bound, whole


def _steps(cover: _Cover, point: int, most: int) -> list[float]:
    """What the first, second … new unit in reach of a point adds, as long as it adds anything worth a variable."""
    share, standing = float(cover.weight[point] / cover.weight.sum()), int(cover.units[point])
    gains = [share * (1.0 - cover.busy) * cover.busy ** (standing + before) for before in range(most)]
    return [gain for gain in gains if gain > NOTHING]
