"""Red is offered to two stations; when one declines, another is asked at once, as the live desk does."""

from __future__ import annotations

import pytest

from dispatch.assignment.decide import assign
from dispatch.assignment.eligible import wants_second
from dispatch.assignment.watch import asks_again, is_abandoned, is_for_system
from simulator.ahead.figures import AFTER_EVERYTHING
from simulator.calls import ACCEPTS, REFUSES
from simulator.day import Day
from simulator.mirror import TableTravel, mirror_of
from simulator.policies.desk import Desk
from simulator.units import MAIN, Run
from tests.simulator.days import make_world

POSTS = ("khu-vuc-cu-chi", "trieu-an", "cu-chi", "binh-chanh")
"""Stations that may refuse."""


class Noting(Desk):
    """The desk's policy, with a look at what is left to do once everything of an instant is done."""

    def __init__(self, policy: Desk, travel: TableTravel) -> None:
        self.__dict__.update(policy.__dict__)
        self.travel, self.looks, self.left_to_do = travel, 0, list[str]()

    def assign(self, day: Day) -> None:
        super().assign(day)
        day.agenda.plan(day.now_s, lambda _: self._look(day), None, AFTER_EVERYTHING)

    def _look(self, day: Day) -> None:
        """What `dispatch.assignment.watch` would offer now without a person."""
        mirror, world = mirror_of(day, self._world), self._world
        state, settings = mirror.state, world.policy.assignment
        advice = assign(state, mirror.positions(), self.travel, mirror.now, settings, world.coverage)
        self.looks += 1
        for found in advice.values():
            incident = state.incidents[found.incident_id]
            if found.action != "send" or asks_again(incident, found):
                continue
            if is_abandoned(incident) or wants_second(incident):
                units = [one for one in (*found.units, *found.parallel) if is_for_system(one, incident, state)]
                self.left_to_do += [f"{incident.id} {one.unit_id}" for one in units]


def one_red_call(policy: str) -> Day:
    """The first of four stations asked answers after 45 s, the second refuses after 10, the third takes 20."""
    told = {"city": {"units": "none"}, "unit": [{"id": post, "post": post} for post in POSTS]}
    world = make_world(told, policy=policy, duration_s=7200.0)
    calls = world.draw(1)
    calls = calls.only((calls.kind == 0) & (calls.priority == 1) & (calls.units == 1))
    calls = calls.only(calls.at_s == calls.at_s[0])
    calls.answer[:] = [ACCEPTS, REFUSES, ACCEPTS, ACCEPTS]
    calls.answer_s[:] = [45.0, 10.0, 20.0, 20.0]
    return world.make_day(1, calls)


@pytest.mark.parametrize("policy", ["desk", "closest_idle"])
def test_another_station_is_asked_the_moment_that_one_of_two_declines(policy: str) -> None:
    day = one_red_call(policy)
    asked: list[Run] = []
    send = day.send

    def noting(call: int, unit: int, tier: int = MAIN) -> None:
        send(call, unit, tier)
        asked.extend(run for run in (day.units[unit].run,) if run)

    day.send = noting  # type: ignore[method-assign]  # to hear whom it asks
    day.run()
    opened_s = day.calls.column("opened_s")[0]
    assert [round(run.offered_s - opened_s, 6) for run in asked] == [0.0, 0.0, 10.0]
    assert [run.outcome in ("conveyed", "treated") for run in asked] == [False, False, True]
    assert [run.outcome for run in asked[:2]] == ["withdrawn", "refused"]


def test_after_each_decision_of_a_hard_day_the_live_desk_would_ask_nobody_else() -> None:
    world = make_world({"city": {"scale": 3.0}}, policy="desk", duration_s=3 * 3600.0)
    calls = world.draw(2)
    calls.answer[:, :3] = REFUSES
    day = world.make_day(2, calls)
    policy = day.policies.dispatch
    assert isinstance(policy, Desk)
    noting = Noting(policy, TableTravel(day, world))
    day.policies = type(day.policies)(noting, day.policies.move_up, day.policies.destination)
    day.run()
    assert noting.looks > 50
    assert day.refusals > 50
    assert noting.left_to_do == []
