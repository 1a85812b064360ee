"""When somebody will be there and how sure that is; where somebody is between two fixes."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.conditions import Conditions
from routing.errors import TrafficTableError
from routing.eta import GUESSED, load_spread, with_spread
from routing.journeys import Leg
from routing.profiles import PROFILES
from routing.route import OFF_ROUTE_M, Route, dead_reckon
from routing.route_builder import RouteBuilder
from routing.spread import SPREAD_FILE
from routing.travel_times import TravelTimes
from routing.weights import weigh
from tests.routing.worlds import Cell, at, edge_between, make_times

PRIMARY = {"highway": "primary"}
RUSH = datetime.fromisoformat("2026-11-23T17:30:00+07:00")
HERE, THERE = (106.7004, 10.7769), (106.6500, 10.8000)
# Up a street, into another, to and fro over a point passed before, a wait of 20 s there, and a zero-length end.
WAY = Route(
    geometry=[at(0, 0), at(0, 5), at(4, 5), at(0, 5), at(0, 5), at(0, 9), at(0, 9)],
    vertex_time_s=[0.0, 40.0, 80.0, 120.0, 140.0, 180.0, 180.0],
    time_s=180.0,
    distance_m=1900.0,
    steps=[],
    estimated=False,
)


def test_low_and_high_lie_around_the_engines_time(skeleton_times: TravelTimes) -> None:
    origins = [HERE, THERE, (106.72, 10.85)]
    eta = skeleton_times.eta(origins, (106.68, 10.76))
    assert eta.time_s.tolist() == skeleton_times.times_to(origins, (106.68, 10.76)).tolist()
    assert (eta.low_s < eta.time_s).all()
    assert (eta.time_s < eta.high_s).all()
    assert eta.time_s**2 == pytest.approx(eta.low_s * eta.high_s)


def test_an_old_fix_and_the_rush_hour_make_it_less_sure(skeleton_times: TravelTimes) -> None:
    fresh, old = skeleton_times.eta([HERE, HERE], THERE, fix_age_s=[0, 120]).sigma
    night = skeleton_times.eta([HERE], THERE, at=datetime.fromisoformat("2026-11-23T03:30:00+07:00"))
    rush = skeleton_times.eta([HERE], THERE, at=RUSH)
    assert fresh < old
    assert (night.time_s < rush.time_s).all()
    assert (night.sigma < rush.sigma).all()


def test_the_hour_in_force_counts_when_none_is_asked_for(skeleton_city: Path) -> None:
    times = TravelTimes.load(skeleton_city)
    hour = times.hour(RUSH)
    times.apply(Conditions(hour=hour))
    assert times.hour() == hour == 17
    assert times.eta([HERE], THERE).sigma.tolist() == times.eta([HERE], THERE, at=RUSH).sigma.tolist()


def test_a_point_that_is_no_place_spoils_no_other(skeleton_times: TravelTimes) -> None:
    eta = skeleton_times.eta([HERE, (10.8, 106.7), THERE], (106.68, 10.76), on_bad="nan", fix_age_s=[0, 10, 20])
    assert np.isnan(eta.high_s).tolist() == np.isnan(eta.sigma).tolist() == [False, True, False]
    assert skeleton_times.eta([], HERE).high_s.shape == (0,)


def test_a_straight_line_beyond_the_map_is_the_least_sure(skeleton_times: TravelTimes) -> None:
    far, near = skeleton_times.eta([(107.9, 9.5), (106.6, 10.8)], HERE).sigma
    assert far > near


def test_where_no_road_leads_nothing_is_promised() -> None:
    eta = with_spread(GUESSED, [100.0, np.inf], [900.0, np.inf], None)
    assert np.isfinite(eta.time_s).tolist() == np.isfinite(eta.high_s).tolist() == [True, False]


def test_a_city_without_a_table_is_less_sure_of_everything(skeleton_times: TravelTimes, tmp_path: Path) -> None:
    guess = load_spread(tmp_path)
    assert guess is GUESSED
    time_s, metres = [60.0, 600.0, 3600.0], [500.0, 5000.0, 30000.0]
    for hour in (None, *range(24)):
        known = with_spread(skeleton_times.spread, time_s, metres, hour)
        assert (known.sigma < with_spread(guess, time_s, metres, hour).sigma).all()


def test_a_damaged_table_is_named_and_not_guessed_over(tmp_path: Path) -> None:
    (tmp_path / SPREAD_FILE).write_text("part,hour,sd\n")
    with pytest.raises(TrafficTableError, match="spread.csv cannot be read"):
        load_spread(tmp_path)


def test_from_one_to_many_is_a_row_of_the_matrix(skeleton_times: TravelTimes) -> None:
    ends = [HERE, THERE, (106.72, 10.85)]
    wanted = skeleton_times.times([THERE, HERE], ends)
    assert skeleton_times.times_from(HERE, ends).tolist() == wanted[1].tolist()


@given(st.floats(0, 180))
def test_where_one_is_tells_when_to_what_is_known_of_the_time_before(time_s: float) -> None:
    here = WAY.position_at(time_s)
    progress = WAY.time_at(here.lon, here.lat, not_before_s=max(0.0, time_s - 1))
    assert progress.off_m == pytest.approx(0, abs=1.0)
    assert progress.remaining_s == pytest.approx(WAY.time_s - progress.time_s)
    if not 119 < time_s < 141:  # the wait: one place, many moments
        assert progress.time_s == pytest.approx(time_s, abs=1.05)


@given(st.floats(0, 119), st.floats(0, 200))
def test_between_fixes_a_unit_goes_on_at_the_routes_pace(seen_s: float, age_s: float) -> None:
    fix = WAY.position_at(seen_s)
    found = dead_reckon(WAY, (fix.lon, fix.lat), age_s, not_before_s=max(0.0, seen_s - 1))
    assert found is not None
    assert found[:2] == pytest.approx(
        WAY.position_at(seen_s + age_s)[:2], abs=2.1e-4
    )  # two seconds: it may just have turned


def test_a_place_passed_twice_is_the_second_time_once_the_first_is_over() -> None:
    assert WAY.time_at(*at(2, 5)).time_s == pytest.approx(60.0)
    assert WAY.time_at(*at(2, 5), not_before_s=70.0).time_s == pytest.approx(100.0)


def test_whoever_has_left_the_route_is_not_put_back_on_it() -> None:
    off = WAY.time_at(*at(-2, 2))
    assert off.off_m > OFF_ROUTE_M
    assert dead_reckon(WAY, at(-2, 2), 10.0) is None


def test_nobody_drives_beyond_the_end() -> None:
    found = dead_reckon(WAY, at(0, 8.9), 1e9)
    assert found is not None
    assert found[:2] == at(0, 9)


def test_a_route_that_stands_still_has_nothing_left() -> None:
    route = make_times(([(0, 0), (9, 0)], {"highway": "primary"})).route(at(5, 0), at(5, 0))
    assert route is not None
    assert route.time_at(*at(5, 0))[:2] == (0.0, 0.0)
    assert dead_reckon(route, at(5, 0), 60.0) == route.position_at(0)


def test_a_wait_before_the_first_metre_is_not_lost() -> None:
    """Of a unit that stands at the very end of its street, at a signal."""
    times = make_times(([(0, 0), (5, 0)], PRIMARY), ([(5, 0), (5, 9)], PRIMARY))
    first, second = (2 * edge + side for edge, side in _edges(times, [((0, 0), (5, 0)), ((5, 0), (5, 9))]))
    builder = RouteBuilder(times.graph, weigh(times.graph, PROFILES["car"]), np.zeros(0, dtype=np.int64))
    builder.add_leg(Leg(first, 1.0, 1.0, 0, 9000))
    builder.add_leg(Leg(second, 0.0, 1.0, 60_000, 0))
    route = builder.finish(at(5, 0))
    assert (route.time_s, route.vertex_time_s[-1]) == (69.0, 69.0)
    assert route.position_at(9.0)[:2] == pytest.approx(at(5, 0), abs=1e-6)
    assert route.position_at(39.0)[:2] == pytest.approx(at(5, 4.5), abs=1e-6)


def test_fixes_along_routes_of_the_city_tell_when_they_were(skeleton_times: TravelTimes) -> None:
    """Through waits, closed streets and bends, in order."""
    random = np.random.default_rng(4)
    for _ in range(8):
        here, there = zip(random.uniform(106.62, 106.78, 2), random.uniform(10.72, 10.86, 2), strict=True)
        route = skeleton_times.route(here, there)
        assert route is not None
        before = 0.0
        for time_s in np.linspace(0, route.time_s, 25).tolist():
            fix = route.position_at(time_s)
            progress = route.time_at(fix.lon, fix.lat, before)
            assert progress.off_m < 1.0
            assert before - 1e-6 <= progress.time_s <= time_s + 2.0
            before = progress.time_s


def _edges(times: TravelTimes, ends: list[tuple[Cell, Cell]]) -> list[tuple[int, int]]:
    return [edge_between(times.graph, here, there) for here, there in ends]
