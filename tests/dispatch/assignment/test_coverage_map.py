"""The map of coverage: zone by zone, and without the units that a recommendation would send."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.coverage_map import draw_coverage
from dispatch.assignment.settings import AssignmentSettings
from tests.factories import LAT, LON, make_state, make_station, make_unit

SETTINGS = AssignmentSettings(busy_fraction=0.5, busy_prior_weight=1e12)
CITY = Coverage(
    zones=np.array([[LON, LAT, 3.0], [LON + 0.1, LAT, 1.0]]),
    time_from_station=np.array([[0.0, 899.0], [901.0, 0.0]]),
    station_ids=["west", "east"],
)
STATIONS = [make_station("west"), make_station("east", lon=LON + 0.1)]


def test_it_says_what_is_reached_now_and_what_is_left_without_a_unit() -> None:
    """q = ½. West reaches both zones, east its own: 1 and 2 units; without west's unit 0 and 1."""
    state = make_state(stations=STATIONS, units=[make_unit("W", station_id="west"), make_unit("E", station_id="east")])
    found = draw_coverage(state, CITY, SETTINGS, without={"W", "unknown"})
    zones = [(zone.demand, zone.units, zone.covered, zone.units_without, zone.covered_without) for zone in found.zones]
    assert zones[0] == pytest.approx((0.75, 1, 0.5, 0, 0.0))
    assert zones[1] == pytest.approx((0.25, 2, 0.75, 1, 0.5))
    assert [found.share, found.share_without] == pytest.approx([0.75 * 0.5 + 0.25 * 0.75, 0.25 * 0.5])


def test_a_city_without_free_units_covers_nothing() -> None:
    found = draw_coverage(make_state(stations=STATIONS), CITY, SETTINGS)
    assert (found.share, [zone.units for zone in found.zones]) == (0.0, [0, 0])
