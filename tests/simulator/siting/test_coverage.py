from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.siting.coverage import covered, solve_mclp, solve_mexclp
from simulator.siting.problem import Ints, Problem, SitingError
from tests.simulator.siting.worlds import best_of_all, problem, problems

FAR = 1000.0


def with_units(world: Problem, chosen: list[int]) -> Ints:
    return world.units + np.bincount(chosen, minlength=len(world.candidates))


def test_the_most_weight_is_reached_by_hand() -> None:
    """c0 reaches 3 + 2, c1 reaches 4, c2 reaches 2 + 4: two of them reach all but 3, or all: c0 and c2 reach 9."""
    times = [[1, FAR, FAR], [1, FAR, 1], [FAR, 1, 1]]
    answer = solve_mclp(problem(times, weight=[3, 2, 4]), 2, 60)
    assert answer.chosen in [(0, 1), (0, 2)]
    assert (answer.value, answer.proven) == (9.0, True)


def test_a_second_beyond_the_target_does_not_count() -> None:
    world = problem([[60.0, 61.0]])
    assert solve_mclp(world, 1, 60.0).chosen == (0,)
    assert solve_mclp(world, 1, 59.9).value == 0.0


def test_where_one_by_one_goes_wrong_the_programme_does_not() -> None:
    """c0 reaches most alone (6), but c1 and c2 together reach all ten."""
    times = [[FAR, 1, FAR]] * 2 + [[1, 1, FAR]] * 3 + [[1, FAR, 1]] * 3 + [[FAR, FAR, 1]] * 2
    answer = solve_mclp(problem(times), 2, 60)
    assert (answer.chosen, answer.value, answer.proven) == ((1, 2), 10.0, True)


def test_a_busy_city_puts_a_second_unit_where_most_people_are() -> None:
    """q = 0.5: a second unit in the centre adds 100·0.25, a first one outside 20·0.5."""
    world = problem([[1, FAR], [FAR, 1]], weight=[100, 20])
    assert solve_mexclp(world, 2, 60, busy=0.5, per_site=2).chosen == (0, 0)
    assert solve_mexclp(world, 2, 60, busy=0.05, per_site=2).chosen == (0, 1)


def test_units_that_stand_count_before_new_ones() -> None:
    world = problem([[1, 1, FAR], [FAR, FAR, 1]], weight=[100, 60], kept=[0], units=[2, 0, 0])
    answer = solve_mexclp(world, 1, 60, busy=0.3)
    assert answer.chosen == (2,)
    assert answer.value == pytest.approx(100 * (1 - 0.09) + 60 * 0.7)


@given(problems(holes=True), st.integers(0, 30))
@settings(max_examples=70, deadline=None)
def test_mclp_is_that_of_trying_everything(asked: tuple[Problem, int], within_s: int) -> None:
    world, new = asked
    answer = solve_mclp(world, new, within_s + 0.5)

    def value(chosen: list[int]) -> float:
        return covered(world, world.kept + np.bincount(chosen, minlength=len(world.candidates)), within_s + 0.5)

    assert answer.value == pytest.approx(best_of_all(world, new, value, 1))
    assert answer.proven
    assert len(set(answer.chosen)) == new


@given(problems(), st.integers(0, 30), st.sampled_from([0.0, 0.2, 0.5, 0.85]), st.integers(1, 3), st.data())
@settings(max_examples=70, deadline=None)
def test_mexclp_is_that_of_trying_everything(
    asked: tuple[Problem, int], within_s: int, busy: float, per_site: int, data: st.DataObject
) -> None:
    world, most = asked
    new = data.draw(st.integers(1, min(most, 3)))
    sites = [int(row) for row in np.flatnonzero(world.open_)]
    choices = [
        list(one) for one in combinations_with_replacement(sites, new) if max(np.bincount(one, minlength=1)) <= per_site
    ]
    best = max(covered(world, with_units(world, one), within_s + 0.5, busy) for one in choices)
    answer = solve_mexclp(world, new, within_s + 0.5, busy, per_site)
    assert answer.value == pytest.approx(best)
    assert covered(world, with_units(world, list(answer.chosen)), within_s + 0.5, busy) == pytest.approx(best)
    assert answer.proven
    assert max(np.bincount(answer.chosen)) <= per_site


def test_out_of_time_the_bound_is_at_least_the_value() -> None:
    rng = np.random.default_rng(2)
    world = problem(rng.random((400, 200)) * 100, weight=rng.random(400))
    answer = solve_mclp(world, 12, 4.0, limit_s=1.0)
    assert answer.bound >= answer.value
    assert answer.proven == (answer.gap == 0)
    assert answer.gap < 0.5


def test_more_new_ones_never_cover_less() -> None:
    rng = np.random.default_rng(3)
    world = problem(rng.random((60, 20)) * 900, weight=rng.random(60))
    values = [solve_mclp(world, new, 90).value for new in range(1, 8)]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("ask", "fact"),
    [
        (lambda world: solve_mclp(world, 3, 60), "3 new ones were asked for, but there are only 2 candidates"),
        (lambda world: solve_mclp(world, 0, 60), "0 new ones"),
        (lambda world: solve_mclp(world, 1, 0), "a target of 0 seconds"),
        (lambda world: solve_mexclp(world, 1, 60, busy=1.0), "busy with chance 1.0"),
        (lambda world: solve_mexclp(world, 5, 60, busy=0.5, per_site=2), "5 new units do not fit on 2 sites of 2"),
        (lambda world: solve_mexclp(world, 1, 60, busy=0.5, per_site=0), "0 new units a site"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: object, fact: str) -> None:
    with pytest.raises(SitingError, match=fact):
        ask(problem([[1.0, 2.0, 3.0]], kept=[0]))  # type: ignore[operator]
