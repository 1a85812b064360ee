"""Conditions change while questions are asked: nobody waits, nobody sees half of a change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from routing.conditions import FREE_FLOW, Conditions, Obstacle
from routing.graph import FloatArray
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, make_times

POINTS = np.column_stack(
    [np.random.default_rng(6).uniform(106.62, 106.76, 25), np.random.default_rng(7).uniform(10.73, 10.85, 25)]
)
TUESDAY_8 = 24 + 8


def _slow(times: TravelTimes, kph: float) -> Conditions:
    """Every street at one speed."""
    arcs = np.arange(times.graph.arcs, dtype=np.int32)
    return Conditions(live_arc=arcs, live_kph=np.full(len(arcs), kph))


def test_free_flow_is_in_force_until_something_is_applied(skeleton_times: TravelTimes) -> None:
    assert skeleton_times.version == FREE_FLOW.version


def test_conditions_are_named_by_what_they_are() -> None:
    same = [Conditions(hour=8, obstacles=(Obstacle((1, 2), None),)) for _ in range(2)]
    other = Conditions(hour=8, obstacles=(Obstacle((1, 2), 5.0),))
    assert same[0].version == same[1].version != other.version


def test_what_is_taken_back_leaves_no_trace(skeleton_city: Path) -> None:
    times = TravelTimes.load(skeleton_city)
    before = times.times(POINTS, POINTS)
    some = Obstacle(tuple(range(0, 4000, 7)), None)
    for conditions in (Conditions(hour=TUESDAY_8), Conditions(obstacles=(some,)), _slow(times, 10.0), FREE_FLOW):
        times.apply(conditions)
    assert times.times(POINTS, POINTS).tolist() == before.tolist()


def test_every_answer_is_wholly_of_one_version(skeleton_city: Path) -> None:
    """Readers in many threads while two states of affairs take turns: each answer is that of one of them."""
    times = TravelTimes.load(skeleton_city, live=True)
    states = [FREE_FLOW, Conditions(hour=TUESDAY_8, obstacles=(Obstacle(tuple(range(0, 6000, 11)), None),))]
    wanted = []
    for state in states:
        times.apply(state)
        wanted.append(times.times(POINTS, POINTS).tolist())
    assert wanted[0] != wanted[1]
    done = Event()

    def ask() -> list[list[list[float]]]:
        answers = []
        while not done.is_set():
            answers.append(times.times(POINTS, POINTS).tolist())
        return answers

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for index in range(12):
            times.apply(states[index % 2])
        done.set()
        answers = [answer for future in asking for answer in future.result()]
    assert len(answers) >= 4
    assert all(answer in wanted for answer in answers)


def test_a_closed_street_is_driven_round() -> None:
    square = [([(0, 0), (4, 0)], {"highway": "residential", "name": "Ngắn"})]
    square += [([(0, 0), (0, 3), (4, 3), (4, 0)], {"highway": "residential", "name": "Dài"})]
    times = make_times(*square)
    closed = times.apply(Conditions(obstacles=(Obstacle((0, 1), None),)))
    route = times.route(at(0, 1), at(4, 1))
    assert route is not None
    assert [step.name for step in route.steps] == ["Dài"]
    assert times.version == closed


def test_somebody_in_a_closed_street_is_reached_on_foot_and_it_is_said() -> None:
    square = [([(0, 0), (4, 0)], {"highway": "residential", "name": "Ngắn"})]
    square += [([(0, 0), (0, 3), (4, 3), (4, 0)], {"highway": "residential", "name": "Dài"})]
    times = make_times(*square)
    times.apply(Conditions(obstacles=(Obstacle((0, 1), None),)))
    route = times.route(at(0, 1), at(2, 0))
    assert route is not None
    last = route.stretches[-1]
    assert (last.name, last.closed) == ("Ngắn", True)
    assert last.distance_m / last.time_s * 3.6 == pytest.approx(3.0, rel=0.01)


def test_nobody_walks_over_the_water_where_a_closed_ferry_goes() -> None:
    river = ([(0, 0), (10, 0)], {"route": "ferry", "motor_vehicle": "yes", "name": "Phà Bình Khánh"})
    bridge = ([(0, 0), (0, 200), (10, 200), (10, 0)], {"highway": "primary", "name": "Cầu xa"})
    times = make_times(river, bridge)
    [usual_s] = times.times_to([at(0, 1)], at(10, 1))
    assert usual_s < 1200.0
    times.apply(Conditions(obstacles=(Obstacle((0, 1), None),)))
    route = times.route(at(0, 1), at(10, 1))
    assert route is not None
    assert [step.name for step in route.steps] == ["Cầu xa"]


@pytest.mark.parametrize(("profile", "felt"), [("car", 1.0), ("ambulance", 0.75), ("motorbike", 0.25)])
def test_each_profile_feels_its_part_of_a_jam(profile: str, felt: float) -> None:
    times = make_times(([(0, 0), (8, 0)], {"highway": "residential"}))
    free = times.times_to([at(1, 0)], at(7, 0), profile)[0]
    times.apply(_slow(times, float(times.free_kph[0]) / 4))
    assert times.times_to([at(1, 0)], at(7, 0), profile)[0] == pytest.approx(free / (1 - felt * 0.75), rel=1e-3)


def test_a_time_of_day_brings_the_usual_traffic_of_its_hour(skeleton_city: Path, skeleton_times: TravelTimes) -> None:
    """Seven in the morning in the city is midnight in UTC."""
    rush = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    applied = TravelTimes.load(skeleton_city)
    applied.apply(Conditions(hour=24 + 7))
    asked = skeleton_times.times(POINTS[:6], POINTS[:6], "car", at=rush)
    assert asked.tolist() == applied.times(POINTS[:6], POINTS[:6], "car").tolist()
    night = skeleton_times.times(POINTS[:6], POINTS[:6], "car", at=rush - timedelta(hours=4))
    off = ~np.eye(6, dtype=bool)
    assert (asked[off] > night[off]).all()


def test_a_time_without_a_zone_is_refused(skeleton_times: TravelTimes) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        skeleton_times.times_to(POINTS, POINTS[0].tolist(), at=datetime(2026, 11, 24, 7, 30))  # noqa: DTZ001  # the point


def test_traffic_never_makes_a_way_faster_than_free(skeleton_times: TravelTimes) -> None:
    free = skeleton_times.times(POINTS, POINTS, "car")
    for hour in range(0, 24, 5):
        at_hour: FloatArray = skeleton_times.times(POINTS, POINTS, "car", at=datetime(2026, 11, 25, hour, tzinfo=UTC))
        assert (at_hour >= free - 0.5).all()  # a millisecond's rounding an arc
