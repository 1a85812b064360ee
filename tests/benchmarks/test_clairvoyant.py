"""Perfect foresight: the bound and the plan against every plan there is, and against the simulator's own days."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.clairvoyant import Instance, least_total_s, total_s
from benchmarks.clairvoyant_day import UNDIVERTED, instance_of, out_of_order, routes_of, run_day
from simulator.places import Places
from simulator.results import Outcomes
from tests.simulator.days import straight_lines


def make_instance(seed: int, calls: int = 6, units: int = 2) -> Instance:
    """Calls of half an hour on a line of places, far more than the units can do at once."""
    rng = np.random.default_rng(seed)
    line = np.sort(rng.random(12)) * 1200.0
    places = Places([[np.abs(line[:, None] - line[None, :]).astype(np.float32)]])
    at_s = np.sort(rng.random(calls)) * 7200.0
    place, ends = rng.integers(0, 12, (2, calls))
    turnout_s, busy_s = rng.random(calls) * 120.0, 600.0 + rng.random(calls) * 2400.0
    posts = rng.integers(0, 12, units)
    return Instance(places, at_s, at_s + 60.0, place, turnout_s, busy_s, ends, posts)


def least_by_trying_all(instance: Instance) -> float:
    """Every way to share the calls out."""
    units = range(len(instance.posts))
    plans = (
        {unit: tuple(call for call, whose in enumerate(shares) if whose == unit) for unit in units}
        for shares in product(units, repeat=len(instance.at_s))
    )
    return min(total_s(instance, plan) for plan in plans)


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_is_below_the_bound_and_none_is_much_better_than_ours(seed: int) -> None:
    instance = make_instance(seed)
    everything = {0: tuple(range(len(instance.at_s)))}
    found, least_s = least_total_s(instance, [everything], rounds=30), least_by_trying_all(instance)
    assert found.bound_s <= least_s + 1e-6
    assert least_s <= found.plan_s + 1e-6 <= 1.1 * least_s
    assert found.bound_s >= 0.8 * least_s
    assert sorted(call for route in found.routes.values() for call in route) == list(range(len(instance.at_s)))


@pytest.mark.parametrize(("policy", "settings"), [("closest_idle", None), ("desk", UNDIVERTED)])
def test_the_simulator_keeps_the_rules_of_the_bound(policy: str, settings: dict[str, object] | None) -> None:
    """Each unit's calls of a simulated peak, costed anew: what a clairvoyant pays who sends the same units."""
    day = run_day(straight_lines(), 1, policy, settings)
    instance, response_s = instance_of(day), Outcomes(day, 0.0).response_s
    assert out_of_order(day) == 0
    again_s = total_s(instance, routes_of(day))
    assert 0.97 * response_s.sum() <= again_s <= response_s.sum() + 1e-3 * len(response_s)
