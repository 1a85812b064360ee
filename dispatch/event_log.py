"""
The log of facts: append, read, verify. The only SQL for facts stands here.

`seq` is given under one advisory lock, so it has no hole and is commit order: a reader that goes by `seq` never
misses an event. (An identity column does: a lower number may commit after a higher one was read.)
Each event carries the hash of the one before it, so that a changed or missing row shows (`verify`).
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from psycopg.types.json import Jsonb, set_json_dumps

from dispatch.database import Connection, Pool, borrowed
from dispatch.domain.events import Envelope, Event, Recorded, read_event, stream_of
from dispatch.errors import KeyReused, Saigon115Error

CHANNEL = "saigon115_events"
"""The NOTIFY channel that wakes readers; its payload is the newest seq, and readers still read by seq."""

APPEND_LOCK = 115_001
"""Key of the advisory lock under which events get their numbers."""

GENESIS = b"\0" * 32
_COLUMNS = "seq, stream, version, type, data, actor, at, recorded_at"
_FOLDED = _COLUMNS.replace(
    "data", "CASE WHEN data->'saw' ? 'evidence' THEN jsonb_set(data, '{saw,evidence}', 'true') ELSE data END"
)
"""What a fold needs: that evidence was kept, and not the evidence, which takes ten times as long to read."""

_EMERGENCIES = """
WITH told AS (
    SELECT type, data FROM events
    WHERE recorded_at >= %(since)s AND stream >= 'incident:' AND stream < 'incident;'
    AND type IN ('IncidentOpened', 'IncidentClosed')
), empty AS (
    SELECT data->>'incident_id' AS id FROM told
    WHERE type = 'IncidentClosed' AND data->>'outcome' IN ('duplicate', 'no_content')
), opened AS (
    SELECT data->>'incident_id' AS id, (data->>'answered_at')::timestamptz AS answered_at FROM told
    WHERE type = 'IncidentOpened' AND COALESCE(data->>'kind', 'emergency') = 'emergency'
)
SELECT date_trunc('hour', answered_at AT TIME ZONE 'UTC'), count(*) FROM opened
WHERE answered_at >= %(since)s AND answered_at < %(until)s AND id NOT IN (SELECT id FROM empty) GROUP BY 1
"""
_PAUSES = """
WITH minutes AS (
    SELECT DISTINCT date_trunc('minute', recorded_at) AS at FROM events
    WHERE recorded_at >= %(since)s AND recorded_at < %(until)s
    UNION SELECT %(until)s::timestamptz
), told AS (
    SELECT at, lag(at, 1, %(since)s::timestamptz) OVER (ORDER BY at) AS before FROM minutes
)
SELECT before, at FROM told WHERE at - before > %(longer_than)s ORDER BY at
"""

Within = Callable[[Connection], Awaitable[None]]

set_json_dumps(lambda value: msgspec.json.encode(value))


class StaleStream(Saigon115Error):
    """A stream has moved on since the decision was made; decide again. Never leaves the desk."""


class BrokenLog(Saigon115Error):
    """A stored event does not carry the hash that its content and its predecessor give."""


class NewEvent(msgspec.Struct, frozen=True):
    """An event that is about to be written; `at` is when it happened."""

    data: Event
    at: datetime


class CommandKey(msgspec.Struct, frozen=True):
    """One actor's idempotency key, and the hash of the body that came with it."""

    actor: str
    key: str
    body_hash: bytes


class Done(msgspec.Struct, frozen=True):
    """The stored answer of a command that was done before."""

    status: int
    answer: Any
    seq: int


def body_hash(body: Any) -> bytes:
    """What tells two bodies apart: SHA-256 of their JSON with sorted keys."""
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).digest()


def chain_hash(prev_hash: bytes, event: Envelope, data: Any) -> bytes:
    """
    SHA-256 over the hash before and the event's JSON with sorted keys.

    `data` is what the event says as it is stored, not as it is read: a later version that knows more fields reads more.
    """
    envelope = {name: getattr(event, name) for name in Envelope.__struct_fields__}
    return hashlib.sha256(prev_hash + msgspec.json.encode({**envelope, "data": data}, order="sorted")).digest()


class EventLog:
    """Append-only, in PostgreSQL. Every method raises Unavailable while the database is out of reach."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def append(
        self,
        events: Sequence[NewEvent],
        *,
        expected: Mapping[str, int],
        actor: str,
        command: CommandKey | None = None,
        answer: Any = None,
        status: int = 200,
        within: Within | None = None,
    ) -> list[Recorded]:
        """
        Write events in one transaction, all or none, and with them the answer to the command that asked.

        `within` writes what belongs to the events (personal data) in the same transaction.
        `expected` holds the version of every stream on which the decision stood. Raises StaleStream when one has
        moved on, KeyReused when the command's key came before with another body.
        """
        async with borrowed(self._pool) as conn, conn.transaction():
            await conn.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
            await _check_versions(conn, expected)
            head, prev_hash = await _head(conn)
            recorded = _number(events, head, dict(expected), actor)
            await _insert(conn, recorded, prev_hash)
            if within is not None:
                await within(conn)
            if command is not None:
                last = recorded[-1].seq if recorded else head
                await _remember(conn, command, status, answer, last)
            if recorded:
                await conn.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(recorded[-1].seq)))
        return recorded

    async def find_done(self, command: CommandKey) -> Done | None:
        """The answer given before to this very command. Raises KeyReused if the body was another."""
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute(
                "SELECT body_hash, status, answer, seq FROM commands WHERE actor = %s AND key = %s",
                (command.actor, command.key),
            )
            row = await cursor.fetchone()
        if row is None:
            return None
        if bytes(row[0]) != command.body_hash:
            raise KeyReused(
                f"idempotency key {command.key} was used before with another body; take a new key for a new command"
            )
        return Done(status=row[1], answer=row[2], seq=row[3])

    async def head(self) -> int:
        """The newest seq; 0 for an empty log."""
        async with borrowed(self._pool) as conn:
            return (await _head(conn))[0]

    async def read(self, after: int, limit: int = 1000) -> list[Recorded]:
        """Events with seq > `after`, in order."""
        return await self._read(f"SELECT {_COLUMNS} FROM events WHERE seq > %s ORDER BY seq LIMIT %s", after, limit)

    async def read_to_fold(self, after: int, limit: int = 1000) -> list[Recorded]:
        """As `read`; of what a decision saw only whether it stands there."""
        return await self._read(f"SELECT {_FOLDED} FROM events WHERE seq > %s ORDER BY seq LIMIT %s", after, limit)

    async def read_incident(self, incident_id: str) -> list[Recorded]:
        """All that was ever told about one incident, on whatever stream."""
        return await self._read(
            f"SELECT {_COLUMNS} FROM events WHERE data->>'incident_id' = %s ORDER BY seq LIMIT %s",
            incident_id,
            5000,
        )

    async def read_calls(self, call_ids: Sequence[str]) -> list[Recorded]:
        """All that was ever told on the streams of these calls, oldest first; at most 5,000 events."""
        streams = [f"call:{call_id}" for call_id in call_ids]
        return await self._read(
            f"SELECT {_COLUMNS} FROM events WHERE stream = ANY(%s) ORDER BY seq LIMIT %s", streams, 5000
        )

    async def read_calls_told(self, since: datetime, until: datetime) -> list[Recorded]:
        """All that was written down about calls, and which incidents were closed, between two times, oldest first."""
        return await self._read(
            f"SELECT {_COLUMNS} FROM events WHERE recorded_at >= %s AND recorded_at < %s "
            "AND (stream >= 'call:' AND stream < 'call;' OR type IN ('IncidentClosed', 'IncidentReopened')) "
            "ORDER BY seq",
            since,
            until,
        )

    async def began_at(self) -> datetime | None:
        """When the first event was written down; None for an empty log."""
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute("SELECT recorded_at FROM events ORDER BY seq LIMIT 1")
            row = await cursor.fetchone()
        return row[0].astimezone(UTC) if row else None

    async def count_emergencies(self, since: datetime, until: datetime) -> dict[datetime, int]:
        """Emergencies by the hour in which they were answered; not those that were closed as a duplicate or empty."""
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute(_EMERGENCIES, {"since": since, "until": until})
            return {hour.replace(tzinfo=UTC): count for hour, count in await cursor.fetchall()}

    async def count_calls(self, since: datetime, until: datetime) -> int:
        """Calls that were written down in this time."""
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute(
                "SELECT count(*) FROM events WHERE recorded_at >= %s AND recorded_at < %s AND type = 'CallReceived'",
                (since, until),
            )
            (count,) = await cursor.fetchone() or (0,)
        return int(count)

    async def list_pauses(
        self, since: datetime, until: datetime, longer_than: timedelta
    ) -> list[tuple[datetime, datetime]]:
        """When nothing at all was written down for longer than this, to the minute; both ends count as something."""
        async with borrowed(self._pool) as conn:
            told = {"since": since, "until": until, "longer_than": longer_than}
            cursor = await conn.execute(_PAUSES, told)
            return [(before.astimezone(UTC), at.astimezone(UTC)) for before, at in await cursor.fetchall()]

    async def read_all(self, after: int = 0, batch: int = 5000) -> AsyncIterator[list[Recorded]]:
        """The whole log in batches, oldest first."""
        while events := await self.read(after, batch):
            yield events
            after = events[-1].seq

    async def verify(self) -> int:
        """Walk the hash chain; the number of events that hold. Raises BrokenLog at the first that does not."""
        prev_hash, count = GENESIS, 0
        while True:
            async with borrowed(self._pool) as conn:
                cursor = await conn.execute(
                    f"SELECT {_COLUMNS}, prev_hash, hash FROM events WHERE seq > %s ORDER BY seq LIMIT 5000",
                    (count,),
                )
                rows = await cursor.fetchall()
            if not rows:
                return count
            for row in rows:
                event = _recorded(row[:8])
                good = bytes(row[8]) == prev_hash and bytes(row[9]) == chain_hash(prev_hash, event, row[4])
                if event.seq != count + 1 or not good:
                    raise BrokenLog(f"event {event.seq} does not follow event {count}; restore the log from a backup")
                prev_hash, count = bytes(row[9]), event.seq

    async def _read(self, query: str, *values: object) -> list[Recorded]:
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute(query.encode(), values)
            return [_recorded(row) for row in await cursor.fetchall()]


async def _check_versions(conn: Connection, expected: Mapping[str, int]) -> None:
    cursor = await conn.execute(
        "SELECT stream, max(version) FROM events WHERE stream = ANY(%s) GROUP BY stream", (list(expected),)
    )
    actual = dict(await cursor.fetchall())
    moved = {stream: actual.get(stream, 0) for stream, version in expected.items() if actual.get(stream, 0) != version}
    if moved:
        raise StaleStream(", ".join(f"{stream} is at version {version}" for stream, version in moved.items()))


async def _head(conn: Connection) -> tuple[int, bytes]:
    cursor = await conn.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
    row = await cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, GENESIS)


def _number(events: Iterable[NewEvent], head: int, versions: dict[str, int], actor: str) -> list[Recorded]:
    """Give each event its place in the log and in its stream."""
    now = datetime.now(UTC)
    recorded = []
    for seq, event in enumerate(events, start=head + 1):
        stream = stream_of(event.data)
        versions[stream] = versions[stream] + 1
        recorded.append(
            Recorded(
                seq=seq,
                stream=stream,
                version=versions[stream],
                type=type(event.data).__name__,
                data=event.data,
                actor=actor,
                at=event.at.astimezone(UTC),
                recorded_at=now,
            )
        )
    return recorded


async def _insert(conn: Connection, recorded: Sequence[Recorded], prev_hash: bytes) -> None:
    rows = []
    for event in recorded:
        data = msgspec.json.decode(msgspec.json.encode(event.data))
        this_hash = chain_hash(prev_hash, event, data)
        fields = (
            event.seq,
            event.stream,
            event.version,
            event.type,
            Jsonb(data),
            event.actor,
            event.at,
        )
        rows.append((*fields, event.recorded_at, prev_hash, this_hash))
        prev_hash = this_hash
    async with conn.cursor() as cursor:
        await cursor.executemany(
            f"INSERT INTO events ({_COLUMNS}, prev_hash, hash) VALUES ({', '.join(['%s'] * 10)})".encode(),
            rows,
        )


async def _remember(conn: Connection, command: CommandKey, status: int, answer: Any, seq: int) -> None:
    """Keep the answer. Raises StaleStream when another process has just done the very command: then find it."""
    cursor = await conn.execute(
        "INSERT INTO commands (actor, key, body_hash, status, answer, seq, at) VALUES (%s, %s, %s, %s, %s, %s, now())"
        " ON CONFLICT DO NOTHING",
        (command.actor, command.key, command.body_hash, status, Jsonb(answer), seq),
    )
    if cursor.rowcount == 0:
        raise StaleStream(f"the command {command.key} of {command.actor} was done meanwhile")


def _recorded(row: Sequence[Any]) -> Recorded:
    seq, stream, version, kind, data, actor, at, recorded_at = row
    return Recorded(
        seq=seq,
        stream=stream,
        version=version,
        type=kind,
        data=read_event(kind, data, at),
        actor=actor,
        at=at.astimezone(UTC),
        recorded_at=recorded_at.astimezone(UTC),
    )
