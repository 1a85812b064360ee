"""Calls that join incidents, and who closes them meanwhile: two writers on one real log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.database import Pool
from dispatch.desk import Answer, Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.state import State
from dispatch.errors import Refused, Stale, Taken
from dispatch.event_log import EventLog
from dispatch.intake.closing import Closing, close
from dispatch.intake.joining import join, unjoin

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def desks(pool: Pool, database_url: str) -> tuple[Desk, Desk]:
    """Two servers' desks on one log. Neither follows it by itself: each test says who has heard of what."""
    one, other = (Desk(EventLog(pool), database_url) for _ in range(2))
    await tell(one, world())
    await other.catch_up()
    return one, other


def world(count: int = 1) -> list[ev.Event]:
    """Incidents, each opened for a call of its own, and as many calls that nobody has decided about."""
    told: list[ev.Event] = []
    for n in range(1, count + 1):
        told += [
            ev.CallReceived(call_id=f"C{n}", answered_at=AT),
            ev.IncidentOpened(
                incident_id=f"I{n}", number=f"{n}", answered_at=AT, priority=3, complaint="fall", call_id=f"C{n}"
            ),
            ev.CallJoined(call_id=f"C{n}", incident_id=f"I{n}"),
            ev.CallReceived(call_id=f"again{n}", answered_at=AT),
        ]
    return told


async def tell(desk: Desk, events: list[ev.Event]) -> Answer:
    return await desk.execute(Command("user:an"), lambda state, now: Decision(events, lambda after: None))


async def join_it(desk: Desk, call_id: str = "again1", incident_id: str = "I1", *, reopens: bool = False) -> Answer:
    def decide(state: State, now: datetime) -> Decision:
        return Decision(join(state, call_id, incident_id, reopens=reopens), lambda after: None)

    return await desk.execute(Command("user:call-taker"), decide)


async def close_it(desk: Desk, incident_id: str = "I1", *, version: int | None = None) -> Answer:
    seen = tuple(desk.state.incidents[incident_id].call_ids)
    closing = Closing(incident_id=incident_id, outcome="no_content", version=version, seen_calls=seen)

    def decide(state: State, now: datetime) -> Decision:
        return Decision(close(state, closing, may_without_sending=True), lambda after: None)

    return await desk.execute(Command("user:supervisor"), decide)


async def test_a_call_does_not_join_an_incident_that_another_server_closed_a_moment_ago(
    desks: tuple[Desk, Desk],
) -> None:
    here, there = desks
    await close_it(there)
    with pytest.raises(Taken, match="is closed; reopen it"):
        await join_it(here)
    assert here.state.calls["again1"].status == "answered"


@pytest.mark.parametrize("version", [None, 1])
async def test_nobody_closes_an_incident_over_a_call_that_another_server_joined_a_moment_ago(
    desks: tuple[Desk, Desk], version: int | None
) -> None:
    here, there = desks
    await join_it(there)
    with pytest.raises(Stale):
        await close_it(here, version=version)
    incident = here.state.incidents["I1"]
    assert (incident.status, incident.call_ids) == ("waiting", ["C1", "again1"])


async def test_a_call_that_is_taken_back_to_its_own_incident_meets_no_closed_one(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    second = [
        ev.IncidentOpened(incident_id="I2", number="2", answered_at=AT, priority=3, complaint="fall", call_id="C2"),
        ev.CallReceived(call_id="C2", answered_at=AT),
        ev.CallJoined(call_id="C2", incident_id="I2"),
    ]
    await tell(here, [*second, ev.CallReceived(call_id="C3", answered_at=AT)])
    await join_it(here, "C3", "I1")
    await join_it(here, "C3", "I2")
    await there.catch_up()
    await close_it(there)

    def take_out(state: State, now: datetime) -> Decision:
        call = state.calls["C3"]
        return Decision(
            unjoin(call, state.incidents[call.incident_id or ""], state.incidents[call.left_incident_id or ""]),
            lambda after: None,
        )

    await here.execute(Command("user:an"), take_out)
    assert (here.state.calls["C3"].status, here.state.calls["C3"].incident_id) == ("answered", None)


async def test_a_call_joins_a_closed_incident_by_reopening_it_in_the_same_step(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    await close_it(there)
    await join_it(here, reopens=True)
    incident = here.state.incidents["I1"]
    assert (incident.status, incident.outcome, incident.call_ids) == ("waiting", None, ["C1", "again1"])


async def close_as_duplicate(desk: Desk, incident_id: str, other_id: str) -> Answer:
    version = desk.state.incidents[incident_id].version
    closing = Closing(incident_id=incident_id, outcome="duplicate", version=version, duplicate_of=other_id)

    def decide(state: State, now: datetime) -> Decision:
        return Decision(close(state, closing, may_without_sending=False), lambda after: None)

    return await desk.execute(Command("user:dispatcher"), decide)


async def test_two_incidents_are_not_closed_as_duplicates_of_each_other_on_two_servers(
    pool: Pool, database_url: str
) -> None:
    here, there = (Desk(EventLog(pool), database_url) for _ in range(2))
    await tell(here, world(2))
    await there.catch_up()
    await close_as_duplicate(here, "I1", "I2")
    with pytest.raises(Refused):
        await close_as_duplicate(there, "I2", "I1")
    await here.catch_up()
    assert [here.state.incidents[key].status for key in ("I1", "I2")] == ["closed", "waiting"]


@pytest.mark.parametrize("is_joined", [True, False])
@pytest.mark.parametrize(("complaint", "called"), [("cardiac_arrest", "cardiac_arrest"), ("unknown", "fall")])
async def test_what_goes_on_in_place_of_a_graver_duplicate_is_as_grave_and_called_so(
    pool: Pool, database_url: str, complaint: str, called: str, is_joined: bool
) -> None:
    graver: dict[str, Any] = {"priority": 1, "complaint": complaint, "level_by": "protocol"}
    desk = Desk(EventLog(pool), database_url)
    await tell(desk, [*world(2), ev.IncidentRevised(incident_id="I1", **graver)])
    await (join_it(desk, "C1", "I2") if is_joined else close_as_duplicate(desk, "I1", "I2"))
    on = desk.state.incidents["I2"]
    assert (on.status, on.priority, on.complaint, on.level_by) == ("waiting", 1, called, "protocol")


async def test_a_call_found_to_be_graver_says_what_the_incident_is_called(pool: Pool, database_url: str) -> None:
    desk = Desk(EventLog(pool), database_url)
    found = ev.CallTriaged(call_id="new", level=1, package_hash="p", complaint="stroke")
    await tell(desk, [*world(), ev.CallReceived(call_id="new", answered_at=AT), found])
    await join_it(desk, "new")
    on = desk.state.incidents["I1"]
    assert (on.priority, on.complaint, on.level_by) == (1, "stroke", "protocol")


TWO_CREWS = (Need(skills=("doctor", "convey")), Need(skills=("nurse",)))


@pytest.mark.parametrize("is_joined", [True, False])
async def test_what_goes_on_in_place_of_a_graver_one_needs_as_many(
    pool: Pool, database_url: str, is_joined: bool
) -> None:
    desk = Desk(EventLog(pool), database_url)
    await tell(desk, [*world(2), ev.IncidentRevised(incident_id="I1", priority=1, needs=TWO_CREWS)])
    await (join_it(desk, "C1", "I2") if is_joined else close_as_duplicate(desk, "I1", "I2"))
    assert (desk.state.incidents["I1"].outcome, desk.state.incidents["I2"].needs) == ("duplicate", TWO_CREWS)


async def test_of_many_joinings_and_closings_at_once_none_puts_a_call_out_of_sight(
    pool: Pool, database_url: str
) -> None:
    count = 12
    here, there = (Desk(EventLog(pool), database_url) for _ in range(2))
    await tell(here, world(count))
    await there.catch_up()
    incidents = range(1, count + 1)
    done = await asyncio.gather(
        *(join_it(here, f"again{n}", f"I{n}") for n in incidents),
        *(close_it(there, f"I{n}") for n in incidents),
        return_exceptions=True,
    )
    assert {type(one) for one in done} <= {Answer, Taken, Stale}
    assert sum(isinstance(one, Refused) for one in done) == count
    await here.catch_up()
    for n in incidents:
        call, incident = here.state.calls[f"again{n}"], here.state.incidents[f"I{n}"]
        joined, closed = call.status == "joined", incident.status == "closed"
        assert joined != closed, f"{call} {incident}"
