"""The log in a real PostgreSQL: no hole, no unit twice, no changed row unseen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from dispatch.database import Pool, open_pool
from dispatch.domain import events as ev
from dispatch.domain.clock import LOCAL
from dispatch.domain.words import RunKind
from dispatch.errors import KeyReused, Unavailable
from dispatch.event_log import (
    APPEND_LOCK,
    GENESIS,
    BrokenLog,
    CommandKey,
    EventLog,
    NewEvent,
    StaleStream,
    chain_hash,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)


def off_duty(unit_id: str) -> NewEvent:
    return NewEvent(ev.UnitReported(unit_id=unit_id, report="off_duty"), AT)


async def test_what_is_appended_is_read_back_the_same(pool: Pool) -> None:
    log = EventLog(pool)
    written = await log.append([off_duty("A"), off_duty("A")], expected={"unit:A": 0}, actor="user:an")
    assert await log.read(0) == written
    assert [(event.seq, event.version) for event in written] == [(1, 1), (2, 2)]


async def test_what_a_decision_saw_is_read_only_where_it_is_asked_for(pool: Pool) -> None:
    log = EventLog(pool)
    saw = {"now": "2026-03-02T00:00:00Z", "evidence": {"positions": {"A": [106.7, 10.8, 1.5]}}}
    asked = NewEvent(ev.MoveUpAsked(unit_id="A", station_id="S1", saw=saw), AT)
    written = await log.append([off_duty("A"), asked], expected={"unit:A": 0}, actor="user:an")
    told = await log.read_to_fold(0)
    assert (told[0], told[1].data) == (written[0], ev.MoveUpAsked(
        unit_id="A", station_id="S1", saw=saw | {"evidence": True},
    ))  # fmt: skip
    assert (await log.read(0), await log.verify()) == (written, 2)


async def test_a_device_in_another_time_zone_breaks_no_chain(pool: Pool) -> None:
    log = EventLog(pool)
    local = NewEvent(ev.UnitReported(unit_id="A", report="off_duty"), AT.astimezone(LOCAL))
    written = await log.append([local], expected={"unit:A": 0}, actor="user:an")
    assert await log.read(0) == written
    assert await log.verify() == 1


async def test_a_stream_that_moved_on_refuses_and_writes_nothing(pool: Pool) -> None:
    log = EventLog(pool)
    await log.append([off_duty("A")], expected={"unit:A": 0}, actor="user:an")
    with pytest.raises(StaleStream, match="unit:A is at version 1"):
        await log.append([off_duty("B"), off_duty("A")], expected={"unit:A": 0, "unit:B": 0}, actor="user:an")
    assert await log.head() == 1


async def test_a_frozen_process_that_holds_the_append_lock_freezes_no_other(database_url: str) -> None:
    async with (
        await AsyncConnection.connect(database_url) as frozen,
        open_pool(database_url, min_size=1, lock_wait_s=0.05) as pool,
    ):
        await frozen.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])
        with pytest.raises(Unavailable):
            await EventLog(pool).append([], expected={}, actor="user:an")
        await frozen.rollback()
        assert await EventLog(pool).append([], expected={}, actor="user:an") == []


async def test_emergencies_are_counted_by_the_hour_in_which_they_were_answered(pool: Pool) -> None:
    log, hour, now = EventLog(pool), timedelta(hours=1), datetime.now(UTC)
    whole = now.replace(minute=0, second=0, microsecond=0)

    def opened(key: str, answered_at: datetime, kind: RunKind = "emergency") -> NewEvent:
        told = ev.IncidentOpened(
            incident_id=key, number=key, answered_at=answered_at, priority=2, complaint="stroke", kind=kind
        )
        return NewEvent(told, answered_at)

    events = [
        opened("I1", whole - hour),
        opened("I2", whole - timedelta(seconds=1)),
        opened("I3", whole - 2 * hour),
        opened("I4", whole),
        opened("I5", whole - hour, "home"),
        opened("I6", whole - hour),
        NewEvent(ev.IncidentClosed(incident_id="I6", outcome="duplicate"), now),
    ]
    assert await log.began_at() is None
    await log.append(events, expected={f"incident:I{at}": 0 for at in range(1, 7)}, actor="user:an")
    assert await log.count_emergencies(whole - 5 * hour, whole) == {whole - hour: 2, whole - 2 * hour: 1}
    began_at = await log.began_at()
    assert began_at is not None
    assert began_at >= now


async def test_a_pause_is_when_nothing_at_all_was_written_down(pool: Pool) -> None:
    log, hour, now = EventLog(pool), timedelta(hours=1), datetime.now(UTC)
    call = ev.CallReceived(call_id="C1", answered_at=now)
    await log.append([off_duty("A"), NewEvent(call, now)], expected={"unit:A": 0, "call:C1": 0}, actor="user:an")
    since, until = now - 3 * hour, now + 2 * hour
    (first, last) = await log.list_pauses(since, until, hour)
    assert (first[0], last[1]) == (since, until)
    assert abs(first[1] - now) < timedelta(minutes=2)
    assert first[1] == last[0]
    assert await log.list_pauses(since, until, 4 * hour) == []
    assert (await log.count_calls(since, until), await log.count_calls(since, now - hour)) == (1, 0)


async def test_many_writers_leave_no_hole_and_lose_nothing(pool: Pool) -> None:
    log = EventLog(pool)

    async def write(unit_id: str) -> None:
        for version in range(10):
            await log.append([off_duty(unit_id)], expected={f"unit:{unit_id}": version}, actor="user:an")

    await asyncio.gather(*(write(unit_id) for unit_id in "ABCD"))
    events = await log.read(0)
    assert [event.seq for event in events] == list(range(1, 41))
    assert {event.stream: event.version for event in events} == {f"unit:{unit_id}": 10 for unit_id in "ABCD"}
    assert await log.verify() == 40


async def test_a_changed_row_shows(pool: Pool, database_url: str) -> None:
    log = EventLog(pool)
    await log.append([off_duty("A"), off_duty("A"), off_duty("A")], expected={"unit:A": 0}, actor="user:an")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
        connection.execute("UPDATE events SET actor = 'user:eve' WHERE seq = 2")
    with pytest.raises(BrokenLog, match="event 2 does not follow event 1"):
        await log.verify()


async def test_what_an_older_version_wrote_with_fewer_fields_still_verifies(pool: Pool, database_url: str) -> None:
    """A field that an event has got since is not in what was stored, and so not in what was hashed."""
    log = EventLog(pool)
    (written,) = await log.append([off_duty("A")], expected={"unit:A": 0}, actor="user:an")
    stored = {"unit_id": "A", "report": "off_duty"}
    assert stored.keys() < set(type(written.data).__struct_fields__)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
        connection.execute(
            "UPDATE events SET data = %s, hash = %s", [Jsonb(stored), chain_hash(GENESIS, written, stored)]
        )
    assert await log.verify() == 1
    assert await log.read(0) == [written]


@pytest.mark.parametrize("statement", ["DELETE FROM events", "UPDATE events SET actor = 'user:eve'", "TRUNCATE events"])
async def test_the_database_itself_refuses_to_change_a_fact(pool: Pool, database_url: str, statement: str) -> None:
    await EventLog(pool).append([off_duty("A")], expected={"unit:A": 0}, actor="user:an")
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error):
        connection.execute(statement.encode())


async def test_the_same_key_finds_its_answer_and_another_body_is_refused(pool: Pool) -> None:
    log = EventLog(pool)
    command = CommandKey(actor="user:an", key="k1", body_hash=b"one")
    await log.append([off_duty("A")], expected={"unit:A": 0}, actor="user:an", command=command, answer={"a": 1})
    found = await log.find_done(command)
    assert found is not None
    assert (found.answer, found.seq) == ({"a": 1}, 1)
    with pytest.raises(KeyReused, match="k1"):
        await log.find_done(CommandKey(actor="user:an", key="k1", body_hash=b"two"))
    assert await log.find_done(CommandKey(actor="user:binh", key="k1", body_hash=b"two")) is None
