"""
How far any assignment is from perfect: the best that could be done with one day's emergencies by who knows them all.

The world is that of the simulator, stripped to what assignment decides: vans at their posts, each back to its own
after every run and to be sent from wherever it is on the way; every station accepts at once; one unit a call; the
streets of one hour. `least_total_s` gives a bound and a plan, in seconds of response summed over all calls:

- the plan is feasible: each unit takes its calls in the order in which they came, waiting on its way if that helps;
- the bound is proven: no plan of that kind can do better, one that diverts units may. Column generation over the
  routes of units (Desaulniers, Desrosiers & Solomon 2005); its Lagrangian bound holds whatever the prices are. Where a
  unit is when it is sent again is known only roughly (`SHARES`) while routes are priced: the best of it is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from simulator.places import WAY_STEP_S, Places

Floats = NDArray[np.float64]
ROLLING_TURNOUT_S = 15.0
SHARES, BEYOND_S = (0.0, 0.4, 0.6, 0.8, 1.0), (45.0, 90.0, 150.0, 210.0, 280.0, 360.0, 450.0, 600.0, 900.0, 1500.0)
"""While routes are priced, how long after a call its unit came is known only to lie between two edges: shares of what
the nearest post needs, then seconds beyond that."""
LONGEST_WAIT_S = 7200.0
"""No call waits longer for its unit to be free; part of the model."""
DEAREST_S = 4000.0
"""No price is higher; a bound that holds for any prices holds for these."""
NEAREST = 8
"""Routes of one call each to begin with, for so many units a call."""
CLOSE = 0.001
"""Bound and relaxed problem are one when they are as close as this share."""
SMOOTHING = 0.6
"""Prices move so much towards those of the last best bound: fewer rounds (Pessoa et al. 2018)."""


@dataclass(frozen=True)
class Instance:
    """
    Calls in order of time and units. Seconds; places are numbers of `places`. `busy_s`: from arrival until the unit is
    free at `ends`; `turnout_s` of each call counts for a unit at its post.
    """

    places: Places
    at_s: Floats
    opened_s: Floats
    place: NDArray[np.int64]
    turnout_s: Floats
    busy_s: Floats
    ends: NDArray[np.int64]
    posts: NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """Sums of responses in seconds; `routes`: the plan's calls for each unit that has any."""

    bound_s: float
    plan_s: float
    routes: dict[int, tuple[int, ...]]
    rounds: int


class Drives:
    """Seconds until a unit is there: from its post, or from its way back to it, at once or from farther on."""

    def __init__(self, instance: Instance) -> None:
        self._of, self._times = instance, instance.places.time_s[0][instance.places.band[0]].astype(np.float64)
        self._ways: dict[tuple[int, int], _Way] = {}

    def from_post(self, unit: int, calls: Any) -> Any:
        """Of a unit that stands at its post."""
        of = self._of
        return of.turnout_s[calls] + self._times[of.place[calls], of.posts[unit]]

    def from_end(self, unit: int, before: int, since_s: Floats, calls: Any, least_s: Floats | None = None) -> Floats:
        """
        Of a unit that was done with the call `before` so long ago, or at any moment from `least_s` to `since_s` ago.

        It is sent at once or later, whatever is soonest; a unit on the road only turns the wheel.
        """
        of, way = self._of, self._way(int(self._of.ends[before]), int(self._of.posts[unit]))
        least_s = since_s if least_s is None else least_s
        place, last = of.place[calls], len(way.here_s) - 1
        low = np.minimum(least_s // WAY_STEP_S, last).astype(np.int64)
        high = np.minimum(since_s // WAY_STEP_S, last).astype(np.int64)
        soonest_s = way.later_s[high, place] - since_s
        for off in range(int((high - low).max(initial=0)) + 1):
            soonest_s = np.minimum(soonest_s, way.here_s[np.minimum(low + off, high), place])
        is_rolling = (least_s < way.whole_s) | (least_s <= 0.0)
        soonest_s = np.where(is_rolling, ROLLING_TURNOUT_S + soonest_s, np.inf)
        by_post_s = np.maximum(way.whole_s - since_s, 0.0) + self.from_post(unit, calls)
        return np.asarray(np.minimum(soonest_s, by_post_s))

    def _way(self, start: int, post: int) -> _Way:
        found = self._ways.get((start, post))
        if found is None:
            whole_s = float(self._times[post, start])
            moments = np.arange(0.0, max(whole_s, 1.0), WAY_STEP_S)
            here_s = np.array([self._times[:, self._of.places.along(start, post, at, 0, 0.0)] for at in moments])
            here_s[0] = np.minimum(here_s[0], self._times[:, start])  # some are sent on at the door
            later_s = np.full_like(here_s, np.inf)
            for row in range(len(moments) - 2, -1, -1):
                later_s[row] = np.minimum(later_s[row + 1], moments[row + 1] + here_s[row + 1])
            found = self._ways[start, post] = _Way(whole_s, here_s, later_s)
        return found


@dataclass(frozen=True)
class _Way:
    """Back to a post, minute by minute: to each place from there, and soonest since its start by going on first."""

    whole_s: float
    here_s: Floats
    later_s: Floats


def total_s(instance: Instance, routes: dict[int, tuple[int, ...]], drives: Drives | None = None) -> float:
    """The sum of responses when each unit takes these calls in this order, each as soon as it can."""
    drives = drives or Drives(instance)
    return sum(_cost(instance, drives, unit, route)[0] for unit, route in routes.items())


def _cost(instance: Instance, drives: Drives, unit: int, route: Sequence[int]) -> tuple[float, list[float]]:
    """A route's sum of responses, and each of them."""
    free_s, responses = 0.0, []
    for at, call in enumerate(route):
        sent_s = max(free_s, float(instance.opened_s[call]))
        one = np.array([call])
        if at == 0:
            drive_s = float(drives.from_post(unit, one)[0])
        else:
            drive_s = float(drives.from_end(unit, route[at - 1], np.array([sent_s - free_s]), one)[0])
        responses.append(sent_s + drive_s - float(instance.at_s[call]))
        free_s = sent_s + drive_s + float(instance.busy_s[call])
    return sum(responses), responses


def least_total_s(instance: Instance, start: Sequence[dict[int, tuple[int, ...]]], rounds: int = 60) -> Found:
    """Bound and plan, from some plans to start with; stops when the two meet or after so many rounds."""
    pricing, master = _Pricing(instance), _Master(instance)
    for plan in start:
        for unit, route in plan.items():
            master.add(unit, route, _cost(instance, pricing.drives, unit, route)[0])
    for call, unit in pricing.nearest(NEAREST):
        master.add(unit, (call,), _cost(instance, pricing.drives, unit, (call,))[0])
    best_prices = pricing.least
    bound_s, smoothing, used = float(best_prices.sum()), SMOOTHING, 0
    for _ in range(rounds):
        relaxed_s, prices = master.relax()
        if relaxed_s - bound_s < CLOSE * relaxed_s:
            break
        asked = smoothing * best_prices + (1 - smoothing) * prices
        reduced, routes = pricing.cheapest(asked)
        here_s = float(asked.sum() + np.minimum(reduced, 0.0).sum())
        if here_s > bound_s:
            bound_s, best_prices = here_s, asked
        fresh = [
            master.add(unit, route, _cost(instance, pricing.drives, unit, route)[0])
            for unit, route in enumerate(routes)
            if reduced[unit] < 0.0
        ]
        smoothing, used = SMOOTHING if any(fresh) else smoothing / 2, used + 1
    chosen = master.choose()
    return Found(bound_s, total_s(instance, chosen, pricing.drives), chosen, used)


class _Pricing:
    """
    The cheapest route of every unit under prices of the calls, all units at once, call after call. `least`: what each
    call costs at the very least, whoever comes from wherever; no route is cheaper than the sum of these.
    """

    def __init__(self, instance: Instance) -> None:
        self._of, self.drives = instance, Drives(instance)
        count, units = len(instance.at_s), len(instance.posts)
        self._first = np.array([self.drives.from_post(unit, np.arange(count)) for unit in range(units)])
        nearest_s = self._first.min(axis=0)
        self._edges = np.array([nearest_s * one for one in SHARES] + [nearest_s + one for one in BEYOND_S])
        self._first_to = _delay(self._first, self._edges)
        self._cost: list[NDArray[np.float32]] = []
        self._to: list[NDArray[np.int8]] = []
        self._base = instance.opened_s - instance.at_s
        floor_s = nearest_s.copy()
        for before in range(count):
            later = np.arange(before + 1, count)
            edges_s = np.append(self._edges[:, before], np.inf)
            ends_s = instance.opened_s[before] + instance.busy_s[before] + edges_s[:, None]
            opened_s = instance.opened_s[later]
            since_s, wait_s = np.maximum(opened_s - ends_s[:-1], 0.0), np.maximum(ends_s[:-1] - opened_s, 0.0)
            least_s = np.maximum(opened_s - ends_s[1:], 0.0)
            ways = [self.drives.from_end(unit, before, since_s, later, least_s) for unit in range(units)]
            delay_s = np.where(wait_s > LONGEST_WAIT_S, np.inf, np.array(ways) + wait_s)
            self._cost.append(delay_s.astype(np.float32))
            self._to.append(_delay(self._cost[-1], self._edges[:, later]))
            np.minimum.at(floor_s, later, self._cost[-1].min(axis=(0, 1)))
        self.least = self._base + floor_s

    def nearest(self, count: int) -> list[tuple[int, int]]:
        """Each call with each of the units that are nearest to it at their posts."""
        ranked = np.argsort(self._first, axis=0, kind="stable")[:count]
        return [(call, unit) for call, units in enumerate(ranked.T.tolist()) for unit in units]

    def cheapest(self, prices: Floats) -> tuple[Floats, list[tuple[int, ...]]]:
        """For each unit the least cost less prices (0 for staying at its post), and the route."""
        count, units, delays = len(prices), len(self._of.posts), len(self._edges)
        gain = self._base - prices
        best = np.full((units, count, delays), np.inf)
        come_from = np.full((units, count, delays), -1, dtype=np.int32)
        rows = np.arange(units)[:, None]
        best[rows, np.arange(count), self._first_to] = self._first + gain
        for before in range(count - 1):
            so_far, to = best[:, before, :, None] + gain[before + 1 :], self._to[before]
            for delay, edge_s in enumerate(self._edges[:, before + 1 :]):
                way = np.where(to <= delay, so_far + np.maximum(self._cost[before], edge_s), np.inf)
                which = way.argmin(axis=1)
                least = np.take_along_axis(way, which[:, None], axis=1)[:, 0]
                target = best[:, before + 1 :, delay]
                better = least < target
                target[better] = least[better]
                come_from[:, before + 1 :, delay][better] = (before * delays + which)[better]
        flat = best.reshape(units, -1)
        ends = flat.argmin(axis=1)
        return flat[np.arange(units), ends], [_trace(come_from[unit], int(ends[unit])) for unit in range(units)]


def _trace(come_from: NDArray[np.int32], end: int) -> tuple[int, ...]:
    """The calls of a route, from its last state back to its first."""
    route, at = [], end
    while at >= 0:
        route.append(at // come_from.shape[1])
        at = int(come_from.reshape(-1)[at])
    return tuple(reversed(route))


def _delay(delay_s: Any, edges_s: Floats) -> NDArray[np.int8]:
    """Between which edges a delay lies: the last that it does not fall short of."""
    return np.asarray(sum((delay_s >= edge_s).astype(np.int8) for edge_s in edges_s[1:]), dtype=np.int8)


class _Master:
    """Which of the routes known so far to use: every call at least once, every unit at most once."""

    def __init__(self, instance: Instance) -> None:
        self._known: dict[tuple[int, tuple[int, ...]], float] = {}
        self._count, self._units = len(instance.at_s), len(instance.posts)
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._calls = [self._solver.Constraint(1.0, self._solver.infinity()) for _ in range(self._count)]
        self._once = [self._solver.Constraint(-self._solver.infinity(), 1.0) for _ in range(self._units)]
        for constraint in self._calls:  # no call is ever worth more than to leave it: keeps the prices sober
            self._column(constraint, DEAREST_S)
        self._solver.Objective().SetMinimization()

    def _column(self, constraint: Any, cost_s: float) -> Any:
        column = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._solver.Objective().SetCoefficient(column, cost_s)
        constraint.SetCoefficient(column, 1.0)
        return column

    def add(self, unit: int, route: tuple[int, ...], cost_s: float) -> bool:
        """Whether it is new."""
        if (unit, route) in self._known:
            return False
        self._known[unit, route] = cost_s
        column = self._column(self._once[unit], cost_s)
        for call in route:
            self._calls[call].SetCoefficient(column, 1.0)
        return True

    def relax(self) -> tuple[float, Floats]:
        """The relaxed problem's value, and the price of each call."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            raise RuntimeError("the relaxed problem of routes was not solved; this is a defect, report it")
        prices = np.array([constraint.dual_value() for constraint in self._calls])
        return float(self._solver.Objective().Value()), np.maximum(prices, 0.0)

    def choose(self, limit_s: float = 60.0) -> dict[int, tuple[int, ...]]:
        """The best whole choice among the routes known; calls that it covers twice are left to the first of them."""
        solver = pywraplp.Solver.CreateSolver("SCIP")
        solver.SetTimeLimit(int(limit_s * 1000))
        keys = list(self._known)
        taken = [solver.BoolVar("") for _ in keys]
        for call in range(self._count):
            solver.Add(solver.Sum([one for one, (_, route) in zip(taken, keys, strict=True) if call in route]) >= 1)
        for unit in range(self._units):
            solver.Add(solver.Sum([one for one, key in zip(taken, keys, strict=True) if key[0] == unit]) <= 1)
        solver.Minimize(solver.Sum([self._known[key] * one for one, key in zip(taken, keys, strict=True)]))
        if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            raise RuntimeError("no whole choice of routes was found; start with a plan that serves every call")
        served: set[int] = set()
        routes = {}
        for unit, route in sorted(key for one, key in zip(taken, keys, strict=True) if one.solution_value() > 0.5):
            routes[unit] = tuple(call for call in route if call not in served)
            served.update(route)
        return {unit: route for unit, route in routes.items() if route}
