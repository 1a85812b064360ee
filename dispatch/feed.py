"""
The feed: a snapshot, then every event without a gap, then positions as they come.

A frame is encoded once for all sockets of the desk; what a decision stood on stays in the log. Sockets of one unit or
one station get only what is theirs: the events of their incidents to the last, and a snapshot of their own whenever one
becomes theirs or ceases to be. A slow socket never holds the others: it lags in a queue of its own and is closed when
that is full; it resumes with `after`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dispatch.assignment.recommendation import Recommendation
from dispatch.desk import Desk
from dispatch.domain.events import Recorded
from dispatch.domain.hospital_scope import PREFIX as HOSPITAL
from dispatch.domain.scope import concerns, own_incidents, scoped_state, without_evidence, without_saw
from dispatch.move_up.advice import MoveUp
from dispatch.roads.conditions import InForce

CLOSED = None
"""The last thing in a socket's queue: it was too slow, or the server stops."""

REPEAT_S = 5.0
"""A recommendation that has not changed is sent again this often, with its new age."""

CARRYING = frozenset({"transporting", "at_hospital"})
"""Where a unit is, is its hospital's business once it brings somebody: before, it would tell where they live."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_encoder = msgspec.json.Encoder()


class _Shown(NamedTuple):
    """A recommendation as it was last sent: what it says without its age, the whole frame, and when."""

    content: bytes
    data: bytes
    sent_at: float


def frame(frame_type: str, /, **fields: Any) -> bytes:
    """One frame as it goes over the wire."""
    return _encoder.encode({"type": frame_type, **fields})


class Subscription:
    """One socket's queue of encoded frames. While it is held, live frames wait behind those of the past."""

    def __init__(self, scope: str, backlog: int) -> None:
        self.scope = scope
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.dropped = False
        self._backlog = backlog
        self._held: list[bytes] | None = None

    def hold(self) -> None:
        self._held = []

    def release(self, past: Sequence[bytes]) -> None:
        """Put the past first, then what came meanwhile, then go on live. The past does not count as lagging."""
        held, self._held = self._held or [], None
        for data in (*past, *held):
            self.queue.put_nowait(data)
        self._backlog += self.queue.qsize()

    def put(self, data: bytes) -> None:
        if self.dropped:
            return
        if self._held is not None:
            self._held.append(data)
        elif self.queue.qsize() >= self._backlog:
            self.close()
        else:
            self.queue.put_nowait(data)

    def close(self) -> None:
        self.dropped = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(CLOSED)


class Feed:
    """Who listens, and what they are told."""

    def __init__(self, desk: Desk, *, backlog: int, resume_limit: int) -> None:
        self._desk, self._backlog, self._resume_limit = desk, backlog, resume_limit
        self._subscriptions: set[Subscription] = set()
        self._shown: dict[str, _Shown] = {}
        self._positions: dict[str, list[Any]] = {}
        self._standing: dict[str, bytes] = {}
        self._traffic: bytes | None = None
        self._moves: bytes | None = None
        self._theirs: dict[str, frozenset[str]] = {}
        desk.on_events(self._on_events)

    @property
    def listeners(self) -> int:
        return len(self._subscriptions)

    async def subscribe(self, scope: str, after: int | None) -> Subscription:
        """
        Start listening. With `after`, the events since then come first; when that is ahead of the log, too far
        behind it, or the scope is not the whole desk, a snapshot does. No event is missed in between.
        """
        subscription = Subscription(scope, self._backlog)
        head = self._desk.state.seq
        if after is not None and scope == "desk" and 0 <= head - after <= self._resume_limit:
            subscription.hold()
            self._subscriptions.add(subscription)
            try:
                missed = await self._desk.events.read(after, head - after)
            except BaseException:
                self.unsubscribe(subscription)
                raise
            subscription.release([_event_frame(without_evidence(event)) for event in missed if event.seq <= head])
        else:
            self._subscriptions.add(subscription)
            subscription.put(self._snapshot(scope))
            self._theirs[scope] = own_incidents(self._desk.state, scope)
        if scope == "desk":
            for shown in self._shown.values():
                subscription.put(shown.data)
        if scope == "desk" and self._moves is not None:
            subscription.put(self._moves)
        subscription.put(self._positions_frame(scope, list(self._positions)))
        if self._traffic is not None:
            subscription.put(self._traffic)
        for notice in self._standing.values():
            subscription.put(notice)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        if not any(other.scope == subscription.scope for other in self._subscriptions):
            self._theirs.pop(subscription.scope, None)

    def close(self) -> None:
        for subscription in list(self._subscriptions):
            subscription.close()

    def show_recommendations(self, recommendations: Mapping[str, Recommendation]) -> None:
        """What is recommended now. Only what a dispatcher would notice as new goes out, and a reminder now and then."""
        now = time.monotonic()
        current: dict[str, _Shown] = {}
        for key, one in recommendations.items():
            content = _encoder.encode(msgspec.structs.replace(one, at=EPOCH, based_on_seq=0, data_age_s=0, solver_ms=0))
            shown = self._shown.get(key)
            if shown is None or shown.content != content or now - shown.sent_at > REPEAT_S:
                data = frame("recommendation", **msgspec.to_builtins(one))
                shown = _Shown(content, data, now)
                self._send("desk", data)
            current[key] = shown
        self._shown = current

    def show_positions(self, rows: Sequence[list[Any]]) -> None:
        """Newest rows `[id, lon, lat, heading_deg, speed_kph, fix_at]` of the units that moved."""
        for row in rows:
            self._positions[row[0]] = row
        moved = [row[0] for row in rows]
        by_scope = {subscription.scope for subscription in self._subscriptions}
        for scope in by_scope:
            if scope == "desk" or any(self._is_theirs(scope, unit_id) for unit_id in moved):
                self._send(scope, self._positions_frame(scope, moved))

    def show_notice(self, kind: str, text: dict[str, str]) -> None:
        """Say it to everybody; who comes while a part is down (`PART_down`, until `PART_up`) hears it too."""
        data = frame("notice", kind=kind, text=text)
        part, _, change = kind.rpartition("_")
        self._standing.pop(part, None)
        if change == "down":
            self._standing[part] = data
        self._send_all(data)

    def show_traffic(self, now: InForce) -> None:
        """Other road conditions are in force; who comes later hears the newest."""
        counts = {"closed": now.closed, "slow": now.slow, "live": len(np.unique(now.live.report))}
        self._traffic = frame("traffic", version=now.version, hour=now.hour, at=now.at, **counts)
        self._send_all(self._traffic)

    def show_move_ups(self, moves: Sequence[MoveUp]) -> None:
        """Which units should move where; said again only when it has changed by more than its age."""
        data = frame("move_ups", moves=[msgspec.structs.replace(move, at=EPOCH) for move in moves])
        if data != self._moves and (moves or self._moves is not None):
            self._moves = data
            self._send("desk", data)

    def heartbeat(self) -> None:
        self._send_all(frame("heartbeat", seq=self._desk.state.seq, at=datetime.now(UTC)))

    def _on_events(self, events: Sequence[Recorded]) -> None:
        encoded = [_event_frame(without_evidence(event)) for event in events]
        theirs = [
            data if (bare := without_saw(event)) is event else _event_frame(bare)
            for event, data in zip(events, encoded, strict=True)
        ]
        for scope in {subscription.scope for subscription in self._subscriptions}:
            if scope == "desk":
                for data in encoded:
                    self._send(scope, data)
            else:
                self._tell_theirs(scope, events, theirs)

    def _tell_theirs(self, scope: str, events: Sequence[Recorded], encoded: Sequence[bytes]) -> None:
        """
        The events of what was theirs before these were folded: that is what they know. Anything of an incident that
        they did not know yet, and the end of a tie, is told by a snapshot after them. A hospital hears snapshots only:
        events would tell it where its patients live.
        """
        state, before = self._desk.state, self._theirs.get(scope, frozenset())
        named = {incident_id for event in events if (incident_id := _incident_of(event))}
        self._theirs[scope] = own_incidents(state, scope, before | named)
        is_changed = self._theirs[scope] != before
        if scope.startswith(HOSPITAL):
            if is_changed or named & before or any(event.stream == scope for event in events):
                self._send(scope, self._snapshot(scope))
            return
        for event, data in zip(events, encoded, strict=True):
            incident_id = _incident_of(event)
            if incident_id in before:
                self._send(scope, data)
            elif concerns(event, scope, state):
                if incident_id is None:
                    self._send(scope, data)
                else:
                    is_changed = True
        if is_changed:
            self._send(scope, self._snapshot(scope))

    def _snapshot(self, scope: str) -> bytes:
        state = self._desk.state
        return frame("snapshot", seq=state.seq, state=state if scope == "desk" else scoped_state(state, scope))

    def _positions_frame(self, scope: str, unit_ids: Sequence[str]) -> bytes:
        rows = [self._positions[unit_id] for unit_id in unit_ids if self._is_theirs(scope, unit_id)]
        return frame("positions", at=datetime.now(UTC), units=rows)

    def _is_theirs(self, scope: str, unit_id: str) -> bool:
        if scope == "desk" or scope == f"unit:{unit_id}":
            return True
        unit = self._desk.state.units.get(unit_id)
        if unit is None:
            return False
        return scope == f"station:{unit.station_id}" or (
            scope == f"hospital:{unit.hospital_id}" and unit.status in CARRYING
        )

    def _send(self, scope: str, data: bytes) -> None:
        for subscription in self._subscriptions:
            if subscription.scope == scope:
                subscription.put(data)

    def _send_all(self, data: bytes) -> None:
        for subscription in self._subscriptions:
            subscription.put(data)


def _incident_of(event: Recorded) -> str | None:
    return getattr(event.data, "incident_id", None)


def _event_frame(event: Recorded) -> bytes:
    return frame("event", seq=event.seq, event=event)
