from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.siting.branch import Branching
from simulator.siting.lagrange import relax
from simulator.siting.p_median import _as_median, _decide, median_value, solve_p_median
from simulator.siting.pmed_file import read_pmed
from simulator.siting.problem import Problem, SitingError
from tests.simulator.siting.worlds import best_of_all, problem, problems


def ring(count: int) -> Problem:
    """`count` places on a ring road, a minute from one to the next."""
    far = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    return problem(60.0 * np.minimum(far, count - far))


def test_two_stations_on_a_line_by_hand() -> None:
    """Places at 0, 1, 2, 10, 11: 1 and 10 (or 11) give 1 + 0 + 1 + 0 + 1."""
    at = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    answer = solve_p_median(problem(np.abs(np.subtract.outer(at, at))), 2)
    assert (answer.value, answer.bound, answer.proven) == (3.0, 3.0, True)
    assert answer.chosen in [(1, 3), (1, 4)]


def test_a_ring_of_twelve_with_four_stations_costs_eight_minutes() -> None:
    answer = solve_p_median(ring(12), 4)
    assert (answer.value, answer.proven, len(set(answer.chosen))) == (480.0, True, 4)


def test_what_stands_already_is_reckoned_with_and_not_chosen_again() -> None:
    """On a line of 0, 1, 10, 11 with a station at 0, the new one goes to the other end."""
    at = np.array([0.0, 1.0, 10.0, 11.0])
    answer = solve_p_median(problem(np.abs(np.subtract.outer(at, at)), kept=[0]), 1)
    assert answer.chosen in [(2,), (3,)]
    assert answer.value == 2.0


def test_weight_draws_the_station() -> None:
    at = np.array([0.0, 1.0, 2.0])
    answer = solve_p_median(problem(np.abs(np.subtract.outer(at, at)), weight=[1, 1, 9]), 1)
    assert (answer.chosen, answer.value) == ((2,), 3.0)


@given(problems())
@settings(max_examples=70, deadline=None)
def test_the_answer_is_that_of_trying_everything(asked: tuple[Problem, int]) -> None:
    world, new = asked
    answer = solve_p_median(world, new)
    best = best_of_all(world, new, lambda chosen: median_value(world, chosen), -1)
    assert answer.value == pytest.approx(best, abs=1e-6)
    assert answer.proven
    assert len(set(answer.chosen)) == new
    assert world.open_[list(answer.chosen)].all()
    assert median_value(world, list(answer.chosen)) == pytest.approx(answer.value)


@given(problems(holes=True))
@settings(max_examples=70, deadline=None)
def test_with_ways_missing_it_finds_a_choice_that_reaches_all_or_says_that_there_is_none(
    asked: tuple[Problem, int],
) -> None:
    world, new = asked
    best = best_of_all(world, new, lambda chosen: median_value(world, chosen), -1)
    if np.isfinite(best):
        assert solve_p_median(world, new).value == pytest.approx(best, abs=1e-6)
    else:
        with pytest.raises(SitingError, match="no way leads to demand point d"):
            solve_p_median(world, new)


@given(st.integers(0, 10_000), st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_the_programme_alone_finds_it_too_and_the_bound_is_below(seed: int, new: int) -> None:
    """Without luck in the search: the programme decides among what the bound leaves open."""
    rng = np.random.default_rng(seed)
    here, there = rng.random((12, 2)), rng.random((9, 2))
    world = problem(np.hypot(*(here[:, None] - there).T).T * 600)
    best = best_of_all(world, new, lambda chosen: median_value(world, chosen), -1)
    task, _ = _as_median(world, world.open_rows(new), new)
    relaxed = relax(task)
    assert relaxed.bound <= best + 1e-6
    chosen, bound = _decide(task, relaxed, 30.0)
    assert task.value(chosen) == pytest.approx(best)
    assert bound == pytest.approx(best, rel=1e-6)


@given(st.integers(0, 10_000), st.integers(2, 5), st.booleans())
@settings(max_examples=40, deadline=None)
def test_branches_alone_find_it_too_whatever_is_known_before(seed: int, new: int, whole: bool) -> None:
    """With a first choice that is bad and a bound that is worth nothing, all of it is their work."""
    rng = np.random.default_rng(seed)
    times = rng.random((14, 9)) * 600
    world = problem(np.rint(times) if whole else times)
    best = best_of_all(world, new, lambda chosen: median_value(world, chosen), -1)
    task, _ = _as_median(world, world.open_rows(new), new)
    first = list(range(new))
    known = replace(relax(task), chosen=first, value=task.value(first), bound=0.0)
    known = replace(known, possible=np.ones(9, dtype=np.bool_), certain=np.zeros(9, dtype=np.bool_))
    branching = Branching(task, known)
    branching.run(30.0, nodes=2000)
    found = branching.so_far()
    assert found.value == pytest.approx(best)
    assert found.is_done


def test_branches_cut_short_still_have_a_true_bound() -> None:
    rng = np.random.default_rng(2)
    world = problem(rng.integers(1, 1000, (36, 36)).astype(float))
    task, _ = _as_median(world, world.open_rows(4), 4)
    relaxed = relax(task)
    bounds = []
    for nodes in (1, 5, 25, 2000):
        branching = Branching(task, relaxed)
        branching.run(60.0, nodes=nodes)
        bounds.append(branching.so_far().bound)
    assert bounds == sorted(bounds)
    assert bounds[-1] == solve_p_median(world, 4).value


def test_out_of_time_the_gap_is_stated_and_true() -> None:
    """Random places, uncorrelated times: hard on purpose, and a second is all it gets."""
    rng = np.random.default_rng(1)
    world = problem(rng.integers(1, 1000, (130, 130)).astype(float))
    answer = solve_p_median(world, 6, limit_s=1.0)
    assert not answer.proven
    assert 0 < answer.gap < 0.5
    assert answer.bound < answer.value == median_value(world, list(answer.chosen))


@pytest.mark.parametrize(("number", "optimum"), [(1, 5819), (2, 4093), (3, 4250), (4, 3034), (5, 1355)])
def test_the_or_library_s_optima_are_found_and_proven(number: int, optimum: int, pmed: Path) -> None:
    world, new = read_pmed(pmed / f"pmed{number}.txt")
    answer = solve_p_median(world, new)
    assert (answer.value, answer.proven) == (optimum, True)


def test_of_two_roads_between_the_same_junctions_the_last_holds(tmp_path: Path) -> None:
    file = tmp_path / "small.txt"
    file.write_text("3 3 1\n1 2 5\n2 3 4\n2 1 9\n", encoding="ascii")
    world, new = read_pmed(file)
    assert world.time_s.tolist() == [[0, 9, 13], [9, 0, 4], [13, 4, 0]]
    assert solve_p_median(world, new).value == 13.0


@pytest.mark.parametrize(
    ("text", "fact"),
    [("3 3 1\n1 2 5\n", "ends early"), ("2 1 1\n1 3 5\n", "outside 1 to 2"), ("2 1 1\n1 2 x\n", "no p-median")],
)
def test_a_damaged_instance_is_refused(tmp_path: Path, text: str, fact: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_text(text, encoding="ascii")
    with pytest.raises(SitingError, match=fact):
        read_pmed(file)


def test_a_missing_instance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SitingError, match="no file"):
        read_pmed(tmp_path / "pmed0.txt")
