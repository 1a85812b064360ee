"""Points find their streets: the nearest, several, the one they drive along; stranded and bad ones are told of."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from routing.graph import distance_m
from routing.nearest import Nearest
from routing.points import PointKind
from routing.snap import Snapper
from routing.streets import Streets
from routing.travel_times import TravelTimes
from tests.routing.worlds import Street, at, edge_between, make_times

STREET = {"highway": "residential"}
ONE_WAY = {"highway": "primary", "oneway": "yes"}
CROSS: list[Street] = [([(0, 0), (5, 0), (10, 0)], STREET), ([(5, -5), (5, 0), (5, 5)], STREET)]
# A road of two carriageways, 22 m apart, joined at both ends: the southern one leads east.
DIVIDED: list[Street] = [
    ([(0, 0), (10, 0)], ONE_WAY),
    ([(10, 0), (10, 0.2)], ONE_WAY),
    ([(10, 0.2), (0, 0.2)], ONE_WAY),
    ([(0, 0.2), (0, 0)], ONE_WAY),
]


@pytest.fixture(scope="module")
def divided() -> TravelTimes:
    return make_times(*DIVIDED)


def _snapper(times: TravelTimes, profile: str = "car") -> Snapper:
    return times._of(profile).guide.snapper


def test_the_nearest_streets_are_those_of_a_tree_of_streets(skeleton_times: TravelTimes) -> None:
    streets = skeleton_times.streets
    random = np.random.default_rng(6)
    wanted = random.random(len(streets.segment_edge)) < 0.7
    xy = streets.flat.to_metres(random.uniform(106.0, 107.5, 3000), random.uniform(10.2, 11.3, 3000))
    tree = shapely.STRtree(streets.segments[wanted])
    _, metres = tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
    found = Nearest(streets, wanted).find(xy)
    assert found.point.tolist() == list(range(3000))
    assert wanted[found.segment].all()
    np.testing.assert_allclose(found.distance_m, metres, atol=1e-6)


@pytest.mark.parametrize("proposed", [1, 3])
def test_few_proposals_find_the_same_streets_as_many(
    skeleton_times: TravelTimes, monkeypatch: pytest.MonkeyPatch, proposed: int
) -> None:
    streets = skeleton_times.streets
    random = np.random.default_rng(13)
    xy = streets.flat.to_metres(random.uniform(106.5, 106.9, 500), random.uniform(10.6, 11.0, 500))
    nearest = Nearest(streets, np.ones(len(streets.segment_edge), dtype=np.bool_))
    monkeypatch.setattr("routing.nearest._PROPOSED", 64)
    many = nearest.find(xy)
    monkeypatch.setattr("routing.nearest._PROPOSED", proposed)
    few = nearest.find(xy)
    assert [column.tolist() for column in vars(few).values()] == [column.tolist() for column in vars(many).values()]


def test_what_lies_beyond_the_radius_is_not_measured(skeleton_times: TravelTimes) -> None:
    streets = skeleton_times.streets
    random = np.random.default_rng(14)
    xy = streets.flat.to_metres(random.uniform(106.5, 106.9, 500), random.uniform(10.6, 11.0, 500))
    nearest = Nearest(streets, random.random(len(streets.segment_edge)) < 0.3)
    metres = nearest.find(xy).distance_m
    within = nearest.metres(xy, 300.0)
    assert 0 < np.isfinite(within).sum() < 500
    assert within.tolist() == np.where(metres <= 300.0, metres, np.inf).tolist()


def test_every_street_within_the_radius_is_found_once_nearest_first(skeleton_times: TravelTimes) -> None:
    snapper, streets = _snapper(skeleton_times), skeleton_times.streets
    random = np.random.default_rng(7)
    points = np.column_stack([random.uniform(106.6, 106.8, 40), random.uniform(10.7, 10.9, 40)])
    found = snapper.candidates(points, 5, 400.0)
    open_ = skeleton_times._of("car").weighing.weights.open
    usable = (open_[0::2] | open_[1::2])[streets.segment_edge]
    for row, xy in enumerate(streets.flat.to_metres(points[:, 0], points[:, 1])):
        metres = np.full(skeleton_times.graph.edges, np.inf)
        away = shapely.distance(shapely.Point(xy), streets.segments[usable])
        np.minimum.at(metres, streets.segment_edge[usable], away)
        places = found.places[slice(found.start[row], found.start[row + 1])]
        assert len(set(places.edge.tolist())) == len(places) == min(5, int((metres <= 400).sum()))
        np.testing.assert_allclose(places.distance_m, np.sort(metres)[: len(places)], atol=1e-6)


def test_questions_too_large_for_one_go_are_answered_in_parts(
    skeleton_times: TravelTimes, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(8)
    points = np.column_stack([random.uniform(106.6, 106.8, 200), random.uniform(10.7, 10.9, 200)])

    def ask() -> list[list[float]]:
        snapper = Snapper(skeleton_times.streets, skeleton_times._of("car").weighing.weights)
        nearest, several = snapper.snap(points), snapper.candidates(points, 3, 200.0).places
        return [column.tolist() for places in (nearest, several) for column in vars(places).values()]

    whole = ask()
    monkeypatch.setattr("routing.streets._AT_ONCE", 50)
    monkeypatch.setattr("routing.nearest._AT_ONCE", 50)
    assert ask() == whole


def test_what_was_asked_last_is_remembered_longest(divided: TravelTimes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.snap._REMEMBERED", 2)
    snapper = Snapper(divided.streets, divided._of("car").weighing.weights)
    first, second, third = (np.array([at(x, 1)]) for x in (1, 2, 3))
    for points in (first, second, first, third):
        snapper.snap(points)
    assert list(snapper._seen) == [np.array([at(x, 1)]).tobytes() for x in (1, 3)]


def test_no_more_points_are_remembered_than_are_to_be(divided: TravelTimes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.snap._REMEMBERED", 4)
    snapper = Snapper(divided.streets, divided._of("car").weighing.weights)
    many, few = np.array([at(x, 1) for x in range(3)]), np.array([at(x, 2) for x in range(2)])
    for points in (many, many, few):
        snapper.snap(points)
    assert list(snapper._seen) == [few.tobytes()]


def test_points_and_others_are_snapped_together_as_alone(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(10)
    many, few = (np.column_stack([random.uniform(106.6, 106.8, n), random.uniform(10.7, 10.9, n)]) for n in (40, 2))
    streets, weights = skeleton_times.streets, skeleton_times._of("car").weighing.weights
    alone = [Snapper(streets, weights).snap(points) for points in (many, few)]
    fresh, half_known = Snapper(streets, weights), Snapper(streets, weights)
    half_known.snap(few)
    for snapper in (fresh, half_known, fresh):
        for places, wanted in zip(snapper.snap_both(many, few), alone, strict=True):
            assert [column.tolist() for column in vars(places).values()] == [
                column.tolist() for column in vars(wanted).values()
            ]


def test_remembered_places_cannot_be_written_to(divided: TravelTimes) -> None:
    places = _snapper(divided).snap(np.array([at(1, 1)]))
    with pytest.raises(ValueError, match="read-only"):
        places.share[0] = 0.5


def test_remembered_places_are_those_found_anew(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(9)
    points = np.column_stack([random.uniform(106.6, 106.8, 300), random.uniform(10.7, 10.9, 300)])
    snapper = Snapper(skeleton_times.streets, skeleton_times._of("car").weighing.weights)
    part, whole, again = snapper.snap(points[::2]), snapper.snap(points), snapper.snap(points)
    anew = Snapper(skeleton_times.streets, skeleton_times._of("car").weighing.weights).snap(points)
    for places, wanted in ((part, anew[::2]), (whole, anew), (again, anew)):
        assert [column.tolist() for column in vars(places).values()] == [
            column.tolist() for column in vars(wanted).values()
        ]


def test_a_house_beside_a_divided_road_is_reached_on_its_side(divided: TravelTimes) -> None:
    south, north = divided.times([at(1, 0)], [at(5, -0.1), at(5, 0.3)], "car")[0]
    to_south, to_north = (float(distance_m(*at(1, 0), *at(x, 0))) for x in (5, 15))
    kph = to_south / south
    assert to_north / north == pytest.approx(kph, rel=0.1)


def test_a_two_way_street_is_reached_from_either_side() -> None:
    times = make_times(*CROSS)
    south, north = times.times([at(0, 0)], [at(3, -0.1), at(3, 0.1)], "car")[0]
    assert south == pytest.approx(north, abs=0.01)


@pytest.mark.parametrize(("heading", "east"), [(90.0, True), (45.0, True), (270.0, False), (225.0, False)])
def test_a_moving_vehicle_is_on_the_carriageway_that_leads_where_it_heads(
    divided: TravelTimes, heading: float, east: bool
) -> None:
    """The fix lies 7 m from the one carriageway and 15 m from the other, on the wrong side as often as not."""
    for y in (0.07, 0.13):
        place = divided.snap([at(5, y)], "car", headings_deg=[heading], speeds_kph=[40.0]).places
        assert divided.streets.point_at(place.edge, place.share)[0, 1] == pytest.approx(at(5, 0 if east else 0.2)[1])
        assert place.facing.tolist() == [1]


@pytest.mark.parametrize(("heading", "kph"), [(0.0, 40.0), (90.0, 3.0), (np.nan, 40.0)])
def test_a_heading_across_all_streets_or_of_one_who_stands_says_nothing(
    divided: TravelTimes, heading: float, kph: float
) -> None:
    moving = divided.snap([at(5, 0.13)], "car", headings_deg=[heading], speeds_kph=[kph]).places
    standing = divided.snap([at(5, 0.13)], "car").places
    assert (moving.edge.tolist(), moving.facing.tolist()) == (standing.edge.tolist(), [0])


def test_sirens_are_not_taken_to_drive_against_the_flow_for_a_stray_fix(divided: TravelTimes) -> None:
    place = divided.snap([at(5, 0.13)], "ambulance", headings_deg=[90.0], speeds_kph=[60.0]).places
    edge, _ = edge_between(divided.graph, (0, 0), (10, 0))
    assert place.edge.tolist() == [edge]


def test_a_crossing_street_is_left_to_those_who_drive_along_it() -> None:
    times = make_times(*CROSS)
    edge, _ = edge_between(times.graph, (5, 0), (5, 5))
    east, north = times.snap([at(5.1, 0.05)] * 2, "car", headings_deg=[90.0, 2.0]).places.edge.tolist()
    assert (east == edge, north == edge) == (False, True)


@pytest.mark.parametrize("turns", [True, False])
def test_who_faces_away_must_turn_round_where_the_street_ends(turns: bool) -> None:
    times = TravelTimes(make_times(*CROSS).graph, turns=turns)
    point, goal = [at(3, 0)], at(0.5, 0)
    towards = times.snap(point, "car", headings_deg=[270.0], speeds_kph=[30.0])
    away = times.snap(point, "car", headings_deg=[90.0], speeds_kph=[30.0])
    free = times.times_to(point, goal, "car")[0]
    assert times.times_to(towards, goal, "car")[0] == pytest.approx(free, abs=0.001)
    route = times.route(away, goal, "car")
    assert route is not None
    there_and_back_m = float(distance_m(*at(3, 0), *at(5, 0)) + distance_m(*at(5, 0), *at(0.5, 0)))
    assert route.distance_m == pytest.approx(there_and_back_m, rel=1e-3)
    assert route.time_s == pytest.approx(times.times_to(away, goal, "car")[0], abs=1e-6)
    if turns:
        assert sum(abs(stretch.bend_deg) == 180 for stretch in route.stretches) == 1


def test_a_vehicle_at_a_junction_goes_on_from_the_street_it_came_by() -> None:
    times = make_times(*CROSS)
    at_junction = times.snap([at(5, 0)], "car", headings_deg=[90.0], speeds_kph=[30.0])
    assert at_junction.places.facing.tolist() == [1]
    ahead, back = times.times(at_junction, [at(7, 0), at(3, 0)], "car")[0]
    assert ahead < back


def test_places_snapped_once_answer_as_their_coordinates_do(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(5)
    points = np.column_stack([random.uniform(106.6, 106.8, 12), random.uniform(10.7, 10.9, 12)])
    snapped = skeleton_times.snap(points)
    raw, ready = skeleton_times.matrix(points[:8], points[8:]), skeleton_times.snap(points[8:])
    again = skeleton_times.matrix(skeleton_times.snap(points[:8]), ready)
    assert again.time_s.tolist() == raw.time_s.tolist()
    assert again.distance_m.tolist() == raw.distance_m.tolist()
    with pytest.raises(ValueError, match="snapped for 'ambulance'"):
        skeleton_times.times(snapped, snapped, "car")


def test_points_beyond_the_radius_are_refused_and_the_rest_answered(divided: TravelTimes) -> None:
    snapped = divided.snap([at(5, 0), at(5, -2), at(6, 0)], "car", radius_m=50.0)
    assert [note.kind for note in divided.explain_points(snapped, "car")] == [
        PointKind.ON_ROAD,
        PointKind.BEYOND_RADIUS,
        PointKind.ON_ROAD,
    ]
    times = divided.times_to(snapped, at(7, 0), "car")
    assert np.isnan(times).tolist() == [False, True, False]
    assert times[[0, 2]].tolist() == divided.times_to([at(5, 0), at(6, 0)], at(7, 0), "car").tolist()


def test_ten_thousand_points_are_each_snapped_as_alone(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(10)
    points = np.column_stack([random.uniform(106.3, 107.0, 10_000), random.uniform(10.4, 11.1, 10_000)])
    together = Snapper(skeleton_times.streets, skeleton_times._of("car").weighing.weights).snap(points)
    for row in random.choice(10_000, 50, replace=False).tolist():
        alone = _snapper(skeleton_times).snap(points[row : row + 1])
        assert alone.distance_m[0] == pytest.approx(together.distance_m[row], abs=1e-6)
        here, there = (
            skeleton_times.streets.point_at(places.edge, places.share)
            for places in (alone, together[slice(row, row + 1)])
        )
        assert here == pytest.approx(there, abs=1e-9)


def test_streets_of_no_length_are_left_alone() -> None:
    times = make_times(([(0, 0), (1, 0), (1, 0), (2, 0)], STREET))
    streets = Streets(times.graph)
    assert streets.length_m(np.arange(times.graph.edges, dtype=np.int32)).sum() > 0
    assert times.snap([at(1, 0.1)], "car").places.distance_m[0] == pytest.approx(11.1, abs=0.1)


@pytest.mark.parametrize("turns", [True, False])
def test_who_may_leave_either_way_takes_the_better_of_the_two(
    skeleton_city: Path, skeleton_times: TravelTimes, turns: bool
) -> None:
    """A place's times are the lesser of those facing along its street and those facing back."""
    times = skeleton_times if turns else TravelTimes.load(skeleton_city, turns=False)
    random = np.random.default_rng(12)
    points = np.column_stack([random.uniform(106.6, 106.8, 60), random.uniform(10.7, 10.9, 60)])
    free = times.snap(points, "car")
    inside = np.flatnonzero((free.places.share > 0) & (free.places.share < 1))
    free = times.snap(points[inside], "car")
    open_ = times._of("car").weighing.weights.open
    facing = []
    for direction, arcs in ((1, 2 * free.places.edge), (-1, 2 * free.places.edge + 1)):
        places = replace(free.places, facing=np.where(open_[arcs], direction, -direction).astype(np.int8))
        facing.append(times.times(replace(free, places=places), free, "car"))
    assert np.minimum(*facing).tolist() == times.times(free, free, "car").tolist()
    assert (facing[0] != facing[1]).any()
