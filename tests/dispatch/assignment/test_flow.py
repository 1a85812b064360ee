"""Slots to units, in the smallest matrices. The last column of every goal is what nobody costs."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.assignment.flow import match

ALL = np.ones((2, 2), dtype=np.bool_)
NOBODY = 10**6


def costs(*rows: list[int], nobody: int = NOBODY) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([[*row, nobody] for row in rows], dtype=np.int64)


def test_the_sum_counts_not_the_first_row() -> None:
    assert match([costs([1, 2], [1, 9])], ALL, 2) == [1, 0]


def test_nobody_is_given_when_that_costs_least() -> None:
    assert match([costs([7, 9], [3, 8], nobody=5)], ALL, 2) == [None, 0]


def test_a_goal_that_counts_those_left_outweighs_any_cost() -> None:
    left = costs([0, 0], [0, 0], nobody=1)
    allowed = np.array([[True, True], [True, False]])
    assert match([left, costs([0, 10_000], [0, 0], nobody=0)], allowed, 2) == [1, 0]


def test_a_hair_of_a_graver_goal_outweighs_all_of_a_lesser_one() -> None:
    assert match([costs([1, 0], [0, 0]), costs([0, 500], [500, 0])], ALL, 2) == [1, 0]


def test_what_all_columns_of_a_row_cost_alike_decides_nothing() -> None:
    dear = np.array([[2**50, 2**50 + 1, 2**50 + 2], [0, 5, 9]])
    assert match([dear, costs([5, 0], [0, 0])], ALL, 2) == [1, 0]


def test_costs_below_zero_are_costs() -> None:
    assert match([costs([-5, 3])], ALL[:1], 2) == [0]


def test_one_candidate_a_row_never_leaves_a_row_beside_a_free_column() -> None:
    assert match([costs([0, 1], [0, 5])], ALL, 1) == [1, 0]


def test_a_row_without_columns_gets_none() -> None:
    assert match([costs([1, 2], [3, 4])], np.zeros((2, 2), dtype=np.bool_), 2) == [None, None]
    assert match([costs([], [])], np.zeros((2, 0), dtype=np.bool_), 2) == [None, None]


def test_the_least_goals_are_left_out_when_all_do_not_fit() -> None:
    large, ties = costs([0, 2**40], [0, 2**41], nobody=2**42), costs([2**40, 0], [0, 2**40])
    assert match([large, ties], ALL, 2) == [1, 0]


def test_costs_that_do_not_fit_at_all_are_refused_loudly() -> None:
    with pytest.raises(OverflowError, match="use coarser costs"):
        match([costs([0, 2**61], [0, 0])], ALL, 2)
