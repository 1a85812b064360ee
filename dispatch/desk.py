"""
The desk: the state at the head of the log, and the one way to change it.

A command decides on the state in memory, is tried on a copy of what it touches, and is appended only if every
stream still stands where the decision saw it; otherwise it decides again. So an event that cannot be folded never
reaches the log, and no unit is given twice by however many processes.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from psycopg import AsyncConnection, OperationalError

from dispatch.domain.events import Event, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import TABLES, State
from dispatch.errors import Taken, Unavailable
from dispatch.event_log import CHANNEL, CommandKey, EventLog, NewEvent, StaleStream, Within, body_hash
from dispatch.supervise import keep_running, stop_tasks

TRIES = 6
"""A command that keeps losing to others gives up after so many decisions (guess)."""

POLL_S = 1.0
"""Readers look at the log this often even when nothing wakes them."""

log = structlog.get_logger()

Listener = Callable[[Sequence[Recorded]], None]


class Decision(msgspec.Struct):
    """What a command decided: the events that tell it, and how to answer from the state after them."""

    events: list[Event]
    answer: Callable[[State], Any]
    status: int = 200
    at: datetime | None = None
    within: Within | None = None


class Command(msgspec.Struct, frozen=True):
    """Who asks, and under which idempotency key with which body (both may be absent)."""

    actor: str
    key: str | None = None
    body: Any = None

    @property
    def idempotency(self) -> CommandKey | None:
        if self.key is None:
            return None
        return CommandKey(actor=self.actor, key=self.key, body_hash=body_hash(self.body))


class Answer(msgspec.Struct, frozen=True):
    """The answer as JSON-ready data, its HTTP-like status, and the seq at which it holds."""

    status: int
    body: Any
    seq: int


class Desk:
    """The state and its log. One per process; one asyncio task follows the log."""

    def __init__(self, event_log: EventLog, database_url: str) -> None:
        self.state = State()
        self.events = event_log
        self.head_seen_at: datetime | None = None
        self._database_url = database_url
        self._listeners: list[Listener] = []
        self._deciding = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def on_events(self, listener: Listener) -> None:
        """Call `listener` with every batch folded from now on, in order, at once after the fold."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Fold the whole log, then follow it."""
        await self.catch_up()
        self._task = asyncio.create_task(keep_running("follow the log", self._follow), name="follow the log")

    async def stop(self) -> None:
        if self._task:
            await stop_tasks(self._task)

    async def execute(self, command: Command, decide: Callable[[State, datetime], Decision]) -> Answer:
        """
        Decide, try, append, fold, answer.

        Raises what `decide` or the fold raises (nothing has changed then), Unavailable while the database is away,
        Taken when others were faster several times over.
        """
        async with self._deciding:
            for _ in range(TRIES):
                if command.idempotency and (done := await self.events.find_done(command.idempotency)):
                    return Answer(done.status, done.answer, done.seq)
                decision = decide(self.state, datetime.now(UTC))
                try:
                    return await self._append(command, decision)
                except StaleStream:
                    await self.catch_up()
        raise Taken(
            "others changed the same things at the same moment, several times; look again and decide anew",
            code="changed_meanwhile",
        )

    async def catch_up(self) -> None:
        """Fold what the log has beyond the state."""
        while events := await self.events.read_to_fold(self.state.seq, 5000):
            self._fold(events)
        self.head_seen_at = datetime.now(UTC)

    async def _append(self, command: Command, decision: Decision) -> Answer:
        if not decision.events:
            return Answer(decision.status, plain(decision.answer(self.state)), self.state.seq)
        now = datetime.now(UTC)
        events = [NewEvent(event, decision.at or now) for event in decision.events]
        expected = {stream: self.state.version_of(stream) for stream in map(stream_of, decision.events)}
        answer = plain(decision.answer(preview(self.state, events, command.actor, now)))
        recorded = await self.events.append(
            events,
            expected=expected,
            actor=command.actor,
            command=command.idempotency,
            answer=answer,
            status=decision.status,
            within=decision.within,
        )
        if recorded[0].seq == self.state.seq + 1:
            self._fold(recorded)
        else:
            await self.catch_up()
        return Answer(decision.status, answer, recorded[-1].seq)

    def _fold(self, events: Sequence[Recorded]) -> None:
        new = [event for event in events if event.seq > self.state.seq]
        for event in new:
            apply(self.state, event)
        if new:
            self.head_seen_at = datetime.now(UTC)
            for listener in self._listeners:
                listener(new)

    async def _follow(self) -> None:
        """Read on whenever the database says that there is more, and every second in any case."""
        try:
            async with await AsyncConnection.connect(self._database_url, autocommit=True) as conn:
                await conn.execute(f"LISTEN {CHANNEL}")
                while True:
                    await self.catch_up()
                    async for _ in conn.notifies(timeout=POLL_S, stop_after=1):
                        pass
        except (OperationalError, Unavailable) as error:
            log.warning("log out of reach", error=type(error).__name__)


def preview(state: State, events: Sequence[NewEvent], actor: str, now: datetime) -> State:
    """
    The part of the state that the events touch, with the events folded in; the state itself stays as it is.

    Raises what the fold raises: this is where an illegal step is refused before it is written.
    """
    part = _excerpt(state, [event.data for event in events])
    for event in events:
        stream = stream_of(event.data)
        apply(
            part,
            Recorded(
                seq=part.seq + 1,
                stream=stream,
                version=part.version_of(stream) + 1,
                type=type(event.data).__name__,
                data=event.data,
                actor=actor,
                at=event.at,
                recorded_at=now,
            ),
        )
    return part


def _excerpt(state: State, events: Sequence[Event]) -> State:
    """A state with copies of only those things that the events name, and the incidents of the units named."""
    part = State(
        seq=state.seq,
        desk_version=state.desk_version,
        auto_dispatch_held=state.auto_dispatch_held,
        policy=state.policy,
        protocol=state.protocol,
        surge=state.surge,
    )
    part.leaving = [leaving for leaving in state.leaving if leaving.stream in {stream_of(e) for e in events}]
    for event in events:
        _take(state, part, event.STREAM, getattr(event, "id", None))
        for kind in TABLES:
            key = getattr(event, f"{kind}_id", None)
            _take(state, part, kind, key)
            if kind == "unit" and key in state.units:
                _take(state, part, "incident", state.units[key].incident_id)
    return part


def _take(state: State, part: State, kind: str, key: str | None) -> None:
    if key is None or kind not in TABLES:
        return
    source, target = state.table_of(kind), part.table_of(kind)
    if key in source and key not in target:
        target[key] = copy.deepcopy(source[key])


def plain(value: Any) -> Any:
    """JSON-ready data, as it will be stored and sent."""
    return msgspec.json.decode(msgspec.json.encode(value))
