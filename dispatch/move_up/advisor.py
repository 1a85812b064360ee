"""
Keeps the advised moves fresh: once in a while, and soon after a unit has become free.

Every node advises its own consoles from the same state, so nodes differ by the age of a fix at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from dispatch.assignment.coverage import Coverage, estimate_busy_fraction
from dispatch.assignment.coverage_map import CoverageMap, draw_coverage
from dispatch.assignment.evidence import Evidence, NotedTravel, make_evidence
from dispatch.assignment.travel import Travel
from dispatch.desk import Desk
from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.move_up.advice import MoveUp
from dispatch.move_up.decide import move_up
from dispatch.policy.model import policy_of, settings_hash
from dispatch.positions.model import Position
from dispatch.positions.store import PositionStore

SOON_S = 2.0
"""So long after a unit has become free, so that several are looked at together (guess)."""
FREEING = (ev.UnitReported, ev.UnitReleased, ev.MoveUpDropped, ev.PolicyRevised)

log = structlog.get_logger()


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: when, on which facts, settings and road conditions, what it saw, and all moves that it advised."""

    now: datetime
    based_on_seq: int
    settings_hash: str
    traffic_version: str
    evidence: Evidence
    moves: tuple[MoveUp, ...]


class MoveUpAdvisor:
    """`latest` holds the moves advised now, the most valuable first; `look` is the decision that they are of."""

    def __init__(
        self,
        desk: Desk,
        positions: PositionStore,
        travel: Travel,
        coverage: Coverage,
        show: Callable[[Sequence[MoveUp]], None],
    ) -> None:
        self.latest: list[MoveUp] = []
        self.look: Look | None = None
        self._desk, self._positions, self._travel, self._coverage = desk, positions, travel, coverage
        self._show = show
        self._wake = asyncio.Event()
        self._touched: set[str] = set()
        desk.on_events(self._on_events)

    def draw_coverage(self, without: Collection[str]) -> CoverageMap:
        """Coverage by zone now, and without these units."""
        state = self._desk.state
        return draw_coverage(state, self._coverage, policy_of(state).assignment, without)

    async def run(self) -> None:
        """The loop. A failure is loud, takes the advice back and is tried again."""
        while True:
            try:
                await self.refresh()
            except Exception:
                log.exception("advice on moves failed; units stay where they are until this is mended")
                self._take({})
            every_s = policy_of(self._desk.state).move_up.every_s
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), every_s)
                await asyncio.sleep(SOON_S)
            self._wake.clear()

    async def refresh(self) -> list[MoveUp]:
        """Decide on a copy of the state, in a thread, and show; not those to whom something has happened meanwhile."""
        self._touched.clear()
        state, positions, now = _copy(self._desk.state), dict(self._positions.latest), datetime.now(UTC)
        self.look = await asyncio.to_thread(self._decide, state, positions, now)
        self._take({move.unit_id: move for move in self.look.moves if move.unit_id not in self._touched})
        return self.latest

    def _decide(self, state: State, positions: Mapping[str, Position], now: datetime) -> Look:
        policy, travel = policy_of(state), NotedTravel(self._travel)
        version, q = travel.version, estimate_busy_fraction(state, policy.assignment)
        found = move_up(state, positions, travel, self._coverage, now, policy.move_up, q)
        return Look(
            now=now,
            based_on_seq=state.seq,
            settings_hash=settings_hash(policy),
            traffic_version=version,
            evidence=make_evidence(state, positions, travel, now),
            moves=tuple(found),
        )

    def _take(self, moves: dict[str, MoveUp]) -> None:
        self.latest = list(moves.values())
        self._show(self.latest)

    def _on_events(self, events: Sequence[Recorded]) -> None:
        """What a unit was advised no longer holds once something else has happened to it."""
        touched = {unit_id for event in events if (unit_id := getattr(event.data, "unit_id", None))}
        self._touched |= touched
        if any(move.unit_id in touched for move in self.latest):
            self._take({move.unit_id: move for move in self.latest if move.unit_id not in touched})
        if any(isinstance(event.data, FREEING) for event in events):
            self._wake.set()


def _copy(state: State) -> State:
    part: dict[str, Any] = {
        "seq": state.seq,
        "incidents": state.incidents,
        "units": state.units,
        "stations": state.stations,
        "policy": state.policy,
    }
    return msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=State)
