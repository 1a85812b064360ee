"""What the leader does by the clock: one refusal holds up nothing else, and no advice outlives its freshness."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.assignment import watch
from dispatch.assignment.recommender import Recommender
from dispatch.desk import Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.errors import Taken
from dispatch.parts import Parts
from dispatch.positions.store import PositionStore
from tests.dispatch.assignment.worlds import TRAVEL
from tests.factories import LON, NOW, FakeTravel, make_incident, make_offer, make_state, make_unit


class StubbornDesk:
    """Refuses the first command, as when somebody else was faster, and takes note of the others."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.told: list[ev.Event] = []
        self._commands = 0

    async def execute(self, command: Command, decide: Callable[[State, datetime], Decision]) -> None:
        self._commands += 1
        if self._commands == 1:
            raise Taken("somebody was first")
        self.told += decide(self.state, NOW).events


async def test_an_offer_that_cannot_be_ended_holds_up_no_other() -> None:
    offered = [make_incident(name, offers=[make_offer(f"O-{name}", unit_id=f"U-{name}")]) for name in ("I1", "I2")]
    desk = StubbornDesk(make_state(units=[make_unit("U-I1"), make_unit("U-I2")], incidents=offered))
    await watch._expire(cast(Parts, SimpleNamespace(desk=desk)))
    assert [event.offer_id for event in desk.told if isinstance(event, ev.OfferExpired)] == ["O-I2"]


@pytest.mark.parametrize("ending", ["leads no more", "fails"])
async def test_advice_that_is_kept_fresh_no_more_is_taken_back(ending: str) -> None:
    shown: list[dict[str, Any]] = []
    told = asyncio.Event()

    def show(recommendations: dict[str, Any]) -> None:
        shown.append(recommendations)
        told.set()

    state = make_state(units=[make_unit()], incidents=[make_incident()])
    desk = cast(Desk, SimpleNamespace(state=state, on_events=lambda listener: None))
    positions = cast(PositionStore, SimpleNamespace(latest={}))
    recommender = Recommender(desk, positions, TRAVEL, None, show)
    task = asyncio.create_task(recommender.run())
    await asyncio.wait_for(told.wait(), 60)
    told.clear()
    if ending == "fails":
        recommender.compute = None  # type: ignore[method-assign,assignment]  # calling it raises
        await asyncio.wait_for(told.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert list(shown[0]) == ["I1"]
    assert (shown[1], recommender.latest) == ({}, {})


async def test_a_node_that_need_not_compute_shows_what_it_is_told() -> None:
    shown: list[dict[str, Any]] = []
    asked = asyncio.Event()

    def is_needed() -> bool:
        asked.set()
        return False

    state = make_state(units=[make_unit()], incidents=[make_incident()])
    desk = cast(Desk, SimpleNamespace(state=state, on_events=lambda listener: None))
    positions = cast(PositionStore, SimpleNamespace(latest={}))
    recommender = Recommender(desk, positions, TRAVEL, None, shown.append)
    told = await recommender.compute()
    task = asyncio.create_task(recommender.run(is_needed))
    await asyncio.wait_for(asked.wait(), 60)
    recommender.take(told)
    assert (list(told), shown, recommender.latest) == (["I1"], [told], told)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class ChangingTravel(FakeTravel):
    """Other road conditions come in force while the first question is answered: everything takes twice as long."""

    def times(
        self, origins: NDArray[np.float64], destinations: NDArray[np.float64], profile: str
    ) -> NDArray[np.float64]:
        times = super().times(origins, destinations, profile)
        if self.version == "free":
            self.version, self.s_per_degree = "slow", 2 * self.s_per_degree
        return times


async def test_a_decision_that_other_road_conditions_overtake_is_made_again() -> None:
    state = make_state(units=[make_unit()], incidents=[make_incident(lon=LON + 0.01)])
    desk = cast(Desk, SimpleNamespace(state=state, on_events=lambda listener: None))
    positions = cast(PositionStore, SimpleNamespace(latest={}))
    found = await Recommender(desk, positions, ChangingTravel(), None, lambda told: None).compute()
    assert found["I1"].traffic_version == "slow"
    assert found["I1"].units[0].travel_s == pytest.approx(200.0, abs=1)
