from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from routing.route import Route, Step
from simulator.motion import FASTEST_SHOWN_KPH, Trip, apart_m, hasten, straight_route
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
    trip = Trip(SCENE, route, NOW)
    half = trip.fix(later(route.time_s / 2))
    assert (half.lon, half.lat) == pytest.approx((LON + 0.005, LAT))
    assert half.heading_deg == pytest.approx(90.0)
    assert half.speed_kph == pytest.approx(36.0)


def test_before_departure_and_after_arrival_it_stands_at_the_ends() -> None:
    route = make_route(START, SCENE)
    trip = Trip(SCENE, route, NOW)
    early, late = trip.fix(later(-5)), trip.fix(later(route.time_s + 5))
    assert (early.lon, early.lat) == START
    assert (late.lon, late.lat, late.speed_kph) == (*SCENE, 0.0)
    assert [trip.has_arrived(later(s)) for s in (0, route.time_s - 1, route.time_s + 1)] == [False, False, True]


def test_a_faster_world_arrives_sooner() -> None:
    route = make_route(START, SCENE)
    assert hasten(route, 4.0).time_s == pytest.approx(route.time_s / 4)
    assert hasten(route, 1.0) == route


def test_no_stretch_is_driven_faster_than_the_desk_believes() -> None:
    slow, fast = make_route(START, SCENE, kph=10.0), make_route(SCENE, ELSEWHERE, kph=90.0)
    times = [*slow.vertex_time_s, slow.time_s + fast.time_s]
    both = replace(slow, geometry=[START, SCENE, ELSEWHERE], vertex_time_s=times, time_s=times[-1])
    hastened = hasten(both, 10.0)
    first_s, second_s = (there - here for here, there in pairwise(hastened.vertex_time_s))
    assert first_s == pytest.approx(slow.time_s / 10)
    assert second_s == pytest.approx(fast.time_s * 90 / FASTEST_SHOWN_KPH)
    assert hastened.time_s == first_s + second_s


def test_a_route_that_leads_nowhere_is_over_at_once() -> None:
    assert hasten(make_route(START, START), 20.0).time_s == 0.0


def test_a_straight_line_is_marked_as_estimated() -> None:
    route = straight_route(START, SCENE)
    assert route.estimated
    assert route.time_s == pytest.approx(apart_m(START, SCENE) / (30 / 3.6))
