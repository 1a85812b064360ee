from __future__ import annotations

from dataclasses import astuple
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.siting.ask import ask
from simulator.siting.measure import measure, worth
from simulator.siting.objectives import Objective, ObjectiveName
from simulator.siting.p_median import median_value
from simulator.siting.problem import Problem, SitingError
from simulator.siting.ties import settle_ties
from tests.simulator.siting.worlds import best_of_all, problem, problems

FAR = 2000.0
NAMES: list[ObjectiveName] = ["p-median", "mclp", "mexclp"]


def test_before_and_after_by_hand() -> None:
    """Half the people are 100 s from c0, a third 700 s, a sixth beyond every road; c1 brings the third to 400 s."""
    world = problem([[100.0, FAR], [700.0, 400.0], [inf, inf]], weight=[3, 2, 1], kept=[0])
    objective = Objective("mclp", within_s=450, busy=0.5)
    before, after = measure(world, [], objective), measure(world, [1], objective)
    assert astuple(before) == pytest.approx((1, 1, 340.0, 700.0, 1 / 2, 1 / 2, 1 / 4, 1 / 6))
    assert astuple(after) == pytest.approx((2, 2, 220.0, 400.0, 5 / 6, 5 / 6, 5 / 12, 1 / 6))


def test_a_city_without_stations_has_no_times() -> None:
    before = measure(problem([[100.0]]), [], Objective("p-median"))
    assert (before.mean_s, before.p90_s, before.share_unreached) == (None, None, 1.0)


def test_the_station_that_helps_most_is_built_first() -> None:
    at = np.array([0.0, 100.0, 1000.0, 1010.0, 1020.0])
    world = problem(np.abs(np.subtract.outer(at, at)), kept=[0])
    objective = Objective("p-median")
    found = worth(world, objective.solve(world, 2), objective, 10)
    assert [(one.row, one.order, one.gain) for one in found] == [(3, 1, 3030 - 20.0), (1, 2, 100.0)]


def test_what_is_lost_without_a_station_is_what_the_next_best_choice_lacks() -> None:
    """c0 covers 9, c1 covers 5, c2 the same 5: without c0 4 is lost, c1 and c2 replace each other."""
    world = problem([[1, FAR, FAR], [FAR, 1, 1]], weight=[9, 5])
    objective = Objective("mclp", within_s=60)
    found = {one.row: one for one in worth(world, objective.solve(world, 2), objective, 10)}
    assert (found[0].loss, found[0].essential) == (9.0, True)
    (other,) = found.keys() - {0}
    assert (found[other].loss, found[other].essential) == (0.0, False)


def test_without_the_only_candidates_nothing_can_be_asked() -> None:
    world = problem([[1.0, 2.0]])
    objective = Objective("p-median")
    assert [one.essential for one in worth(world, objective.solve(world, 2), objective, 10)] == [True, True]


@given(problems(), st.sampled_from(NAMES), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_a_station_is_essential_exactly_when_every_best_choice_has_it(
    asked: tuple[Problem, int], name: ObjectiveName, within_s: int
) -> None:
    world, new = asked
    objective = Objective(name, within_s=within_s + 0.5)
    best = best_of_all(world, new, lambda chosen: objective.value(world, chosen), objective.sign)
    for one in worth(world, objective.solve(world, new), objective, 10):
        others = world.closed(one.row)
        if int(others.open_.sum()) < new:
            assert one.essential is True
            continue
        value = best_of_all(others, new, lambda chosen: objective.value(world, chosen), objective.sign)
        assert one.essential is (objective.sign * (best - value) > 1e-6 * max(1.0, abs(best)))


@given(problems(), st.sampled_from(NAMES), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_settling_ties_costs_nothing_and_never_lengthens_the_way(
    asked: tuple[Problem, int], name: ObjectiveName, within_s: int
) -> None:
    world, new = asked
    objective = Objective(name, within_s=within_s + 0.5)
    answer = objective.solve(world, new)
    settled = settle_ties(world, answer, objective)
    assert settled.value == pytest.approx(answer.value, abs=1e-9)
    assert median_value(world, list(settled.chosen)) <= median_value(world, list(answer.chosen)) + 1e-9
    assert len(set(settled.chosen)) == new


def test_of_stations_that_cover_alike_the_nearer_is_taken() -> None:
    world = problem([[50.0, 10.0, 59.0], [FAR, FAR, FAR]])
    assert ask(world, Objective("mclp", within_s=60), 1).answer.chosen == (1,)


def test_new_ones_that_add_nothing_are_named() -> None:
    report = ask(problem([[1, 2]], kept=[0]), Objective("mclp", within_s=60), 1)
    assert report.notes[0].startswith("1 of the new add nothing to this objective (c1)")


def test_an_unknown_objective_is_refused() -> None:
    with pytest.raises(SitingError, match="no objective 'p-centre'"):
        Objective("p-centre")  # type: ignore[arg-type]
