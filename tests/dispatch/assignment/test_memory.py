"""Remembered travel times are the very same, and the roads are asked for nothing twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dispatch.assignment.memory import RememberedTravel
from tests.factories import LAT, LON, FakeTravel

Floats = NDArray[np.float64]


class CountedTravel(FakeTravel):
    """Notes how many times it was asked for, and changes its version when told."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        self.asked += len(origins) * len(destinations)
        return super().times(origins, destinations, profile)


def points(*east: float) -> Floats:
    return np.array([(LON + degrees, LAT) for degrees in east], dtype=np.float64).reshape(-1, 2)


def test_only_a_unit_that_moved_and_a_call_that_is_new_are_asked_about() -> None:
    roads = CountedTravel()
    travel = RememberedTravel(roads)
    travel.times(points(0.01, 0.02, 0.03), points(0.1, 0.2), "ambulance")
    found = travel.times(points(0.01, 0.025, 0.03), points(0.1, 0.2, 0.3), "ambulance")
    assert roads.asked == 6 + 3 + 2
    assert np.array_equal(found, FakeTravel().times(points(0.01, 0.025, 0.03), points(0.1, 0.2, 0.3), "ambulance"))


def test_profiles_are_remembered_apart() -> None:
    roads = CountedTravel()
    travel = RememberedTravel(roads)
    travel.times(points(0.01), points(0.1), "ambulance")
    travel.times(points(0.01), points(0.1), "motorbike")
    assert roads.asked == 2


def test_other_road_conditions_forget_everything() -> None:
    roads = CountedTravel()
    travel = RememberedTravel(roads)
    travel.times(points(0.01), points(0.1), "ambulance")
    roads.version, roads.s_per_degree = "slow", 20_000.0
    assert travel.times(points(0.01), points(0.1), "ambulance").tolist() == [
        FakeTravel(20_000.0).times_to(points(0.01), (LON + 0.1, LAT), "ambulance").tolist()
    ]


def test_an_answer_that_other_conditions_overtake_is_not_kept() -> None:
    class Overtaken(CountedTravel):
        def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
            found = super().times(origins, destinations, profile)
            self.version = f"{self.version}+"
            return found

    roads = Overtaken()
    travel = RememberedTravel(roads)
    for _ in range(2):
        travel.times(points(0.01), points(0.1), "ambulance")
    assert roads.asked == 2


def test_no_road_is_remembered_as_no_road() -> None:
    roads = CountedTravel()
    roads.islands = frozenset([(LON + 0.1, LAT)])
    travel = RememberedTravel(roads)
    answers = [travel.times(points(0.01), points(0.1), "ambulance").tolist() for _ in range(2)]
    assert (answers, roads.asked) == ([[[np.inf]], [[np.inf]]], 1)


def test_nobody_and_nowhere_are_no_times() -> None:
    travel = RememberedTravel(FakeTravel())
    assert travel.times(points(), points(0.1), "ambulance").shape == (0, 1)
    assert travel.times(points(0.1), points(), "ambulance").shape == (1, 0)


steps = st.lists(st.integers(0, 9).map(lambda step: step * 0.01), max_size=5)


@given(st.lists(st.tuples(steps, steps), max_size=8), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_whatever_was_asked_before_the_answer_is_the_roads_own(
    questions: list[tuple[list[float], list[float]]], most_cells: int
) -> None:
    travel, roads = RememberedTravel(FakeTravel(), most_cells), FakeTravel()
    for origins, destinations in questions:
        here, there = points(*origins), points(*destinations)
        assert np.array_equal(travel.times(here, there, "ambulance"), roads.times(here, there, "ambulance"))
