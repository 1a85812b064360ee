"""Reach: exact times on every street, and outlines that hold just the ground beside the streets reached in time."""

from datetime import datetime
from typing import Final

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate

from routing.build import build_graph
from routing.contours import Crossings, outline, to_multipolygon
from routing.errors import NoRoadsError
from routing.graph import EARTH_RADIUS_M, FloatArray, distance_m
from routing.journeys import trips
from routing.off_road import leg_s
from routing.reach_areas import BESIDE_M, CELL_DEG
from routing.travel_times import TravelTimes
from tests.routing.worlds import Cell, Street, at, make_roads, make_times

CELL_M: Final = CELL_DEG * EARTH_RADIUS_M * np.pi / 180
RESIDENTIAL: Final = {"highway": "residential"}
_CELLS = st.tuples(st.integers(0, 4), st.integers(0, 4))
_STREET = st.tuples(
    st.lists(_CELLS, min_size=2, max_size=5, unique=True),
    st.fixed_dictionaries(
        {
            "highway": st.sampled_from(["trunk", "primary", "residential", "service"]),
            "oneway": st.sampled_from(["yes", "no", "-1"]),
        }
    ),
)
_SPOTS = st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), min_size=2, max_size=4)


@given(
    streets=st.lists(_STREET, min_size=2, max_size=9),
    spots=_SPOTS,
    sources=st.integers(1, 2),
    turns=st.booleans(),
    to=st.booleans(),
    profile=st.sampled_from(["car", "ambulance"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_times_on_streets_are_those_of_the_journeys_there(
    streets: list[Street], spots: list[Cell], sources: int, turns: bool, to: bool, profile: str
) -> None:
    try:
        times = TravelTimes(build_graph(make_roads(*streets)), turns=turns)
    except NoRoadsError:
        assume(False)
    points = np.array([at(*spot) for spot in spots])
    ways = times._of(profile)
    here, there = ways.guide.snapper.snap(points[:sources]), ways.guide.snapper.snap(points)
    with trips(times.graph, ways.weighing, there if to else here, here if to else there) as trip:
        road_s = trip.times_ms() / 1000
    wanted = ((road_s.T if to else road_s) + leg_s(here)[:, None]).min(axis=0)
    found = times.reached(points[:sources], profile, to=to).at(there.edge, there.share)
    assert np.isfinite(found).tolist() == np.isfinite(wanted).tolist()
    reachable = np.isfinite(wanted)
    assert found[reachable] == pytest.approx(wanted[reachable], abs=0.002)


@pytest.mark.parametrize("to", [False, True])
def test_streets_are_cut_where_the_time_is_over(skeleton_times: TravelTimes, to: bool) -> None:
    reached = skeleton_times.reached([(106.7004, 10.7769)], to=to)
    pieces = reached.within(300.0)
    ends = np.maximum(pieces.from_s, pieces.to_s)
    whole = (pieces.from_share == 0) & (pieces.to_share == 1)
    assert len(pieces) > 100
    assert ends.max() == 300.0
    assert (ends[~whole & ~np.isin(pieces.arc, reached.nearby.arc)] == 300.0).all()


def test_streets_in_time_are_counted_once_and_in_part() -> None:
    """Both ways along one street from its middle, and no further than its ends."""
    times = make_times(([(0, 0), (20, 0)], RESIDENTIAL))
    length = float(distance_m(*at(0, 0), *at(20, 0)))
    reached = times.reached([at(10, 0)], "car")
    end_s = float(times.times_from(at(10, 0), [at(20, 0)], "car")[0])
    assert reached.street_m(end_s / 2) == pytest.approx(length / 2, rel=1e-3)
    assert reached.street_m(end_s * 9) == pytest.approx(length, rel=1e-6)


@pytest.mark.parametrize(("profile", "to"), [("ambulance", False), ("ambulance", True), ("motorbike", False)])
def test_a_place_on_a_street_is_inside_just_when_it_is_reached_in_time(
    skeleton_times: TravelTimes, profile: str, to: bool
) -> None:
    """To within a cell and a half: somewhere so near is in time when inside, somewhere so near is late when outside."""
    centre = (106.6800, 10.7800)
    reached = skeleton_times.reached([centre], profile, to=to)
    areas = skeleton_times.reach([centre], [3.0, 6.0, 9.0], profile, to=to)
    edge, share, points = _places_near(skeleton_times, profile, centre, 0.09)
    seconds = reached.at(edge, share)
    tree = shapely.STRtree(np.asarray(shapely.points(points)))
    rng = np.random.default_rng(5).choice(len(points), 400, replace=False)
    near = tree.query(shapely.points(points[rng]), predicate="dwithin", distance=1.5 * CELL_DEG)
    earliest, latest = np.full(400, np.inf), np.zeros(400)
    np.minimum.at(earliest, near[0], seconds[near[1]])
    np.maximum.at(latest, near[0], seconds[near[1]])
    for area in areas:
        inside = shapely.intersects_xy(area.shape, points[rng, 0], points[rng, 1])
        limit = 60 * area.minutes
        assert (earliest[inside] <= limit + 1).all()
        assert (latest[~inside] > limit - 1).all()
    assert 0.05 < inside.mean() < 0.95


def test_areas_are_valid_and_lie_inside_each_other(skeleton_times: TravelTimes) -> None:
    areas = skeleton_times.reach(
        [(106.7004, 10.7769)], [5, 10, 15], at=datetime.fromisoformat("2026-11-23T17:30+07:00")
    )
    small, middle, large = (area.shape for area in areas)
    assert all(shape.geom_type == "MultiPolygon" and shape.is_valid for shape in (small, middle, large))
    assert middle.covers(small)
    assert large.covers(middle)
    assert 0 < small.area < middle.area < large.area


def test_a_crossing_of_like_streets_is_reached_alike_in_all_directions() -> None:
    arms: list[Street] = [([(0, 0), end], RESIDENTIAL) for end in [(9, 0), (0, 9), (-9, 0), (0, -9)]]
    times = make_times(*arms)
    shape = times.reach([at(0, 0)], [1.0], "car")[0].shape
    bent = rotate(shape, 90, origin=at(0, 0))
    # A degree east is 1.8 % shorter than one north there: 500 m of arm differ by 9 m.
    assert shape.symmetric_difference(bent).area < 0.12 * shape.area


def test_ground_lies_within_the_width_beside_a_street() -> None:
    times = make_times(([(0, 0), (10, 0)], RESIDENTIAL))
    shape = times.reach([at(5, 0)], [30.0], "car")[0].shape
    metres = EARTH_RADIUS_M * np.pi / 180
    west, south, east, north = shape.bounds
    assert ((north - south) * metres / 2) == pytest.approx(BESIDE_M, abs=CELL_M)
    assert (east - at(10, 0)[0]) * metres * np.cos(np.radians(10.77)) == pytest.approx(BESIDE_M, abs=CELL_M)
    assert (at(0, 0)[0] - west) * metres * np.cos(np.radians(10.77)) == pytest.approx(BESIDE_M, abs=CELL_M)


def test_the_other_bank_is_reached_by_the_bridge_only() -> None:
    """Two quays 110 m apart, joined by one bridge at their far end: near the start only this bank is reached."""
    quays: list[Street] = [([(0, 0), (40, 0)], RESIDENTIAL), ([(0, 1), (40, 1)], RESIDENTIAL)]
    bridge: Street = ([(40, 0), (40, 1)], {**RESIDENTIAL, "bridge": "yes"})
    times = make_times(*quays, bridge)
    across_s = float(times.times_from(at(0, 0), [at(40, 1)], "car")[0])
    soon, late = (area.shape for area in times.reach([at(0, 0)], [across_s / 60 + 1, 4 * across_s / 60], "car"))
    this, other = shapely.Point(at(1, 0)), shapely.Point(at(1, 1))
    assert [soon.contains(this), soon.contains(other)] == [True, False]
    assert soon.contains(shapely.Point(at(39, 1)))
    assert [late.contains(this), late.contains(other)] == [True, True]


def test_ground_far_from_any_street_is_a_hole() -> None:
    ring: Street = ([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], RESIDENTIAL)
    shape = make_times(ring).reach([at(0, 0)], [30.0], "car")[0].shape
    assert [len(part.interiors) for part in shape.geoms] == [1]
    assert not shape.contains(shapely.Point(at(5, 5)))


def test_who_gets_here_is_another_question_than_where_one_gets() -> None:
    times = make_times(([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], {**RESIDENTIAL, "oneway": "yes"}))
    ahead, behind = shapely.Point(at(4, 0)), shapely.Point(at(0, 4))
    outward = times.reach([at(1, 0)], [1.3], "car")[0].shape
    inward = times.reach([at(1, 0)], [1.3], "car", to=True)[0].shape
    assert [outward.contains(ahead), outward.contains(behind)] == [True, False]
    assert [inward.contains(ahead), inward.contains(behind)] == [False, True]


def test_several_stations_reach_what_one_of_them_reaches(skeleton_times: TravelTimes) -> None:
    stations = [(106.66, 10.76), (106.70, 10.80)]
    together = skeleton_times.reached(stations)
    alone = [skeleton_times.reached([station]) for station in stations]
    edge, share, _ = _places_near(skeleton_times, "ambulance", stations[0], 0.05)
    assert together.at(edge, share) == pytest.approx(np.minimum(*(each.at(edge, share) for each in alone)), abs=0.002)


def test_a_unit_on_the_move_gets_further_ahead_than_behind() -> None:
    times = make_times(([(0, 0), (20, 0)], RESIDENTIAL))
    eastward = times.snap([at(10, 0)], "car", headings_deg=[90.0], speeds_kph=[30.0])
    shape = times.reach(eastward, [1.0], "car")[0].shape
    assert [shape.contains(shapely.Point(at(x, 0))) for x in (13, 7)] == [True, False]


@pytest.mark.parametrize("place", [(107.9, 9.5), (2.35, 48.86)])
def test_from_the_open_sea_nothing_is_reached(skeleton_times: TravelTimes, place: Cell) -> None:
    area = skeleton_times.reach([place], [15.0])[0]
    assert (area.shape.is_empty, area.street_m) == (True, 0.0)


@given(st.integers(0, 2**36 - 1))
@settings(max_examples=100, deadline=None)
def test_outlines_hold_the_corners_that_are_in_and_no_others(bits: int) -> None:
    inside = np.zeros((8, 8), dtype=np.bool_)
    inside[1:7, 1:7] = np.array([bits >> index & 1 for index in range(36)], dtype=np.bool_).reshape(6, 6)
    shape = to_multipolygon(outline(inside, Crossings(np.full((8, 7), 0.4), np.full((7, 8), 0.6))))
    rows, columns = np.indices(inside.shape)
    assert shape.is_valid
    assert (shapely.contains_xy(shape, columns, rows) == inside).all()


def _places_near(
    times: TravelTimes, profile: str, centre: Cell, degrees: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], FloatArray, FloatArray]:
    """Edges, shares and lon, lat of places every 20 m along the streets of a profile in a box; no ferries."""
    graph = times.graph
    open_ = times._of(profile).weighing.weights.open
    found = []
    for edge in np.flatnonzero((open_[0::2] | open_[1::2]) & (graph.way_class[graph.edge_way] < 21)).tolist():
        part = slice(graph.geometry_start[edge], graph.geometry_start[edge + 1])
        line = np.column_stack([graph.geometry_lon[part], graph.geometry_lat[part]])
        if (np.abs(line - centre) < degrees).all() and graph.edge_length_m[edge] > 0:
            count = int(graph.edge_length_m[edge] // 20) + 1
            share = (np.arange(count) + 0.5) / count
            steps = np.hypot(*(np.diff(line, axis=0) * (0.98, 1)).T)
            travelled = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
            lon, lat = (np.interp(share, travelled, line[:, axis]) for axis in (0, 1))
            found.append(np.column_stack([np.full(count, edge), share, lon, lat]))
    rows = np.concatenate(found)
    return rows[:, 0].astype(np.int32), rows[:, 1], rows[:, 2:]
