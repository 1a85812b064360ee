from __future__ import annotations

from itertools import pairwise

import pytest

from routing.route import Route, Step
from simulator.motion import FASTEST_SHOWN_KPH, Driven, Trip, apart_m, straight_route
from tests.factories import LAT, LON, NOW
from tests.simulator.worlds import ELSEWHERE, SCENE, later

START = (LON, LAT)


def make_route(*points: tuple[float, float], kph: float = 36.0) -> Route:
    """Straight between the points, at one speed."""
    times = [0.0]
    for here, there in pairwise(points):
        times.append(times[-1] + apart_m(here, there) / (kph / 3.6))
    length_m = times[-1] * kph / 3.6
    steps = [Step("Lê Lợi", length_m, times[-1])]
    return Route(list(points), times, times[-1], length_m, steps, estimated=False)


def test_a_unit_is_where_its_route_says_at_each_moment() -> None:
    route = make_route(START, SCENE)
    trip = Trip(SCENE, route, NOW, rate=1.0)
    half = trip.fix(later(route.time_s / 2))
    assert (half.lon, half.lat) == pytest.approx((LON + 0.005, LAT))
    assert half.heading_deg == pytest.approx(90.0)
    assert half.speed_kph == pytest.approx(36.0)


def test_before_departure_and_after_arrival_it_stands_at_the_ends() -> None:
    route = make_route(START, SCENE)
    trip = Trip(SCENE, route, NOW, rate=1.0)
    early, late = trip.fix(later(-5)), trip.fix(later(route.time_s + 5))
    assert (early.lon, early.lat) == START
    assert (late.lon, late.lat, late.speed_kph) == (*SCENE, 0.0)
    assert [trip.has_arrived(later(s)) for s in (0, route.time_s - 1, route.time_s + 1)] == [False, False, True]


def test_a_faster_world_arrives_sooner() -> None:
    route = make_route(START, SCENE)
    assert Trip(SCENE, route, NOW, rate=4.0).has_arrived(later(route.time_s / 4 + 0.1))


def test_driving_is_never_sped_up_beyond_what_the_desk_believes() -> None:
    driven = Driven(make_route(START, SCENE, ELSEWHERE, kph=60.0))
    assert driven.top_kph == pytest.approx(60.0)
    assert driven.rate(1.0) == 1.0
    assert driven.rate(100.0) == pytest.approx(FASTEST_SHOWN_KPH / 60)


def test_a_route_that_leads_nowhere_may_be_driven_at_any_speed() -> None:
    assert Driven(make_route(START, START)).rate(20.0) == 20.0


def test_a_straight_line_is_marked_as_estimated() -> None:
    route = straight_route(START, SCENE)
    assert route.estimated
    assert route.time_s == pytest.approx(apart_m(START, SCENE) / (30 / 3.6))
