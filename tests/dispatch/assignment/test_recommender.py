"""When a decision is made, and when it is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.recommender import Recommender
from dispatch.desk import Desk
from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.positions.store import PositionStore
from tests.factories import LON, NOW, FakeTravel, make_incident, make_state, make_unit

Listener = Callable[[Sequence[Recorded]], None]
NOBODY = cast(PositionStore, SimpleNamespace(latest={}))


class QuietDesk:
    """A state, and events that somebody tells."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._listeners: list[Listener] = []

    def on_events(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def tell(self, *streams: str) -> None:
        told = []
        for stream in streams:
            self.state.seq += 1
            data = ev.AutoDispatchHeld(held=True)
            told.append(
                Recorded(seq=self.state.seq, stream=stream, version=1, type="", data=data, actor="", at=NOW,
                         recorded_at=NOW)
            )  # fmt: skip
        for listener in self._listeners:
            listener(told)


class Roads(FakeTravel):
    """Counts decisions, and does something while the first is made."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.decisions = 0
        self._meanwhile = meanwhile

    def times(
        self, origins: NDArray[np.float64], destinations: NDArray[np.float64], profile: str
    ) -> NDArray[np.float64]:
        self.decisions += 1
        if self.decisions == 1:
            self._meanwhile()
        return super().times(origins, destinations, profile)


def make_desk() -> QuietDesk:
    return QuietDesk(make_state(units=[make_unit()], incidents=[make_incident(lon=LON + 0.01)], seq=10))


def make_recommender(desk: QuietDesk, roads: FakeTravel, show: Callable[..., None] = lambda told: None) -> Recommender:
    return Recommender(cast(Desk, desk), NOBODY, roads, None, show)


@pytest.mark.parametrize(
    ("stream", "based_on_seq"),
    [
        ("incident:I1", 11), ("unit:U1", 11), ("station:S1", 11), ("policy:city", 11),
        ("call:C1", 10), ("hospital:H1", 10), ("alarm:A1", 10), ("patient:P1", 10), ("desk:main", 10),
    ],
)  # fmt: skip
async def test_a_decision_is_made_anew_only_when_a_stream_that_it_uses_moves_on(stream: str, based_on_seq: int) -> None:
    desk = make_desk()
    recommender = make_recommender(desk, Roads(lambda: desk.tell(stream)))
    found = (await recommender.compute())["I1"]
    assert (found.based_on_seq, recommender.still_holds(found)) == (based_on_seq, True)


async def test_advice_holds_until_a_stream_that_it_uses_or_the_roads_change() -> None:
    desk, roads = make_desk(), FakeTravel()
    recommender = make_recommender(desk, roads)
    found = (await recommender.compute())["I1"]
    desk.tell("call:C1", "alarm:A1")
    held = [recommender.still_holds(found)]
    desk.tell("unit:U1")
    held.append(recommender.still_holds(found))
    found = (await recommender.compute())["I1"]
    held.append(recommender.still_holds(found))
    roads.version = "slow"
    assert [*held, recommender.still_holds(found)] == [True, False, True, False]


async def test_a_decision_that_is_overtaken_every_time_is_handed_out_all_the_same() -> None:
    desk = make_desk()

    class Busy(FakeTravel):
        def is_off_road(self, points: NDArray[np.float64], profile: str) -> NDArray[np.bool_]:
            desk.tell("unit:U1")
            return super().is_off_road(points, profile)

    assert list(await make_recommender(desk, Busy()).compute()) == ["I1"]


async def test_what_comes_at_once_is_decided_on_together() -> None:
    desk = make_desk()
    shown: list[int] = []
    done = asyncio.Event()

    def show(told: dict[str, Recommendation]) -> None:
        shown.append(told["I1"].based_on_seq if told else -1)
        done.set()

    recommender = make_recommender(desk, FakeTravel(), show)
    task = asyncio.create_task(recommender.run())
    await asyncio.wait_for(done.wait(), 60)
    done.clear()
    for _ in range(40):
        desk.tell("unit:U1")
        await asyncio.sleep(0)
    await asyncio.wait_for(done.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert shown[:2] == [10, 50]


async def test_advice_is_made_anew_by_the_clock_while_somebody_waits() -> None:
    shown: list[object] = []
    third = asyncio.Event()

    def show(told: dict[str, Recommendation]) -> None:
        shown.append(told["I1"].at if told else None)
        if len(shown) == 3:
            third.set()

    task = asyncio.create_task(make_recommender(make_desk(), FakeTravel(), show).run())
    await asyncio.wait_for(third.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(set(shown[:3])) == 3
    assert None not in shown[:3]


async def test_nothing_is_decided_when_nobody_asks() -> None:
    desk = make_desk()
    desk.state.incidents["I1"].status = "closed"
    roads = Roads()
    assert (await make_recommender(desk, roads).refresh(), roads.decisions) == ({}, 0)
