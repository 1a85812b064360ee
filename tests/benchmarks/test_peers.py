"""What the comparison with other routers computes once everybody has answered."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.peers.agreement import Answers, agree, worst
from benchmarks.peers.classes import Map, class_speeds
from benchmarks.peers.matrices import MatrixError, read_two
from benchmarks.peers.pairs import Stratum, draw_pairs
from benchmarks.peers.routers import decode_polyline
from routing.graph import distance_m

NO = np.nan


def everywhere(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.full(len(points), True)


def test_errors_are_relative_to_the_second_router_and_the_bias_keeps_its_sign() -> None:
    ours = Answers(np.array([110.0, 80.0, 100.0, NO]), np.array([1000.0, 1000.0, 1000.0, NO]))
    theirs = Answers(np.array([100.0, 100.0, 100.0, 100.0]), np.array([2000.0, 1000.0, 800.0, 500.0]))
    figures = agree(ours, theirs)
    assert (figures.pairs, figures.only_one) == (3, 1)
    assert astuple(figures.time) == pytest.approx((0.1, 0.18, 0.0))
    assert astuple(figures.distance) == pytest.approx((0.25, 0.45, 0.0))


def test_pairs_with_next_to_no_distance_say_nothing() -> None:
    ours = Answers(np.array([5.0, 60.0]), np.array([30.0, 500.0]))
    theirs = Answers(np.array([0.0, 50.0]), np.array([0.0, 500.0]))
    assert agree(ours, theirs).pairs == 1


def test_the_worst_pairs_come_worst_first_and_only_where_both_found_a_way() -> None:
    ours = Answers(np.array([100.0, 150.0, NO, 90.0]), np.array([1000.0, 1000.0, NO, 3000.0]))
    theirs = Answers(np.array([100.0] * 4), np.array([1000.0] * 4))
    found = {what: rows.tolist() for what, rows in worst(ours, theirs, 10).items()}
    assert found == {"distance": [3, 0, 1], "time": [1, 3, 0]}


def test_the_same_seed_draws_the_same_pairs_as_far_apart_as_asked() -> None:
    strata = {"near": Stratum((106.6, 10.7, 106.8, 10.9), 500, 3000), "far": Stratum((106.4, 10.4, 107, 11), 15_000)}
    one, other = draw_pairs(21, 5, strata, everywhere), draw_pairs(21, 5, strata, everywhere)
    apart = distance_m(*one.origins.T, *one.destinations.T)
    assert (one.origins == other.origins).all()
    assert (one.destinations == other.destinations).all()
    assert one.stratum.tolist() == ["near"] * 11 + ["far"] * 10
    assert ((apart[:11] >= 500) & (apart[:11] <= 3000)).all()
    assert (apart[11:] >= 15_000).all()


def test_a_box_without_streets_is_named() -> None:
    with pytest.raises(ValueError, match="stratum sea: its box"):
        draw_pairs(1, 1, {"sea": Stratum((109.0, 9.0, 109.1, 9.1))}, lambda points: np.full(len(points), False))


def test_two_matrices_are_compared_over_the_pairs_that_both_hold(tmp_path: Path) -> None:
    header = "origin,destination,time_s,distance_m\n"
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(header + "a,a,0,0\na,b,60.5,700\na,c,,\nb,a,70,800\n")
    theirs.write_text(header + "b,a,80,900\na,a,0,0\na,c,90,1000\na,b,50,600\nx,y,1,1\n")
    one, two = read_two(ours, theirs)
    np.testing.assert_equal(one.time_s, [60.5, NO, 70.0])
    np.testing.assert_equal(two.distance_m, [600.0, 1000.0, 900.0])


def test_a_matrix_without_a_column_is_named_with_the_column(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("origin,destination,time_s\na,b,1\n")
    with pytest.raises(MatrixError, match=r"m\.csv lacks the column distance_m"):
        read_two(path, path)


def test_matrices_of_other_places_have_nothing_to_compare(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text("origin,destination,time_s,distance_m\na,b,1,1\n")
    theirs.write_text("origin,destination,time_s,distance_m\nc,d,1,1\n")
    with pytest.raises(MatrixError, match="no pair of origin and destination in common"):
        read_two(ours, theirs)


def test_a_class_speed_is_by_length_and_apart_for_posted_limits() -> None:
    roads = Map(
        road_class={1: "primary", 2: "primary", 3: "residential"},
        posted_kph={1: 60.0, 2: 0.0, 3: 0.0},
        way_between={(7, 8): 3},
    )
    parts = [
        {"way_id": 1, "time_s": 60.0, "distance_m": 1000.0},
        {"way_id": 2, "time_s": 100.0, "distance_m": 1000.0},
        {"way_id": 2, "time_s": 20.0, "distance_m": 1000.0},
        {"from_node": 7, "to_node": 8, "time_s": 36.0, "distance_m": 250.0},
        {"from_node": 8, "to_node": 9, "time_s": 1.0, "distance_m": 10.0},
    ]
    assert class_speeds([None, {"parts": parts}], roads) == {
        ("primary", True): (60.0, 1.0),
        ("primary", False): (60.0, 2.0),
        ("residential", False): (25.0, 0.25),
    }


def test_a_polyline_is_read_with_six_digits() -> None:
    # The example of Google's description, which counts with five: all degrees come out a tenth.
    line = decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@")
    np.testing.assert_allclose(line, [[-12.02, 3.85], [-12.095, 4.07], [-12.6453, 4.3252]])
