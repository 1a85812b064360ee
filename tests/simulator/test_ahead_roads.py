"""Roads of an alternative: exact tables of the engine, beside those of the desk's own closures and live speeds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch.domain.clock import LOCAL
from routing.conditions import FREE_FLOW
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead import roads as ahead_roads
from simulator.ahead.asked import AheadAsked, Alternative, as_now, completed, read_asked
from simulator.ahead.look import scenario_of
from simulator.ahead.roads import RoadsAhead, checks_streets
from simulator.ahead.start import LiveRoads, Start
from simulator.changed_roads import ChangedRoads, changed_roads
from simulator.city_table import CityTable, Points, Roads
from simulator.errors import ScenarioError
from simulator.places import HOURS, Places
from tests.routing.worlds import at, make_times
from tests.simulator.days import make_world

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=LOCAL)
END_S = 5400.0
NOTHING = LiveRoads()
TRAVEL = make_times(
    ([(0, 0), (1, 0), (2, 0), (3, 0)], {"highway": "primary", "name": "Lê Lợi"}),
    ([(1, 0), (1, 2), (2, 2), (2, 0)], {"highway": "residential", "name": "Hẻm 51"}),
)
POINTS = np.array([at(0.2, 0), at(2.8, 0)])
LE_LOI = {"street": "Lê Lợi", "lon": at(1.5, 0)[0], "lat": at(1.5, 0)[1], "radius_m": 60.0}


@pytest.fixture(autouse=True)
def small_city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TravelTimes, "load", lambda city: TRAVEL)
    monkeypatch.setattr(ahead_roads, "hours_of_bands", lambda city: [None])


def alternative(**told: Any) -> Alternative:
    (one,) = read_asked({"alternatives": [{"name": "a", **told}]}, "test").alternatives
    return one


def changed(**told: Any) -> Roads:
    """What the alternative's scenario asks of the roads."""
    start = Start(at=NOW, seq=1, units=(), calls=())
    scenario = scenario_of(start, AheadAsked(hours=1.0), completed(alternative(**told), as_now(start)))
    world = make_world()
    return changed_roads(scenario, world.pack, NOW, 9.5 * 3600.0, "alternative 'a'") or True


def usual_of(points: Points, samples: Points, traffic: Roads) -> CityTable:
    TRAVEL.apply(FREE_FLOW)
    times = TRAVEL.times(points, points).T.astype(np.float32)
    return CityTable([[times], [times]], [0] * HOURS, times, {})


def roads(desk: LiveRoads = NOTHING) -> RoadsAhead:
    return RoadsAhead(usual_of, lambda: Path("nowhere"), desk, NOW, END_S, bikes=False, say=lambda text: None)


def way_s(table: CityTable, minutes: float) -> float:
    places = Places(table.time_s, table.band, 9.5 * 3600.0, spans=table.spans)
    return places.between(0, 1, 0, minutes * 60.0)


def test_a_street_closed_in_an_alternative_is_driven_round_while_it_is_closed_and_nowhere_else() -> None:
    known = roads()
    usual = known(POINTS, POINTS, True)
    closing = {"closure": [{**LE_LOI, "until": (NOW + timedelta(minutes=30)).isoformat()}]}
    closed = known(POINTS, POINTS, changed(**closing))
    assert (way_s(closed, 40.0), usual.spans) == (way_s(usual, 0.0), ())
    assert way_s(closed, 0.0) > way_s(usual, 0.0) + 10.0
    flooded = known(POINTS, POINTS, changed(flood=[{**LE_LOI, "depth_cm": 25.0}]))
    assert way_s(flooded, 0.0) > way_s(usual, 0.0)
    slow = known(POINTS, POINTS, changed(traffic=[{"speed_share": 0.5}]))
    assert way_s(slow, 80.0) > way_s(usual, 0.0)
    assert known(POINTS, POINTS, changed(**closing, name="b")) is closed


def test_what_the_desk_knows_of_its_roads_holds_in_every_alternative() -> None:
    locator = Locator(TRAVEL.graph, TRAVEL.streets)
    arcs = tuple(range(TRAVEL.graph.arcs))
    desk = LiveRoads(version="v", network=locator.key, arcs=arcs, kph=(8.0,) * len(arcs))
    known, usual_s = roads(desk), way_s(usual_of(POINTS, POINTS, True), 0.0)
    as_desk = known(POINTS, POINTS, True)
    slow_s = way_s(as_desk, 0.0)
    assert slow_s > 1.5 * usual_s
    assert way_s(as_desk, 61.0) == pytest.approx(usual_s)
    assert way_s(known(POINTS, POINTS, changed(closure=[LE_LOI])), 0.0) > slow_s
    assert (known.about.source, known.about.live_speeds) == ("roads", len(arcs))


def test_a_unit_under_way_turns_onto_the_alternatives_roads_at_once_if_they_have_changed() -> None:
    ways = {"A": (at(0.2, 0), at(2.8, 0), "ambulance"), "B": (at(1, 1), at(1.4, 2), "ambulance")}
    known = roads()
    usual = known(POINTS, POINTS, True)
    closed = known(POINTS, POINTS, changed(closure=[LE_LOI]))
    longer_s = known.longer_s(ways, changed(closure=[LE_LOI]))
    assert longer_s == {"A": pytest.approx(way_s(closed, 0.0) - way_s(usual, 0.0), abs=0.01)}
    later = (NOW + timedelta(minutes=5)).isoformat()
    assert known.longer_s(ways, changed(closure=[{**LE_LOI, "from": later}])) == {}
    assert known.longer_s(ways, True) == {}


def test_live_speeds_of_another_network_are_left_out() -> None:
    known = roads(LiveRoads(network="another", arcs=(0, 1), kph=(5.0, 5.0)))
    assert way_s(known(POINTS, POINTS, True), 0.0) == way_s(usual_of(POINTS, POINTS, True), 0.0)
    assert known.about.live_speeds == 0


def test_a_street_that_is_not_there_is_refused_before_anything_runs() -> None:
    table_of = checks_streets(Locator(TRAVEL.graph, TRAVEL.streets))
    asked = changed(closure=[{**LE_LOI, "street": "Lê Duẩn"}])
    assert isinstance(asked, ChangedRoads)
    with pytest.raises(ScenarioError, match="no street 'Lê Duẩn' lies there"):
        table_of(POINTS, POINTS, asked)
    assert len(table_of(POINTS, POINTS, changed(closure=[LE_LOI])).band) == HOURS
