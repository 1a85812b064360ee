"""
Keeps the recommendations fresh: on every relevant event, coalesced, and every second while anything waits.

The decision itself is `decide.assign`; this loop hands it a copy of the state, the positions and the time, in a
worker thread, so that the server's event loop goes on. What came while it decided counts: a decision is made anew when
a stream it uses has moved on meanwhile, or the road conditions have, and for nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import assign
from dispatch.assignment.eligible import list_waiting
from dispatch.assignment.evidence import NotedTravel, make_evidence
from dispatch.assignment.evidence_book import EvidenceBook, Seen
from dispatch.assignment.memory import RememberedTravel
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.travel import Travel
from dispatch.desk import Desk
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.policy.model import policy_of, settings_hash
from dispatch.positions.store import PositionStore

MAX_AGE_S = 1.0
"""No recommendation that stands on a screen is older while anything waits."""
AGAIN_AFTER_S = 0.7
"""A new decision begins so long after the last one did, so that it is done within `MAX_AGE_S` (guess)."""
GATHER_S = 0.05
"""What comes within so long is decided on at once, together."""
_TRIES = 3
"""Decisions that are overtaken again and again are handed out after so many all the same (guess)."""
_USES = ("incident:", "unit:", "station:", "policy:")
"""The streams that a decision is made of. Calls, alarms, hospitals, patients and moves asked for are not."""

log = structlog.get_logger()


class Recommender:
    """`latest` holds one recommendation for each incident that waits for an offer, as of its `based_on_seq`."""

    def __init__(
        self,
        desk: Desk,
        positions: PositionStore,
        travel: Travel,
        coverage: Coverage | None,
        show: Callable[[dict[str, Recommendation]], None],
        book: EvidenceBook | None = None,
    ) -> None:
        self.latest: dict[str, Recommendation] = {}
        self.book = book or EvidenceBook()
        self._desk, self._positions, self._coverage = desk, positions, coverage
        self._travel = RememberedTravel(travel)
        self._used_seq = 0
        self._began_at = float("-inf")
        self._show = show
        self._wake = asyncio.Event()
        desk.on_events(self._on_events)
        desk.on_events(self.book.on_events)

    async def run(self, is_needed: Callable[[], bool] = lambda: True) -> None:
        """
        Every node's loop, which computes while `is_needed`. Never returns; a failure is loud and tried again.

        What can no longer be kept fresh, after a failure or when the loop ends, is taken back.
        """
        try:
            while True:
                with suppress(TimeoutError):
                    due_in_s = self._began_at + AGAIN_AFTER_S - time.monotonic()
                    await asyncio.wait_for(self._wake.wait(), max(0.0, due_in_s))
                    await asyncio.sleep(GATHER_S)
                self._began_at = time.monotonic()
                self._wake.clear()
                if not is_needed():
                    continue
                try:
                    await self.refresh()
                except Exception:
                    log.exception("the recommendation failed; dispatchers decide without it until this is mended")
                    self._take_back()
                    await asyncio.sleep(MAX_AGE_S)
        finally:
            self._take_back()

    def take(self, told: dict[str, Recommendation]) -> None:
        """What another node has computed stands here too, for the consoles of this one and for what offers saw."""
        self.latest = told
        self._show(told)

    def _take_back(self) -> None:
        self.take({})

    async def refresh(self) -> dict[str, Recommendation]:
        """Compute from the newest state, show, and return; an empty dict when nothing waits."""
        self.latest = await self.compute() if list_waiting(self._desk.state) else {}
        self._show(self.latest)
        return self.latest

    def look_again(self) -> None:
        """Something else than an event has changed what is right."""
        self._wake.set()

    async def compute(self) -> dict[str, Recommendation]:
        """The decision over all that asks; one that has been overtaken is made again."""
        for _ in range(_TRIES):
            version = self._travel.version
            seq, found = await self._decide()
            if version == self._travel.version and seq >= self._used_seq:
                break
        return {key: msgspec.structs.replace(one, traffic_version=version) for key, one in found.items()}

    def still_holds(self, recommendation: Recommendation) -> bool:
        """Whether nothing it stands on has changed: no stream it uses, and not the road conditions."""
        is_of_now = recommendation.traffic_version == self._travel.version
        return is_of_now and recommendation.based_on_seq >= self._used_seq

    async def _decide(self) -> tuple[int, dict[str, Recommendation]]:
        """On a copy of the state, in a thread; with the number of the last event in it."""
        state, positions = _copy(self._desk.state), dict(self._positions.latest)
        now = datetime.now(UTC)

        def decide() -> tuple[dict[str, Recommendation], float, Seen]:
            started, travel, policy = time.perf_counter(), NotedTravel(self._travel), policy_of(state)
            found = assign(state, positions, travel, now, policy.assignment, self._coverage)
            took_ms = (time.perf_counter() - started) * 1000
            return found, took_ms, Seen(make_evidence(state, positions, travel, now), settings_hash(policy))

        found, took_ms, seen = await asyncio.to_thread(decide)
        self.book.note((now, state.seq), seen)
        timed = {key: msgspec.structs.replace(one, solver_ms=round(took_ms, 2)) for key, one in found.items()}
        return state.seq, timed

    def _on_events(self, events: Sequence[Recorded]) -> None:
        used = [event.seq for event in events if event.stream.startswith(_USES)]
        if used:
            self._used_seq = used[-1]
            self._wake.set()


def _copy(state: State) -> State:
    """What the decision reads, deep enough that folding may go on meanwhile."""
    part: dict[str, Any] = {
        "seq": state.seq,
        "incidents": state.incidents,
        "units": state.units,
        "stations": state.stations,
        "hospitals": state.hospitals,
        "policy": state.policy,
    }
    return msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=State)
