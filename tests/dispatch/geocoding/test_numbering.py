"""Where along a street a number is, from its neighbours, its street and how the city counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.geocoding.along import metres_along, project
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.number_direction import AWAY_FROM, log_odds_forward
from dispatch.geocoding.number_runs import Anchors, Jump, fit_run
from dispatch.geocoding.numbering import NumberLine, Span, Stretch, shares_of
from dispatch.geocoding.street_numbers import INNER_SCALES

WEST = np.array((-1.0, 0.0))


def make_line(known: dict[int, float], length_m: float = 1_000.0, *, westward: bool = True) -> NumberLine:
    """A straight street from the old centre to the west (or back), with known numbers at metres along."""
    along = np.arange(0.0, length_m + 1, 20.0)
    ends = np.array(AWAY_FROM), np.array(AWAY_FROM) + length_m * WEST
    low, high = ends if westward else ends[::-1]
    stretch = Stretch(np.ones(len(along), dtype=np.bool_), 0.0, length_m, low, high, INNER_SCALES)
    number, metres = np.array(list(known), dtype=float), np.array(list(known.values()), dtype=float)
    return NumberLine(
        along, [stretch], Anchors(number, metres, np.full(len(known), 15.0)), np.zeros(len(known), np.intp)
    )


def likeliest(line: NumberLine, number: int) -> float:
    """The metres along with most of the distribution."""
    return float(line.along[line.spread(float(number))[0].argmax()])


def test_a_number_lies_between_its_neighbours() -> None:
    line = make_line({100: 300.0, 140: 420.0})
    assert likeliest(line, 120) == pytest.approx(360.0, abs=25)


def test_a_number_past_the_last_known_one_goes_on_at_the_streets_pace() -> None:
    line = make_line({20: 80.0, 60: 240.0, 100: 400.0})
    assert likeliest(line, 140) == pytest.approx(560.0, abs=60)


def test_known_numbers_tell_from_which_end_a_street_is_counted() -> None:
    backward = {20: 920.0, 60: 760.0, 100: 600.0}
    assert likeliest(make_line(backward), 140) == pytest.approx(440.0, abs=60)


@pytest.mark.parametrize(("westward", "end"), [(True, 0.0), (False, 1_000.0)])
def test_without_known_numbers_a_street_is_counted_away_from_the_old_centre(westward: bool, end: float) -> None:
    assert likeliest(make_line({}, westward=westward), 2) == pytest.approx(end, abs=60)


def test_a_number_far_beyond_the_street_is_hardly_on_it() -> None:
    line = make_line({10: 40.0, 200: 800.0})
    assert line.spread(100.0)[1] > 0.8 > 0.2 > line.spread(9_999.0)[1]


@given(st.dictionaries(st.integers(1, 900), st.floats(0, 1_000), max_size=60), st.integers(1, 20_000))
def test_the_distribution_is_one(known: dict[int, float], number: int) -> None:
    mass, on_street = make_line(known).spread(float(number))
    assert (mass >= 0).all()
    assert 0 < on_street < 1.25


def test_the_odds_of_a_direction_and_its_reverse_are_opposite() -> None:
    one, other = np.array((200.0, 300.0)), np.array((-900.0, 1_300.0))
    assert log_odds_forward(one, other) == pytest.approx(-log_odds_forward(other, one))


def line_of(*points: tuple[float, float]) -> Floats:
    return np.array(points)


def test_metres_run_on_over_a_gap_and_beside_the_other_carriageway() -> None:
    parts = [line_of((0, 0), (500, 0)), line_of((500, 20), (0, 20)), line_of((600, 0), (700, 0))]
    first, second, third = metres_along(parts)
    up = first[1] > first[0]
    at_end = [max(part) for part in (first, second, third)] if up else [min(part) for part in (first, second, third)]
    assert abs(at_end[0] - at_end[1]) < 60
    assert {round(abs(step)) for step in np.diff(third)} == {100}
    assert max(third.max(), first.max()) - min(third.min(), first.min()) == pytest.approx(700, abs=45)


def test_a_house_is_where_it_stands_nearest() -> None:
    parts = [line_of((0, 0), (100, 0), (100, 100))]
    assert project(np.array((90.0, 50.0)), parts, metres_along(parts)) == pytest.approx(150.0)


def test_numbers_that_fit_no_numbering_are_left_out() -> None:
    known = {20: 80.0, 60: 240.0, 100: 400.0, 140: 560.0, 96: 950.0}
    line = make_line(known)
    assert likeliest(line, 97) == pytest.approx(390.0, abs=60)
    assert (line.is_astray(96, 950.0), line.is_astray(100, 400.0)) == (True, False)


def test_the_same_number_said_twice_nearby_counts_once() -> None:
    anchors = Anchors(np.array([7.0, 7.0, 7.0]), np.array([40.0, 60.0, 500.0]), np.array([15.0, 15.0, 15.0]))
    merged, rows = anchors.merged()
    assert (merged.along.tolist(), rows.tolist()) == ([50.0, 500.0], [0, 2])


def test_a_number_a_little_beyond_the_end_is_at_the_end() -> None:
    line = make_line({20: 80.0, 100: 400.0, 200: 800.0})
    mass, _ = line.spread(262.0)
    assert likeliest(line, 262) > 900
    assert mass[line.along > 850].sum() > 0.5 * mass.sum()


def test_numbers_that_jump_over_a_square_are_still_one_numbering() -> None:
    number = np.array([10.0, 30.0, 50.0, 70.0, 90.0, 110.0, 130.0])
    along = number * 3.8 + 400 * (number > 60)
    run = fit_run(Anchors(number, along, np.full(7, 15.0)), 0.0, 1_000.0, 1, INNER_SCALES)
    assert (run.anchors.number.tolist(), run.jumps[0].after, run.jumps[0].before) == (number.tolist(), 50.0, 70.0)
    assert run.at(80.0)[0] == pytest.approx(704.0, abs=20)
    assert run.at(60.0)[1] > 3 * run.at(100.0)[1]


def test_a_street_that_goes_on_from_another_starts_with_a_high_number() -> None:
    line = make_line({280: 100.0, 300: 180.0, 340: 330.0, 378: 480.0})
    assert likeliest(line, 320) == pytest.approx(255.0, abs=40)


def test_a_jump_grows_between_its_numbers_and_holds_for_its_side_alone() -> None:
    shares = Jump(10.0, 20.0, 0).share(np.array([8.0, 14.0, 15.0, 30.0]))
    assert shares.tolist() == pytest.approx([0.0, 0.4, 0.0, 1.0])


def test_a_number_two_doors_from_a_known_one_is_there_though_the_rest_says_otherwise() -> None:
    known = {20: 80.0, 60: 240.0, 100: 400.0, 140: 560.0, 96: 950.0}
    mass, _ = (line := make_line(known)).spread(94.0)
    assert mass[line.along > 850].sum() > 0.3
    assert line.spread(70.0)[0][line.along > 850].sum() < 0.1


def test_numbers_are_counted_from_the_longer_road() -> None:
    one, other = np.array((0.0, 0.0)), np.array((300.0, 300.0))
    assert (
        log_odds_forward(one, other, 5_000.0, 0.0)
        > log_odds_forward(one, other)
        > log_odds_forward(one, other, 0.0, 5_000.0)
    )


def test_the_shares_of_all_ways_through_the_stretches_sum_to_one() -> None:
    spans = [Span(0, 0, 1), Span(0, 0, -1), Span(1, 1, 1), Span(1, 1, -1), Span(0, 1, 1), Span(0, 1, -1)]
    shares = shares_of({span: -0.5 * row for row, span in enumerate(spans)})
    together = shares[spans[4]] + shares[spans[5]]
    assert shares[spans[0]] + shares[spans[1]] + together == pytest.approx(1.0)
    assert shares[spans[2]] + shares[spans[3]] + together == pytest.approx(1.0)
