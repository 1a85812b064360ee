"""MEXCLP by hand: three zones of weight 5, 3, 2; q = 0.3."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.assignment.coverage import Coverage, Covered, measure
from dispatch.assignment.fleet import gather_fleet
from dispatch.assignment.offerable import list_offerable
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Unit
from dispatch.positions.model import Position
from tests.factories import LAT, LON, NOW, make_position, make_state, make_station, make_unit

STATIONS = [make_station("west"), make_station("east", lon=LON + 0.1)]
CITY = Coverage(
    zones=np.array([[LON, LAT, 5.0], [LON, LAT, 3.0], [LON, LAT, 2.0]]),
    time_from_station=np.array([[100.0, 900.0, np.inf], [901.0, 100.0, np.inf]]),
    station_ids=["west", "east"],
)


def covered(*units: Unit, positions: dict[str, Position] | None = None) -> Covered:
    state = make_state(stations=STATIONS, units=units)
    settings = AssignmentSettings()
    fleet = gather_fleet(list_offerable(state, NOW, settings), state, positions or {}, NOW, settings)
    return measure(CITY, fleet, state.stations, within_s=900.0, busy_fraction=0.3)


def test_coverage_equals_its_formula_on_a_hand_worked_case() -> None:
    """west reaches zones 1 and 2, east zone 2 only, nobody zone 3: 0.5 · 0.7 + 0.3 · 0.91."""
    found = covered(make_unit("e", station_id="east"), make_unit("w", station_id="west"))
    assert found.share == pytest.approx(0.5 * 0.7 + 0.3 * 0.91)
    assert found.loss == pytest.approx([0.3 * 0.21, 0.5 * 0.7 + 0.3 * 0.21])


def test_the_loss_of_a_unit_is_what_its_leaving_takes_away() -> None:
    found = covered(*(make_unit(f"w{number}", station_id="west") for number in range(3)))
    assert [found.share - found.without([column]) for column in range(3)] == pytest.approx(found.loss)


def test_several_that_leave_together_take_more_than_each_alone() -> None:
    found = covered(make_unit("a", station_id="west"), make_unit("b", station_id="west"))
    assert [found.without([0, 1]), found.without([])] == pytest.approx([0.0, found.share])
    assert found.share > found.loss.sum()


def test_a_unit_on_the_road_covers_from_its_nearest_station() -> None:
    here = {"u": make_position(LON + 0.09)}
    moving = covered(make_unit("u", station_id="west", status="returning"), positions=here)
    waiting = covered(make_unit("u", station_id="west"), positions=here)
    assert [moving.share, waiting.share] == pytest.approx([0.21, 0.56])


def test_boats_cover_nothing_by_road() -> None:
    found = covered(make_unit("boat", station_id="west", kind="boat"))
    assert (found.share, found.loss.tolist()) == (0.0, [0.0])


def test_nobody_free_and_no_demand_are_no_coverage_not_an_error() -> None:
    empty = Coverage(np.zeros((0, 3)), np.zeros((2, 0)), ["west", "east"])
    state = make_state(stations=STATIONS)
    fleet = gather_fleet([], state, {}, NOW, AssignmentSettings())
    assert (covered().share, measure(empty, fleet, state.stations, 900.0, 0.3).share) == (0.0, 0.0)
