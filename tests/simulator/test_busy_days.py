"""Tết, holidays, surges and events: the dates are facts, the factors are guesses, and both do what they say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import radians, sin
from typing import Any

import numpy as np
import pytest

from simulator.busy_days import HUNG_KINGS, TET, TET_FACTOR, is_public_holiday
from simulator.errors import ScenarioError
from tests.simulator.days import make_world

DAY_S = 86_400.0


def new_moon(number: int) -> datetime:
    """Meeus, Astronomical Algorithms, chapter 49, main terms: to some minutes; counted from January 2000."""
    t = number / 1236.85
    e = 1 - 0.002516 * t
    jde = 2451550.09766 + 29.530588861 * number
    sun, moon, node = (
        radians(first + rate * number)
        for first, rate in ((2.5534, 29.10535670), (201.5643, 385.81693528), (160.7108, 390.67050284))
    )
    jde += -0.40720 * sin(moon) + 0.17241 * e * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
    jde += 0.00739 * e * sin(moon - sun) - 0.00514 * e * sin(moon + sun) + 0.00208 * sin(2 * sun)
    return datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=jde - 2451545.0, seconds=-72)


@pytest.mark.parametrize("year", TET)
def test_the_lunar_year_begins_on_the_day_of_a_new_moon_in_vietnam(year: int) -> None:
    first = TET[year]
    number = round((first - date(2000, 1, 6)).days / 29.530588861)
    assert (new_moon(number) + timedelta(hours=7)).date() == first
    assert date(year, 1, 21) <= first <= date(year, 2, 20)
    assert (new_moon(number + 2) + timedelta(hours=7)).date() + timedelta(days=9) == HUNG_KINGS[year]


def emergencies(told: dict[str, Any], days: float, start: str, seed: int = 1) -> np.ndarray:
    """How many on each day."""
    world = make_world({"city": {"emergencies_per_day": 2400.0}, **told}, duration_s=days * DAY_S, start=start)
    calls = world.draw(seed)
    return np.bincount((calls.at_s[calls.kind == 0] // DAY_S).astype(int), minlength=int(days))


def test_at_tet_fewer_call_and_hardly_anybody_is_transferred() -> None:
    start = "2026-02-17T00:00:00"
    usual, tet = emergencies({}, 7, start), emergencies({"calendar": {"tet": True}}, 7, start)
    assert tet[0] / usual[0] == pytest.approx(TET_FACTOR[0], abs=0.08)
    assert tet[6] / usual[6] == pytest.approx(1.0, abs=0.08)
    worlds = [make_world({"calendar": {"tet": told}}, duration_s=DAY_S, start=start) for told in (False, True)]
    planned = [int((world.draw(1).kind > 0).sum()) for world in worlds]
    assert planned[1] < planned[0] * 0.5


def test_a_holiday_goes_by_a_sundays_hours() -> None:
    assert is_public_holiday(date(2026, 4, 30))
    assert is_public_holiday(date(2027, 4, 16))
    assert not is_public_holiday(date(2026, 4, 29))
    world = make_world({"calendar": {"holidays": True}}, duration_s=DAY_S, start="2026-04-30T00:00:00")
    assert world.busy is not None
    shape = np.asarray(world.pack.demand.hour_of_week)
    thursday, sunday = shape[72:96], shape[144:168]
    assert world.busy.emergencies * thursday == pytest.approx(sunday)


def test_a_surge_holds_from_and_until() -> None:
    surge = {"factor": 3.0, "from": "2026-03-03T00:00:00", "until": "2026-03-04T00:00:00"}
    usual, more = emergencies({}, 3, "2026-03-02T00:00:00"), emergencies({"surge": [surge]}, 3, "2026-03-02T00:00:00")
    assert more / usual == pytest.approx([1.0, 3.0, 1.0], abs=0.12)


def test_an_events_crowd_calls_from_there_and_units_stand_by() -> None:
    event = {
        "name": "Pháo hoa", "lon": 106.7047, "lat": 10.7741, "from": "2026-03-02T20:00:00",
        "until": "2026-03-02T23:00:00", "crowd": 300_000, "calls_per_10000_h": 0.5, "standby_units": 3,
    }  # fmt: skip
    usual, with_event = make_world(), make_world({"event": [event]})
    before, after = usual.draw(1), with_event.draw(1)
    new = ~np.isin(after.at_s, before.at_s)
    assert int(new.sum()) == len(after) - len(before)
    assert {with_event.wards[place].name_ascii for place in after.place[new].tolist()} == {"Ben Nghe"}
    assert ((after.at_s[new] >= 20 * 3600) & (after.at_s[new] <= 23 * 3600)).all()
    standby = new & (after.kind == 3)
    assert after.scene_s[standby].tolist() == [3 * 3600.0] * 3
    assert 25 <= int(new.sum()) - 3 <= 65  # 45 on average
    for name in ("priority", "scene_s", "answer"):
        assert np.array_equal(getattr(after, name)[~new], getattr(before, name))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"calendar": {"tett": True}}, "did you mean 'tet'?"),
        ({"surge": [{}]}, "has no 'factor'"),
        ({"event": [{"name": "x", "lon": 106.7, "lat": 10.7}]}, "has no 'crowd'"),
    ],
)
def test_a_slip_of_the_pen_is_named(told: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        make_world(told)
    assert said in str(error.value)


def test_a_year_beyond_the_table_is_refused() -> None:
    with pytest.raises(ScenarioError, match="2024 to 2035, not 2040"):
        make_world({"calendar": {"tet": True}}, start="2040-02-01T00:00:00")
