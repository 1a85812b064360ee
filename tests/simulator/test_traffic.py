"""The demo's crews drive by the hour and the closures that the desk knows."""

from __future__ import annotations

from datetime import timedelta

from routing.hours import hour_of_week
from simulator.traffic import Traffic
from tests.dispatch.test_roads import make_closure
from tests.factories import NOW
from tests.routing.worlds import at, make_times


async def test_crews_drive_in_the_traffic_of_the_hour_and_round_closures() -> None:
    primary = {"highway": "primary"}
    travel = make_times(([(0, 0), (1, 0)], {**primary, "name": "Lê Lợi"}), ([(1, 0), (2, 0)], primary))
    traffic = Traffic(travel)
    await traffic.keep((), NOW)
    hour, open_s = travel.conditions.hour, float(travel.times([at(0, 0)], [at(2, 0)])[0, 0])
    assert hour == hour_of_week(NOW)
    await traffic.keep([make_closure()], NOW)
    assert float(travel.times([at(0, 0)], [at(2, 0)])[0, 0]) > 10 * open_s
    await traffic.keep((), NOW + timedelta(hours=1))
    assert (travel.conditions.hour, travel.conditions.obstacles) == (hour + 1, ())
