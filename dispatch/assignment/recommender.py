"""
Keeps the recommendations fresh: on every relevant event, coalesced, and every second while anything waits.

The decision itself is `decide.assign`; this loop hands it a copy of the state, the positions and the time, in a
worker thread, so that the server's event loop goes on.
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
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.travel import Travel
from dispatch.desk import Desk
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.policy.model import policy_of
from dispatch.positions.store import PositionStore

MAX_AGE_S = 1.0
_TRIES = 3
"""Decisions that other road conditions overtake again and again are handed out after so many all the same (guess)."""
_USES = ("incident:", "unit:", "station:", "policy:")

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
    ) -> None:
        self.latest: dict[str, Recommendation] = {}
        self._desk, self._positions, self._travel, self._coverage = desk, positions, travel, coverage
        self._show = show
        self._wake = asyncio.Event()
        desk.on_events(self._on_events)

    async def run(self, is_needed: Callable[[], bool] = lambda: True) -> None:
        """
        Every node's loop, which computes while `is_needed`. Never returns; a failure is loud and tried again.

        What can no longer be kept fresh, after a failure or when the loop ends, is taken back.
        """
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), MAX_AGE_S)
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
        if self._desk.state.waiting:
            self.latest = await self.compute()
        else:
            self.latest = {}
        self._show(self.latest)
        return self.latest

    def look_again(self) -> None:
        """Something else than an event has changed what is right."""
        self._wake.set()

    async def compute(self) -> dict[str, Recommendation]:
        """The decision over all waiting incidents; one that other road conditions have overtaken is made again."""
        for _ in range(_TRIES):
            version = self._travel.version
            found = await self._decide()
            if version == self._travel.version:
                break
        return {key: msgspec.structs.replace(one, traffic_version=version) for key, one in found.items()}

    async def _decide(self) -> dict[str, Recommendation]:
        """On a copy of the state, in a thread."""
        state, positions = _copy(self._desk.state), dict(self._positions.latest)
        now = datetime.now(UTC)

        def decide() -> tuple[dict[str, Recommendation], float]:
            started = time.perf_counter()
            found = assign(state, positions, self._travel, now, policy_of(state).assignment, self._coverage)
            return found, (time.perf_counter() - started) * 1000

        found, took_ms = await asyncio.to_thread(decide)
        return {key: msgspec.structs.replace(one, solver_ms=round(took_ms, 2)) for key, one in found.items()}

    def _on_events(self, events: Sequence[Recorded]) -> None:
        if any(event.stream.startswith(_USES) for event in events):
            self._wake.set()


def _copy(state: State) -> State:
    """What the decision reads, deep enough that folding may go on meanwhile."""
    part: dict[str, Any] = {
        "seq": state.seq,
        "incidents": state.incidents,
        "units": state.units,
        "stations": state.stations,
        "policy": state.policy,
    }
    return msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=State)
