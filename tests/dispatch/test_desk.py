"""The desk: decide, try, append, fold, answer; and two desks on one log agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.offers import make_offer
from dispatch.database import Pool
from dispatch.desk import Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.fold import apply
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.errors import IllegalStep, Taken
from dispatch.event_log import EventLog

AT = datetime(2026, 3, 2, tzinfo=UTC)


def register(*incident_ids: str) -> Decision:
    place = Place(lon=106.7, lat=10.78, kind="point", label="Chợ Bến Thành")
    events: list[ev.Event] = [
        ev.StationRegistered(
            station_id="S1", name="Một", name_en="One", kind="own", can_refuse=True, lon=106.7, lat=10.7
        ),
        ev.UnitRegistered(unit_id="U1", station_id="S1", kind="van", skills=("convey",), staffed=True),
    ]
    for number, incident_id in enumerate(incident_ids):
        events.append(
            ev.IncidentOpened(
                incident_id=incident_id, number=str(number), answered_at=AT, priority=2, complaint="x", place=place
            )
        )
    return Decision(events, lambda after: None)


@pytest.fixture
async def desks(pool: Pool, database_url: str) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two desks on one log, as two processes would have them."""
    one, other = Desk(EventLog(pool), database_url), Desk(EventLog(pool), database_url)
    await one.start()
    await other.start()
    yield one, other
    await one.stop()
    await other.stop()


async def until(desk: Desk, seq: int) -> None:
    reached = asyncio.Event()
    desk.on_events(lambda events: reached.set() if events[-1].seq >= seq else None)
    if desk.state.seq < seq:
        await asyncio.wait_for(reached.wait(), 60)


async def test_two_desks_never_give_one_unit_twice(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    answer = await one.execute(Command("user:an"), lambda state, now: register("I1", "I2"))
    await until(other, answer.seq)

    async def give(desk: Desk, incident_id: str) -> bool:
        request = OfferRequest(offer_id=f"O-{incident_id}", incident_id=incident_id, unit_id="U1")
        try:
            await desk.execute(
                Command("user:an"), lambda state, now: Decision(make_offer(state, request, now), lambda after: None)
            )
        except Taken:
            return False
        return True

    given = await asyncio.gather(give(one, "I1"), give(other, "I2"))
    assert sorted(given) == [False, True]
    await until(one, await one.events.head())
    await until(other, one.state.seq)
    assert msgspec.json.encode(one.state) == msgspec.json.encode(other.state)


async def test_the_state_is_the_fold_of_the_log(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    await desk.execute(Command("user:an"), lambda state, now: register("I1"))
    request = OfferRequest(offer_id="O1", incident_id="I1", unit_id="U1")
    await desk.execute(
        Command("user:an"), lambda state, now: Decision(make_offer(state, request, now), lambda after: None)
    )
    fresh = State()
    async for events in desk.events.read_all():
        for event in events:
            apply(fresh, event)
    assert fresh == desk.state


async def test_a_command_that_cannot_be_folded_never_reaches_the_log(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    await desk.execute(Command("user:an"), lambda state, now: register("I1"))
    before, head = msgspec.json.encode(desk.state), await desk.events.head()
    illegal: list[ev.Event] = [
        ev.IncidentRevised(incident_id="I1", priority=1),
        ev.UnitReported(unit_id="U1", report="on_scene"),
    ]
    with pytest.raises(IllegalStep):
        await desk.execute(Command("user:an"), lambda state, now: Decision(illegal, lambda after: None))
    assert await desk.events.head() == head
    assert msgspec.json.encode(desk.state) == before


async def test_the_same_key_gives_the_same_answer_once(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    await desk.execute(Command("user:an"), lambda state, now: register())
    command = Command("user:an", key="k1", body={"status": "off_duty"})

    def decide(state: State, now: datetime) -> Decision:
        said: list[ev.Event] = [ev.UnitReported(unit_id="U1", report="off_duty")]
        return Decision(said, lambda after: {"unit": after.units["U1"]})

    first = await desk.execute(command, decide)
    again = await desk.execute(command, decide)
    assert again == first
    assert first.body["unit"]["status"] == "off_duty"


async def test_the_same_key_sent_to_two_desks_at_once_is_done_once(desks: tuple[Desk, Desk]) -> None:
    command = Command("user:an", key="k1", body={})

    def open_on(desk: Desk, incident_id: str) -> Any:
        opened = ev.IncidentOpened(
            incident_id=incident_id, number=incident_id, answered_at=AT, priority=3, complaint="fall"
        )
        return desk.execute(command, lambda state, now: Decision([opened], lambda after: list(after.incidents)))

    answers = await asyncio.gather(*(open_on(desk, name) for desk, name in zip(desks, ("I1", "I2"), strict=True)))
    assert answers[0] == answers[1]
    assert await desks[0].events.head() == 1


async def test_a_desk_that_starts_later_folds_to_the_same_state(
    desks: tuple[Desk, Desk], pool: Pool, database_url: str
) -> None:
    desk, _ = desks
    await desk.execute(Command("user:an"), lambda state, now: register("I1", "I2"))
    late = Desk(EventLog(pool), database_url)
    await late.catch_up()
    assert msgspec.json.encode(late.state) == msgspec.json.encode(desk.state)
