"""Snapping, places off the road, and routes to drive along."""

import math
from itertools import pairwise

import numpy as np
import pytest

from routing.graph import distance_m
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, make_times

AVENUE = ([(0, 0), (10, 0)], {"highway": "primary", "name": "Lê Lợi"})
SIDE = ([(10, 0), (10, 10)], {"highway": "residential"})


@pytest.fixture(scope="module")
def corner() -> TravelTimes:
    return make_times(AVENUE, SIDE)


def test_the_nearest_road_is_named_with_its_distance(corner: TravelTimes) -> None:
    road = corner.nearest_road(*at(5, 0.5))
    assert (road.lon, road.lat) == pytest.approx(at(5, 0))
    assert road.name == "Lê Lợi"
    assert road.distance_m == pytest.approx(55.6, abs=0.2)


def test_a_street_without_a_name_has_none(corner: TravelTimes) -> None:
    assert corner.nearest_road(*at(10, 5)).name is None


def test_part_of_a_street_takes_part_of_its_time(corner: TravelTimes) -> None:
    whole, half = corner.times([at(0, 0)], [at(10, 0), at(5, 0)])[0]
    assert half == pytest.approx(whole / 2, abs=2)


def test_a_place_on_a_one_way_behind_me_is_reached_the_long_way_round() -> None:
    ring = ([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)], {"highway": "residential", "oneway": "yes"})
    times = make_times(ring)
    ahead, behind = times.times([at(2, 0)], [at(3, 0), at(1, 0)], "car")[0]
    round_trip = times.times([at(2, 0)], [at(1.99, 0)], "car")[0, 0]
    assert ahead < behind < round_trip


def test_one_place_is_no_time_from_itself(corner: TravelTimes) -> None:
    matrix = corner.matrix([at(5, 0)], [at(5, 0)])
    assert (matrix.time_s.tolist(), matrix.distance_m.tolist(), matrix.estimated.tolist()) == ([[0]], [[0]], [[False]])


def test_nearby_front_yards_are_free(corner: TravelTimes) -> None:
    on_street, in_yard = corner.matrix([at(0, 0)], [at(5, 0), at(5, 0.8)]).time_s[0]
    assert in_yard == pytest.approx(on_street, abs=0.01)


def test_off_the_road_a_straight_line_is_added_and_marked(corner: TravelTimes) -> None:
    matrix = corner.matrix([at(0, 0)], [at(5, 0), at(5, -9)])
    off_m = float(distance_m(*at(5, 0), *at(5, -9))) * 1.3
    assert matrix.estimated.tolist() == [[False, True]]
    assert matrix.time_s[0, 1] - matrix.time_s[0, 0] == pytest.approx(off_m / (15 / 3.6), rel=0.01)
    assert matrix.distance_m[0, 1] - matrix.distance_m[0, 0] == pytest.approx(off_m, rel=0.01)


def test_two_places_in_one_field_need_no_road(corner: TravelTimes) -> None:
    matrix = corner.matrix([at(5, -9)], [at(5.5, -9)])
    assert matrix.time_s[0, 0] == pytest.approx(
        float(distance_m(*at(5, -9), *at(5.5, -9))) * 1.3 / (15 / 3.6), rel=0.01
    )


@pytest.mark.parametrize("far", [at(0, -100), (0.0, 0.0), (-180.0, 90.0)])
def test_no_place_on_earth_is_refused(corner: TravelTimes, far: tuple[float, float]) -> None:
    matrix = corner.matrix([at(0, 0)], [far])
    straight_m = float(distance_m(*at(0, 0), *far)) * 1.3
    assert matrix.estimated.all()
    assert matrix.distance_m[0, 0] == pytest.approx(straight_m)
    assert matrix.time_s[0, 0] == pytest.approx(straight_m / (30 / 3.6))
    route = corner.route(at(0, 0), far)
    assert route is not None
    assert (route.geometry, route.estimated) == ([at(0, 0), far], True)


@pytest.mark.parametrize("points", [[(1.0, 2.0, 3.0)], [(math.nan, 10.0)], [(10.77, 106.7)]])
def test_what_is_no_place_is_refused(corner: TravelTimes, points: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="points must be"):
        corner.times_to(points, at(0, 0))


def test_no_origins_give_no_times(corner: TravelTimes) -> None:
    assert corner.times_to([], at(0, 0)).shape == (0,)
    assert corner.matrix([at(0, 0)], []).time_s.shape == (1, 0)


def test_the_fast_way_gives_the_times_of_the_matrix(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(2)
    points = np.column_stack([random.uniform(106.6, 106.8, 50), random.uniform(10.7, 10.9, 50)])
    matrix = skeleton_times.many_to_one(points, (106.7, 10.776))
    assert skeleton_times.times_to(points, (106.7, 10.776)).tolist() == matrix.time_s.tolist()


def test_separate_islands_cannot_be_reached() -> None:
    """Two networks, each too large to be a mapping slip."""
    comb = [([(i, 0), (i + 1, 0)], {"highway": "residential"}) for i in range(1100)]
    other = [([(i, 90), (i + 1, 90)], {"highway": "residential"}) for i in range(1100)]
    times = make_times(*comb, *other)
    matrix = times.matrix([at(0, 0)], [at(5, 0), at(5, 90)])
    assert np.isfinite(matrix.time_s).tolist() == [[True, False]]
    assert np.isfinite(matrix.distance_m).tolist() == [[True, False]]
    assert times.route(at(0, 0), at(5, 90)) is None


def test_a_route_names_its_streets_in_order(corner: TravelTimes) -> None:
    route = corner.route(at(2, 0), at(10, 5))
    assert route is not None
    assert [step.name for step in route.steps] == ["Lê Lợi", None]
    assert [step.distance_m for step in route.steps] == pytest.approx(
        [float(distance_m(*at(2, 0), *at(10, 0))), float(distance_m(*at(10, 0), *at(10, 5)))], rel=1e-3
    )
    assert np.array(route.geometry) == pytest.approx(np.array([at(2, 0), at(10, 0), at(10, 5)]), abs=1e-6)


def test_a_unit_on_its_route_is_where_the_time_says(corner: TravelTimes) -> None:
    route = corner.route(at(2, 0), at(10, 5))
    assert route is not None
    start, turn, end = (route.position_at(t) for t in (-5.0, route.vertex_time_s[1] + 1, route.time_s + 5))
    assert (start.lon, start.lat, start.heading_deg) == pytest.approx((*at(2, 0), 90.0), abs=1e-4)
    assert turn.heading_deg == pytest.approx(0.0, abs=0.01)
    assert (end.lon, end.lat) == pytest.approx(at(10, 5), abs=1e-6)


def test_a_route_to_where_one_is_stands_still(corner: TravelTimes) -> None:
    route = corner.route(at(5, 0), at(5, 0))
    assert route is not None
    assert (route.time_s, route.distance_m, route.steps, len(route.geometry)) == (0, 0, [], 2)
    assert route.position_at(3.0)[:2] == pytest.approx(at(5, 0), abs=1e-6)


def test_routes_of_the_city_hang_together(skeleton_times: TravelTimes) -> None:
    """No jump in place or time: every stretch is as long as its time allows at motorway speed with sirens."""
    random = np.random.default_rng(3)
    for _ in range(20):
        here, there = zip(random.uniform(106.62, 106.78, 2), random.uniform(10.72, 10.86, 2), strict=True)
        route = skeleton_times.route(here, there)
        assert route is not None
        assert route.vertex_time_s == sorted(route.vertex_time_s)
        assert route.vertex_time_s[-1] == pytest.approx(route.time_s)
        for (a, b), (t, u) in zip(pairwise(route.geometry), pairwise(route.vertex_time_s), strict=True):
            assert float(distance_m(*a, *b)) <= 1.0 + (u - t) * 130 / 3.6
