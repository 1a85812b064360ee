from __future__ import annotations

import numpy as np
import pytest

from simulator.siting.problem import Answer, Problem, SitingError
from tests.simulator.siting.worlds import points, problem


def test_zero_demand_is_refused() -> None:
    with pytest.raises(SitingError, match="all 2 demand points weigh 0"):
        problem([[1.0], [2.0]], weight=[0, 0])


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused_by_name(weight: float) -> None:
    with pytest.raises(SitingError, match="demand point d1 weighs"):
        problem([[1.0], [2.0]], weight=[1, weight])


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_a_time_that_is_none_is_refused_by_name(seconds: float) -> None:
    with pytest.raises(SitingError, match="seconds from c0 to d1"):
        problem([[1.0], [seconds]])


def test_a_network_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(SitingError, match="no demand point can be reached"):
        problem([[np.inf], [np.inf]])


def test_two_of_the_same_name_are_refused() -> None:
    once = problem([[1.0, 2.0]])
    with pytest.raises(SitingError, match="two candidates are called 'a'"):
        Problem(once.demand, once.weight, points(["a", "a"]), once.time_s, once.kept, once.units, once.open_)


def test_a_table_of_another_size_is_refused() -> None:
    once = problem([[1.0, 2.0]])
    with pytest.raises(SitingError, match=r"\(1, 2\), not demand × candidates \(1, 3\)"):
        Problem(once.demand, once.weight, points("abc"), once.time_s, once.kept, once.units, once.open_)


def test_an_unknown_id_is_refused_with_those_that_look_like_it() -> None:
    with pytest.raises(SitingError, match="no candidate 'cho-ray2' among 2; did you mean cho-ray?"):
        points(["cho-ray", "tu-du"]).rows(["cho-ray2"], "candidate")


def test_an_answer_within_a_millionth_of_its_bound_is_proven() -> None:
    assert Answer("mclp", (0,), 1000.0, 1000.0005, 0.0).proven
    assert Answer("mclp", (0,), 1000.0, 1010.0, 0.0).gap == pytest.approx(0.01)
