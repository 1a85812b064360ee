from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from routing.route import Route
from simulator.fleet import Fleet
from simulator.motion import Point, straight_route
from simulator.scripts import Whereabouts
from tests.factories import LAT, LON, make_hospital, make_unit
from tests.simulator.worlds import HOSPITAL, SCENE

START = (LON, LAT)


class NoRoads:
    """Islands: no road leads anywhere."""

    def route(self, origin: Point, destination: Point, profile: str = "ambulance") -> Route | None:
        return None

    def times(self, origins: Sequence[Point], destinations: Sequence[Point]) -> NDArray[np.float64]:
        return np.full((len(origins), len(destinations)), np.inf)


class Roads(NoRoads):
    """Straight roads, and the last of several places is the nearest."""

    def route(self, origin: Point, destination: Point, profile: str = "ambulance") -> Route | None:
        return straight_route(origin, destination)

    def times(self, origins: Sequence[Point], destinations: Sequence[Point]) -> NDArray[np.float64]:
        return np.arange(len(destinations), 0, -1, dtype=np.float64)[None, :]


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    made = Fleet(Roads(), speed=1.0)
    yield made
    made.close()


async def test_a_unit_that_sets_out_is_driving_and_sends_a_fix_each_time(fleet: Fleet) -> None:
    unit = make_unit()
    fleet.stand("U1", START)
    await fleet.drive(unit, SCENE)
    now = datetime.now(UTC)
    assert fleet.where(unit, now).driving_to == SCENE
    assert [len(fleet.take_fixes(["U1"], now)) for _ in range(3)] == [1, 1, 1]


async def test_a_unit_that_arrived_stands_at_the_end(fleet: Fleet) -> None:
    unit = make_unit()
    fleet.stand("U1", START)
    await fleet.drive(unit, SCENE)
    assert fleet.where(unit, datetime.now(UTC) + timedelta(hours=1)) == Whereabouts(SCENE)


async def test_where_no_road_leads_a_straight_line_is_driven() -> None:
    fleet, unit = Fleet(NoRoads(), speed=1.0), make_unit()
    fleet.stand("U1", START)
    await fleet.drive(unit, SCENE)
    assert fleet.where(unit, datetime.now(UTC)).driving_to == SCENE
    fleet.close()


def test_a_standing_unit_sends_a_fix_now_and_then(fleet: Fleet) -> None:
    fleet.stand("U1", START)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    sent = [len(fleet.take_fixes(["U1"], now + timedelta(seconds=s))) for s in range(60)]
    assert sent[0] == 1
    assert 3 <= sum(sent) <= 5


async def test_the_hospital_in_mind_is_that_of_the_run(fleet: Fleet) -> None:
    unit = make_unit(status="on_scene", incident_id="I1", offer_id="O1")
    fleet.stand("U1", SCENE)
    hospitals = [make_hospital("H1"), make_hospital("H2", lon=HOSPITAL[0])]
    for hospital in hospitals:
        hospital.capabilities = ("general",)
    await fleet.choose_hospital(unit, "fever", hospitals)
    assert fleet.where(unit, datetime.now(UTC)).hospital_id == "H2"
    next_run = make_unit(status="on_scene", incident_id="I2", offer_id="O2")
    assert fleet.where(next_run, datetime.now(UTC)).hospital_id is None
