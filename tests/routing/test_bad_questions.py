"""Questions that mean nothing, and conditions that no street can be under, are refused with the reason."""

import math
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from routing.conditions import FREE_FLOW, Conditions, Obstacle
from routing.engine import Metric
from routing.errors import TrafficTableError
from routing.graph import IntArray
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, edge_between, make_times

STREET = {"highway": "residential"}
SHORT = ([(0, 0), (4, 0)], STREET | {"name": "Ngắn"})
LONG = ([(0, 0), (0, 3), (4, 3), (4, 0)], STREET | {"name": "Dài"})
HERE, THERE = at(0, 1), at(4, 1)


@pytest.fixture
def square() -> TravelTimes:
    return make_times(SHORT, LONG)


@pytest.mark.parametrize(
    "ask",
    [
        lambda times, place: times.times_to([HERE], place),
        lambda times, place: times.times_from(place, [HERE]),
        lambda times, place: times.many_to_one([HERE], place),
        lambda times, place: times.eta([HERE], place),
        lambda times, place: times.route(HERE, place),
    ],
)
def test_where_one_place_is_asked_about_none_and_two_are_refused(
    square: TravelTimes, ask: Callable[[TravelTimes, object], object]
) -> None:
    for places in ([], [HERE, THERE], square.snap([]), square.snap([HERE, THERE])):
        with pytest.raises(ValueError, match="one place"):
            ask(square, places)


@pytest.mark.parametrize("radius_m", [math.nan, -1.0])
def test_a_radius_that_is_none_is_refused(square: TravelTimes, radius_m: float) -> None:
    with pytest.raises(ValueError, match="radius_m"):
        square.snap([HERE], radius_m=radius_m)


def test_a_misspelt_word_for_bad_rows_is_refused(square: TravelTimes) -> None:
    with pytest.raises(ValueError, match="give one of raise, nan"):
        square.times([(math.nan, 1.0)], [HERE], on_bad="drop")  # type: ignore[arg-type]  # the point


@pytest.mark.parametrize("minutes", [math.nan, -5.0])
def test_reach_within_no_time_is_refused(square: TravelTimes, minutes: float) -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        square.reach([HERE], [5.0, minutes])


def test_ages_of_other_fixes_are_refused(square: TravelTimes) -> None:
    with pytest.raises(ValueError, match="fix_age_s must be one number for each of 2 points"):
        square.eta([HERE, THERE], HERE, fix_age_s=[1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "moment",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime(2026, 11, 24, 7, 30),  # noqa: DTZ001  # the point
        "2026-11-24T07:30:00+07:00",
    ],
)
def test_a_time_that_falls_in_no_hour_is_refused(square: TravelTimes, moment: datetime) -> None:
    with pytest.raises(ValueError, match="years 1 to 9999|time zone"):
        square.times([HERE], [THERE], at=moment)


ALL = tuple(range(4))


@pytest.mark.parametrize(
    ("conditions", "fact"),
    [
        (Conditions(hour=168), "hour 168 is not in the week"),
        (Conditions(hour=8.5), "hour 8.5 is not in the week"),  # type: ignore[arg-type]  # the point
        (Conditions(obstacles=(Obstacle((4,), None),)), "no arc 4 on the map in use; its arcs are 0 to 3"),
        (Conditions(obstacles=(Obstacle((0, -1), None),)), "no arc -1 on the map"),
        (Conditions(obstacles=(Obstacle((1.5,), None),)), "whole numbers"),  # type: ignore[arg-type]  # the point
        (Conditions(obstacles=(Obstacle(ALL, math.nan),)), "nan km/h is no speed"),
        (Conditions(obstacles=(Obstacle(ALL, 0.0),)), "0 km/h is no speed"),
        (Conditions(obstacles=(Obstacle(ALL, -5.0),)), "-5 km/h is no speed"),
        (Conditions(live_arc=np.array([-1], dtype=np.int32), live_kph=np.array([9.0])), "no arc -1 on the map"),
        (Conditions(live_arc=np.arange(3, dtype=np.int32), live_kph=np.array([9.0])), "3 live arcs have 1 speeds"),
        (Conditions(live_arc=np.array([0], dtype=np.int32), live_kph=np.array([math.nan])), "nan km/h is no speed"),
        (Conditions(live_arc=np.array([0], dtype=np.int32), live_kph=np.array([math.inf])), "inf km/h is no speed"),
        (Conditions(live_arc=np.array([0], dtype=np.int32), live_kph=np.array([-3.0])), "-3 km/h is no speed"),
        (Conditions(live_arc=np.array([0], dtype=np.int32), live_kph=np.array([999.0])), "999 km/h is no speed"),
    ],
)
def test_conditions_of_no_street_are_refused_and_change_nothing(
    square: TravelTimes, conditions: Conditions, fact: str
) -> None:
    assert square.graph.arcs == len(ALL)
    square.apply(Conditions(obstacles=(Obstacle((0,), None),)))
    before = square.version, square.times([HERE], [THERE]).tolist()
    with pytest.raises(ValueError, match=fact):
        square.apply(conditions)
    assert (square.version, square.times([HERE], [THERE]).tolist()) == before


def test_however_slow_it_is_told_to_be_a_street_is_passed_on_foot(square: TravelTimes) -> None:
    square.apply(Conditions(obstacles=(Obstacle(ALL, None),)))
    on_foot = square.times([HERE], [THERE]).tolist()
    for kph in (1.0, 1e-6, 1e-300):
        square.apply(Conditions(obstacles=(Obstacle(ALL, kph),)))
        assert square.times([HERE], [THERE]).tolist() == on_foot


def test_without_usual_traffic_another_hour_knows_nothing_of_what_is_in_force(square: TravelTimes) -> None:
    moment = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    free = square.times([HERE], [THERE]).tolist()
    square.apply(Conditions(obstacles=(Obstacle((0, 1), None),)))
    assert square.times([HERE], [THERE], at=moment).tolist() == free
    route = square.route(HERE, THERE, at=moment)
    assert route is not None
    assert route.time_s == pytest.approx(free[0][0], abs=1e-6)
    assert "Ngắn" in [step.name for step in route.steps]


def test_a_route_says_of_closures_what_its_times_hold_to_while_they_come_in_force(
    square: TravelTimes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ambulance's times are the first to change; a route asked for before the car's have is asked for here."""
    found = []
    car = square._ways["car"].weighing
    change = car.change

    def ask_and_change(drive_ms: IntArray, version: str) -> None:
        found.append(square.route(at(1, 0), at(3, 0)))
        change(drive_ms, version)

    monkeypatch.setattr(car, "change", ask_and_change)
    for obstacles, is_closed in (((Obstacle(ALL, None),), True), ((), False)):
        square.apply(Conditions(obstacles=obstacles))
        route = found[-1]
        assert route is not None
        on_foot = route.distance_m / route.time_s * 3.6 == pytest.approx(3.0, rel=0.01)
        assert (on_foot, [stretch.closed for stretch in route.stretches]) == (is_closed, [is_closed])


def test_a_change_that_failed_half_way_is_never_driven_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """The middle of a street is closed, in part, and then only a lane that nobody drives."""
    lanes = ([(1, 0), (1, 1)], STREET), ([(2, 0), (2, 1)], STREET)
    times, wanted = (make_times(([(0, 0), (1, 0), (2, 0), (3, 0)], STREET), *lanes) for _ in range(2))
    ordinary = Metric.change

    def fail_half_way(metric: Metric, weights: IntArray) -> None:
        before = metric.weights
        ordinary(metric, weights)
        metric.weights = before
        raise MemoryError

    middle, _ = edge_between(times.graph, (1, 0), (2, 0))
    lane, _ = edge_between(times.graph, (1, 0), (1, 1))
    shut, one = (Conditions(obstacles=(Obstacle((2 * edge, 2 * edge + 1), None),)) for edge in (middle, lane))
    for conditions in (one, FREE_FLOW):
        times.apply(conditions)
    monkeypatch.setattr(Metric, "change", fail_half_way)
    with pytest.raises(MemoryError):
        times.apply(shut)
    monkeypatch.setattr(Metric, "change", ordinary)
    for each in (times, wanted):
        each.apply(one)
    ask = [at(0.5, 0)], [at(2.5, 0)]
    assert times.times(*ask).tolist() == wanted.times(*ask).tolist()


@pytest.mark.parametrize("lost", ["hours.csv", "areas.geojson"])
def test_a_city_that_lost_its_usual_traffic_is_refused(skeleton_city: Path, tmp_path: Path, lost: str) -> None:
    city = tmp_path / "city"
    shutil.copytree(skeleton_city, city)
    (city / "traffic" / lost).unlink()
    with pytest.raises(TrafficTableError, match=lost):
        TravelTimes.load(city)
