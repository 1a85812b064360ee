"""Closures, floods and traffic of a scenario: exact tables of the engine while they hold, nothing otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from routing.conditions import FREE_FLOW
from routing.locate import Locator
from simulator.changed_roads import Change, changed_roads, circle_ring
from simulator.changed_table import Usual, find_changed_arcs, make_bands
from simulator.city import CityWorld
from simulator.city_table import CityTable, Points, Roads
from simulator.errors import ScenarioError
from simulator.places import HOURS, Places
from simulator.scenario import read_scenario
from tests.routing.worlds import at, make_times
from tests.simulator.days import make_world, straight_lines

TRAVEL = make_times(
    ([(0, 0), (1, 0), (2, 0), (3, 0)], {"highway": "primary", "name": "Lê Lợi"}),
    ([(1, 0), (1, 2), (2, 2), (2, 0)], {"highway": "residential", "name": "Hẻm 51"}),
)
POINTS = np.array([at(0.2, 0), at(2.8, 0)])
SOUTH_HALF = ((106.69, 10.76), (106.71, 10.76), (106.71, 10.7705), (106.69, 10.7705))


def places(*changes: Change) -> Places:
    """The two ends of the street, from Monday 00:00 on."""
    locator = Locator(TRAVEL.graph, TRAVEL.streets)
    TRAVEL.apply(FREE_FLOW)
    usual_s = TRAVEL.times(POINTS, POINTS).T.astype(np.float32)
    found = [find_changed_arcs(change, locator) for change in changes]
    bands = make_bands(
        TRAVEL, POINTS, found, Usual([0] * HOURS, [None], 1), 0.0, 86_400.0, ["ambulance"], lambda text: None
    )
    return Places([[usual_s, *bands.time_s[0]]], bands.band, spans=bands.spans)


def way_s(places: Places, at_s: float) -> float:
    return places.between(0, 1, 0, at_s)


def closed(**where: Any) -> Change:
    return Change(said="closure[0]", spans=((3600.0, 7200.0), (10_800.0, 14_400.0)), **where)


def test_a_closed_street_is_driven_round_while_it_is_closed_and_no_longer() -> None:
    found = places(closed(rings=(circle_ring(*at(1.5, 0), 60.0),), street="lê lợi"))
    usual_s, round_s = way_s(found, 0.0), way_s(found, 3600.0)
    assert round_s > usual_s + 10.0
    assert [way_s(found, at_s) for at_s in (3599.0, 7199.0, 7200.0, 12_000.0, 50_000.0)] == [
        usual_s, round_s, usual_s, round_s, usual_s
    ]  # fmt: skip


def test_what_holds_when_the_run_ends_goes_on() -> None:
    told = Change(said="x", spans=((80_000.0, 86_400.0),), rings=(SOUTH_HALF,), share=0.5)
    found = places(told)
    assert way_s(found, 90_000.0) == way_s(found, 80_000.0) > way_s(found, 0.0)


def test_traffic_at_half_its_speed_takes_an_ambulance_less_than_twice_as_long() -> None:
    """It feels a part of what the others are slowed down by, as at the desk."""
    found = places(Change(said="x", spans=((0.0, 3600.0),), share=0.5))
    assert 1.2 < way_s(found, 0.0) / way_s(found, 7200.0) < 2.0


def test_a_place_without_a_street_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no street 'Lê Duẩn' lies there"):
        places(closed(rings=(SOUTH_HALF,), street="Lê Duẩn"))


def test_a_scenario_with_floods_asks_for_other_roads_and_one_without_for_the_same_as_ever() -> None:
    asked: list[Roads] = []

    def table_of(points: Points, samples: Points, traffic: Roads) -> CityTable:
        asked.append(traffic)
        return straight_lines()(points, samples, traffic)

    flood = {"ward": "Bình Thạnh", "depth_cm": 20.0, "daily_from": "23:00", "daily_until": "01:00"}
    for told in ({}, {"flood": [flood]}):
        whole = {"scenario": {"duration_s": 2 * 86_400.0}, "city": {}, **told}
        CityWorld(read_scenario(whole, "test"), "test", table_of)
    assert asked[0] is True
    roads = asked[1]
    assert not isinstance(roads, bool)
    assert roads.changes[0].spans == ((0.0, 3600.0), (82_800.0, 90_000.0), (169_200.0, 172_800.0))
    assert roads.changes[0].kph == pytest.approx(12.4, abs=0.1)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"closure": [{"ward": "Bình Thạn"}]}, "did you mean 'Phường Bình Thạnh'?"),
        ({"closure": [{"street": "Lê Lợi"}]}, "alone says no place"),
        ({"closure": [{}]}, "it says no place"),
        ({"closure": [{"ward": "26743", "ways": [1]}]}, "in two ways"),
        ({"closure": [{"lon": 106.7, "lat": 10.7}]}, "a circle needs lon, lat and radius_m"),
        ({"closure": [{"ward": "26743", "until": "2026-03-01T00:00:00"}]}, "it ends before it begins"),
        ({"flood": [{"ward": "26743"}]}, "has no 'depth_cm'"),
        ({"flood": [{"ward": "26743", "depth": 3}]}, "did you mean 'depth_cm'?"),
        ({"traffic": [{"speed_share": 0.5, "daily_from": "17:00"}]}, "daily_from and daily_until go together"),
    ],
)
def test_a_slip_of_the_pen_is_named(told: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        make_world(told)
    assert said in str(error.value)


def test_no_change_is_no_change() -> None:
    world = make_world()
    assert changed_roads(world.scenario, world.pack, world.start, 0.0, "x") is None
