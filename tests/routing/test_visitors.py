"""Private streets, and those for residents: who obeys begins and ends there, and does not drive through."""

import pytest

from routing.travel_times import TravelTimes
from tests.routing.worlds import Street, at, make_times

STREET = {"highway": "residential"}
LONG: Street = ([(0, 0), (0, 9), (6, 9), (6, 0)], STREET)
STUBS: list[Street] = [([(-2, 0), (0, 0)], STREET), ([(6, 0), (8, 0)], STREET)]
SIGNS = [{"access": "private"}, {"motor_vehicle": "destination"}, {"access": "residents"}, {"vehicle": "delivery"}]
HERE, THERE, INSIDE, FURTHER = at(0, 0), at(6, 0), at(3, 0.1), at(4, 0.1)


def _with_short_cut(signs: dict[str, str], *more: Street, turns: bool = True) -> TravelTimes:
    times = make_times(([(0, 0), (3, 0), (6, 0)], {"highway": "service"} | signs), LONG, *STUBS, *more)
    return times if turns else TravelTimes(times.graph, turns=False)


def _metres(times: TravelTimes, here: tuple[float, float], there: tuple[float, float], profile: str = "car") -> float:
    return round(float(times.matrix([here], [there], profile).distance_m[0, 0]), -2)


@pytest.mark.parametrize("signs", SIGNS)
def test_a_car_does_not_drive_through_but_begins_and_ends_there(signs: dict[str, str]) -> None:
    times = _with_short_cut(signs)
    ends = at(0, 1), at(6, 1)
    assert _metres(times, *ends) == 2400
    assert _metres(times, ends[0], INSIDE) == _metres(times, INSIDE, ends[1]) == 400
    assert _metres(times, INSIDE, FURTHER) == 100
    assert times.explain_points([INSIDE], "car")[0].kind == "on_road"


@pytest.mark.parametrize("profile", ["ambulance", "motorbike"])
def test_sirens_and_two_wheels_drive_through_as_before(profile: str) -> None:
    times = _with_short_cut({"access": "private"})
    assert _metres(times, at(0, 1), at(6, 1), profile) == 900
    route = times.route(at(0, 1), at(6, 1), profile)
    assert route is not None
    assert {stretch.restricted for stretch in route.stretches if stretch.name is None} == {True, False}


def test_a_private_street_beyond_a_private_street_is_reached_and_left() -> None:
    yard: Street = ([(3, 0), (3, 2)], {"highway": "service", "access": "private"})
    times = _with_short_cut({"access": "private"}, yard)
    assert _metres(times, at(0, 1), at(3, 2)) == _metres(times, at(3, 2), at(6, 1)) == 700
    assert _metres(times, at(3, 2), INSIDE) == 200


def test_streets_that_only_a_private_one_leads_to_are_reached_and_left_like_it() -> None:
    lanes: Street = ([(3, 0), (3, 2), (4, 2)], STREET)
    times = _with_short_cut({"access": "private"}, lanes)
    assert _metres(times, at(0, 1), at(4, 2)) == _metres(times, at(4, 2), at(6, 1)) == 800
    assert _metres(times, at(0, 1), at(6, 1)) == 2400


def test_a_private_street_that_leads_out_only_one_way_is_closed() -> None:
    trap: Street = ([(3, 9), (3, 5)], {"highway": "service", "access": "private", "oneway": "yes"})
    times = make_times(LONG, ([(0, 0), (6, 0)], STREET), trap)
    assert times.explain_points([at(3, 6)], "car")[0].kind == "isolated_street"


def test_a_street_that_ends_at_a_gate_is_left_by_turning_round() -> None:
    behind: Street = ([(9, 0), (9, 5)], {"highway": "service", "access": "private"})
    times = make_times(([(0, 0), (5, 0), (9, 0)], STREET), ([(5, 0), (5, 5)], STREET), behind)
    assert _metres(times, at(8, 0), at(5, 3)) in (700, 900)
    assert times.explain_points([at(8, 0), at(9, 3)], "car")[1].kind == "on_road"


def test_without_turns_private_streets_stay_closed() -> None:
    times = _with_short_cut({"access": "private"}, turns=False)
    assert _metres(times, at(0, 1), at(6, 1)) == 2400
    assert times.explain_points([INSIDE], "car")[0].kind == "off_road"


def test_an_exported_graph_has_no_way_through_private_streets() -> None:
    times = _with_short_cut({"access": "private"})
    assert {data["osmid"] for _, _, data in times.to_networkx("car").edges(data=True)} == {1, 2, 3}
