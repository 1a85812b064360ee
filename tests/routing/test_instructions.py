"""What a crew is told on the way: every decision, nothing else, and loudly what is irregular."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pytest

from routing.build import build_graph
from routing.conditions import Conditions, Obstacle
from routing.instructions import Instruction, instructions
from routing.phrases import LANGUAGES, PHRASES, spoken
from routing.roads import TurnRestriction
from routing.route import Route
from routing.travel_times import TravelTimes
from tests.routing.worlds import Cell, Street, at, edge_between, make_roads, make_times, node_number

PRIMARY: Final = {"highway": "primary"}
HOME: Final = {"highway": "residential"}
LE_LOI: Final = {**PRIMARY, "name": "Lê Lợi"}
HAM_NGHI: Final = {**PRIMARY, "name": "Hàm Nghi"}


def told(times: TravelTimes, here: Cell, there: Cell, profile: str = "car") -> list[Instruction]:
    return instructions(_route(times, here, there, profile), at(*there))


def said(times: TravelTimes, here: Cell, there: Cell, profile: str = "car", language: str = "vi") -> list[str]:
    return [each.text(language) for each in told(times, here, there, profile)]


def maneuvers(times: TravelTimes, here: Cell, there: Cell, profile: str = "car") -> list[tuple[str, str | None]]:
    return [(each.maneuver, each.name) for each in told(times, here, there, profile)]


def test_a_turn_at_a_crossing_is_told_with_street_and_distance() -> None:
    times = make_times(([(0, 0), (5, 0), (9, 0)], LE_LOI), ([(5, -5), (5, 0), (5, 5)], HAM_NGHI))
    assert said(times, (0, 0), (5, 4)) == [
        "Đi về hướng đông theo Lê Lợi, 550 m",
        "Rẽ trái vào Hàm Nghi, 450 m",
        "Đến nơi",
    ]
    assert said(times, (0, 0), (5, -4), language="en") == [
        "Head east on Lê Lợi, 550 m",
        "Turn right onto Hàm Nghi, 450 m",
        "Arrive",
    ]


def test_straight_over_a_crossing_nothing_is_said() -> None:
    times = make_times(([(0, 0), (5, 0), (9, 0)], LE_LOI), ([(5, -5), (5, 0), (5, 5)], HAM_NGHI))
    assert maneuvers(times, (0, 0), (9, 0)) == [("depart", "Lê Lợi"), ("arrive", None)]


def test_a_bend_without_another_way_is_no_decision() -> None:
    times = make_times(([(0, 0), (5, 0)], LE_LOI), ([(5, 0), (5, 9)], LE_LOI))
    assert maneuvers(times, (0, 0), (5, 9)) == [("depart", "Lê Lợi"), ("arrive", None)]


def test_a_new_name_is_told_when_it_lasts() -> None:
    short = ([(5, 0), (5.5, 0)], {**PRIMARY, "name": "Ngắn"})
    times = make_times(([(0, 0), (5, 0)], LE_LOI), short, ([(5.5, 0), (9, 0)], HAM_NGHI))
    assert maneuvers(times, (0, 0), (9, 0)) == [("depart", "Lê Lợi"), ("continue", "Hàm Nghi"), ("arrive", None)]


def test_a_scrap_of_a_name_is_not_told() -> None:
    """Turning into the far side of a divided road leads over a few metres of the street crossed."""
    times = make_times(
        ([(0, 0), (5, 0), (9, 0)], LE_LOI),
        ([(5, 0), (5, 0.2)], {**PRIMARY, "name": "Ngắn"}),
        ([(5, 0.2), (5, 9)], HAM_NGHI),
        ([(5, 0.2), (9, 0.2)], HOME),
    )
    assert maneuvers(times, (0, 0), (5, 9)) == [("depart", "Lê Lợi"), ("left", "Hàm Nghi"), ("arrive", None)]


def test_a_bridge_is_crossed_by_name() -> None:
    bridge = ([(5, 0), (8, 0)], {**PRIMARY, "name": "Cầu Khánh Hội", "bridge": "yes"})
    times = make_times(([(0, 0), (5, 0)], LE_LOI), bridge, ([(8, 0), (12, 0)], LE_LOI))
    assert said(times, (0, 0), (12, 0))[1] == "Qua Cầu Khánh Hội, 750 m"


@pytest.mark.parametrize(
    ("end", "maneuver"),
    [((9, 3), "slight_left"), ((0, 4), "sharp_left"), ((9, -3), "slight_right"), ((0, -4), "sharp_right")],
)
def test_turns_are_told_by_how_they_bend(end: Cell, maneuver: str) -> None:
    times = make_times(([(0, 0), (5, 0), (9, 0)], LE_LOI), ([(5, 0), end], HAM_NGHI))
    assert maneuvers(times, (0, 0), end)[1] == (maneuver, "Hàm Nghi")


def test_at_a_fork_one_keeps_to_a_side() -> None:
    times = make_times(([(0, 0), (5, 0)], LE_LOI), ([(5, 0), (9, 1)], HAM_NGHI), ([(5, 0), (9, -1)], PRIMARY))
    assert maneuvers(times, (0, 0), (9, 1))[1:] == [("keep_left", "Hàm Nghi"), ("arrive", None)]
    assert maneuvers(times, (0, 0), (9, -1))[1:] == [("keep_right", None), ("arrive", None)]


def test_yards_and_alleys_make_no_fork() -> None:
    times = make_times(([(0, 0), (5, 0), (9, 1)], LE_LOI), ([(5, 0), (9, -1)], {"highway": "service"}))
    assert maneuvers(times, (0, 0), (9, 1)) == [("depart", "Lê Lợi"), ("arrive", None)]


def _roundabout() -> TravelTimes:
    """Counter-clockwise round (5, 0), as traffic drives on the right; arms to the four sides, a yard between."""
    ring = [(4, 0), (5, -1), (5.7, -0.7), (6, 0), (5, 1), (4, 0)]
    return make_times(
        (ring, {**PRIMARY, "junction": "roundabout"}),
        ([(0, 0), (4, 0)], LE_LOI),
        ([(5, -1), (5, -5)], HOME),
        ([(5.7, -0.7), (8, -3)], {"highway": "service"}),
        ([(6, 0), (10, 0)], HAM_NGHI),
        ([(5, 1), (5, 5)], HOME),
    )


@pytest.mark.parametrize(("end", "exit_"), [((5, -5), 1), ((10, 0), 2), ((5, 5), 3)])
def test_exits_of_a_roundabout_are_counted(end: Cell, exit_: int) -> None:
    found = told(_roundabout(), (0, 0), end)
    assert [(each.maneuver, each.exit) for each in found] == [
        ("depart", None),
        ("roundabout", exit_),
        ("arrive", None),
    ]


def test_a_roundabout_is_told_in_both_languages() -> None:
    assert said(_roundabout(), (0, 0), (10, 0))[1].startswith("Vào vòng xoay, ra lối thứ 2 vào Hàm Nghi")
    assert said(_roundabout(), (0, 0), (10, 0), language="en")[1].startswith("At the roundabout take exit 2 onto Hàm")


def test_a_journey_may_begin_and_end_in_a_roundabout() -> None:
    times = _roundabout()
    assert [each.maneuver for each in told(times, (0, 0), (5.5, 0.5))][:2] == ["depart", "roundabout"]
    assert said(times, (0, 0), (5.5, 0.5))[1].startswith("Vào vòng xoay,")
    assert ("leave_roundabout", "Hàm Nghi") in maneuvers(times, (4.5, -0.5), (10, 0))


def test_a_slip_road_is_part_of_its_turn() -> None:
    slip = ([(4.2, 0), (5, -0.8)], {"highway": "primary_link", "oneway": "yes"})
    times = make_times(
        ([(0, 0), (4.2, 0), (5, 0), (9, 0)], LE_LOI), ([(5, 5), (5, 0), (5, -0.8), (5, -5)], HAM_NGHI), slip
    )
    assert maneuvers(times, (0, 0), (5, -5)) == [("depart", "Lê Lợi"), ("right", "Hàm Nghi"), ("arrive", None)]


def test_turning_round_across_a_divided_road_is_one_turn() -> None:
    one_way = {**LE_LOI, "oneway": "yes"}
    times = make_times(
        ([(0, 0), (5, 0), (9, 0)], one_way),
        ([(9, 0.2), (5, 0.2), (0, 0.2)], one_way),
        ([(5, 0), (5, 0.2)], PRIMARY),
        ([(0, 0.2), (0, 0)], HOME),
        ([(9, 0), (9, 0.2)], HOME),
    )
    assert maneuvers(times, (1, 0), (1, 0.2), "car") == [("depart", "Lê Lợi"), ("uturn", "Lê Lợi"), ("arrive", None)]
    assert said(times, (1, 0), (1, 0.2))[1].startswith("Quay đầu, vẫn theo Lê Lợi")


def test_a_street_that_goes_on_a_few_metres_aside_is_gone_on_along() -> None:
    times = make_times(
        ([(0, 0), (5, 0)], LE_LOI), ([(5, -5), (5, 0), (5, 0.1), (5, 5)], HOME), ([(5, 0.1), (9, 0.1)], HAM_NGHI)
    )
    assert maneuvers(times, (0, 0), (9, 0.1)) == [("depart", "Lê Lợi"), ("continue", "Hàm Nghi"), ("arrive", None)]


def test_ramps_are_taken_and_left_by_merging() -> None:
    ramp = {"highway": "motorway_link", "oneway": "yes"}
    times = make_times(
        ([(0, 0), (5, 0), (9, 0)], LE_LOI),
        ([(5, 0), (9, -1), (12, -1)], ramp),
        ([(9, -1.3), (12, -1), (20, -1)], {"highway": "motorway", "name": "Cao tốc"}),
        ([(20, -1), (20, -9), (9, -9), (9, -1.3)], HOME),
        ([(9, -9), (0, -9), (0, 0)], HOME),
    )
    assert maneuvers(times, (0, 0), (18, -1)) == [
        ("depart", "Lê Lợi"),
        ("ramp_right", None),
        ("merge", "Cao tốc"),
        ("arrive", None),
    ]


def test_a_stub_of_a_ramp_and_the_merge_at_its_end_are_one_turn() -> None:
    motorway = {"highway": "motorway", "name": "Cao tốc", "oneway": "yes"}
    times = make_times(
        ([(0, 0), (5, 0), (9, 0)], LE_LOI),
        ([(5, 0), (5.01, -0.003)], {"highway": "motorway_link", "oneway": "yes"}),
        ([(5.01, -0.003), (12, -1.5), (20, -1.5)], motorway),
        ([(20, -1.5), (20, -9), (0, -9), (0, 0)], HOME),
    )
    told_turns = told(times, (0, 0), (18, -1.5))
    assert [(each.maneuver, each.name) for each in told_turns[1:]] == [("ramp_right", "Cao tốc"), ("arrive", None)]
    assert told_turns[1].distance_m > 1_000


def test_a_ferry_is_boarded() -> None:
    ferry = ([(5, 0), (9, 0)], {"route": "ferry", "name": "Phà Cát Lái", "motor_vehicle": "yes"})
    times = make_times(([(0, 0), (5, 0)], LE_LOI), ferry, ([(9, 0), (12, 0)], HAM_NGHI))
    assert maneuvers(times, (0, 0), (12, 0)) == [
        ("depart", "Lê Lợi"),
        ("ferry", "Phà Cát Lái"),
        ("continue", "Hàm Nghi"),
        ("arrive", None),
    ]


def test_against_a_one_way_is_said_first_and_aloud() -> None:
    against = ([(5, 3), (5, 0)], {**HOME, "name": "Pasteur", "oneway": "yes"})
    detour = ([(5, 0), (90, 0), (90, 3), (5, 3), (5, 9)], LE_LOI)
    times = make_times(([(0, 0), (5, 0)], LE_LOI), against, detour)
    found = told(times, (0, 0), (5, 9), "ambulance")
    assert [(each.maneuver, each.flags) for each in found] == [
        ("depart", ()),
        ("left", ("against_oneway",)),
        ("continue", ()),
        ("arrive", ()),
    ]
    assert found[1].text("vi") == "⚠ NGƯỢC CHIỀU: Rẽ trái vào Pasteur, 350 m"
    assert found[1].text("en") == "⚠ AGAINST ONE-WAY: Turn left onto Pasteur, 350 m"


def test_a_closed_street_and_a_closing_sign_are_flagged() -> None:
    times = make_times(([(0, 0), (5, 0)], LE_LOI), ([(5, 0), (9, 0)], {**LE_LOI, "access": "no"}))
    assert [each.flags for each in told(times, (0, 0), (9, 0), "ambulance")] == [(), ("restricted",), ()]
    edge, side = edge_between(times.graph, (5, 0), (9, 0))
    times.apply(Conditions(obstacles=(Obstacle((2 * edge + side,), None),)))
    assert told(times, (0, 0), (9, 0), "ambulance")[1].flags == ("closed", "restricted")


def test_a_turn_that_a_sign_forbids_is_flagged() -> None:
    streets: list[Street] = [([(0, 0), (5, 0)], LE_LOI), ([(5, 0), (9, 0)], LE_LOI), ([(5, 0), (5, 9)], HAM_NGHI)]
    sign = TurnRestriction(0, node_number((5, 0), *streets), (), 2, False, "no_left_turn", True, True, True)
    times = TravelTimes(build_graph(make_roads(*streets, restrictions=[sign])))
    assert said(times, (0, 0), (5, 9), "ambulance")[1] == "⚠ RẼ NƠI CẤM RẼ: Rẽ trái vào Hàm Nghi, 1,0 km"


@pytest.mark.parametrize(
    ("place", "side"), [((5, 0.4), "arrive_left"), ((5, -0.4), "arrive_right"), ((5, 0), "arrive")]
)
def test_the_place_is_on_one_side_of_the_street(place: Cell, side: str) -> None:
    times = make_times(([(0, 0), (9, 0)], LE_LOI))
    assert told(times, (0, 0), place)[-1].maneuver == side


def test_off_the_mapped_roads_one_is_told_so() -> None:
    times = make_times(([(0, 0), (9, 0)], LE_LOI))
    assert [each.maneuver for each in told(times, (0, -5), (9, 5))] == ["off_road", "join", "off_road", "arrive"]


def test_where_nothing_is_driven_one_arrives() -> None:
    times = make_times(([(0, 0), (9, 0)], LE_LOI))
    assert [each.maneuver for each in told(times, (5, 0), (5, 0))] == ["arrive"]


@pytest.mark.parametrize("turns", [True, False])
@pytest.mark.parametrize("profile", ["ambulance", "motorbike"])
def test_instructions_of_the_city_cover_the_whole_route(skeleton_times: TravelTimes, profile: str, turns: bool) -> None:
    times = skeleton_times if turns else TravelTimes(skeleton_times.graph, turns=False)
    random = np.random.default_rng(9)
    for _ in range(10):
        here, there = zip(random.uniform(106.62, 106.78, 2), random.uniform(10.72, 10.86, 2), strict=True)
        route = times.route(here, there, profile)
        assert route is not None
        found = instructions(route, there)
        assert sum(each.distance_m for each in found) == pytest.approx(route.distance_m)
        assert sum(each.time_s for each in found) == pytest.approx(route.time_s)
        assert [each.at for each in found] == [route.geometry[each.vertex] for each in found]
        assert [each.vertex for each in found] == sorted(each.vertex for each in found)
        assert _flagged(found) == _irregular(route)
        assert all(each.text(language) for each in found for language in LANGUAGES)


def test_every_maneuver_has_words_in_every_language() -> None:
    vi, en = (PHRASES[language] for language in ("vi", "en"))
    assert vi.keys() == en.keys()
    assert all(len({words.count("{street}") for words in (vi[key][0], en[key][0])}) == 1 for key in vi)


@pytest.mark.parametrize(
    ("metres", "vi", "en"),
    [
        (3, "10 m", "10 m"),
        (84, "80 m", "80 m"),
        (96, "100 m", "100 m"),
        (333, "350 m", "350 m"),
        (980, "1,0 km", "1.0 km"),
        (1249, "1,2 km", "1.2 km"),
        (13_600, "14 km", "14 km"),
    ],
)
def test_distances_are_said_as_one_says_them(metres: float, vi: str, en: str) -> None:
    assert (spoken(metres, "vi"), spoken(metres, "en")) == (vi, en)


def _route(times: TravelTimes, here: Cell, there: Cell, profile: str) -> Route:
    route = times.route(at(*here), at(*there), profile)
    assert route is not None
    return route


def _flagged(found: Sequence[Instruction]) -> set[str]:
    return {flag for each in found for flag in each.flags}


def _irregular(route: Route) -> set[str]:
    names = ("against_oneway", "restricted", "closed", "forbidden_turn")
    return {name for name in names for stretch in route.stretches if getattr(stretch, name)}
