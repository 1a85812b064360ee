"""
The road conditions in force: one loop in every process, which puts together the hour's usual traffic, the live speeds
and the closures, and has them in force as soon as they are others than before.

It wakes on events, on word of live speeds, and by the clock: at the full hour, and when something begins or ends.
What comes while it works is taken up together afterwards. All nodes see the same facts, so their conditions have the
same version, a moment apart.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from dispatch.desk import Desk
from dispatch.domain.events import Recorded
from dispatch.domain.state import Closure
from dispatch.roads.decide import LiveArcs, conditions_at, find_arcs, newest_by_arc, next_change
from dispatch.roads.live import LiveSpeeds
from dispatch.roads.model import LiveSpeed
from routing.conditions import Conditions
from routing.graph import IntArray
from routing.locate import Locator
from routing.travel_times import TravelTimes

LOOK_EVERY_S = 30.0
"""The clock is looked at so often at least, in case somebody sets it."""
SETTLES_WITHIN_S = 5.0
"""So long an answer waits for the conditions that it has changed; they come in force all the same (guess)."""
_STALL_STEP_S = 0.002

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True)
class InForce:
    """
    What holds: its version, the hour of the week, since when, the live speeds, how many closures shut and slow roads.

    `apply_s` is how long it took to put in force, `stall_s` the longest that the event loop was held up meanwhile.
    """

    version: str
    hour: int | None
    at: datetime
    speeds: Sequence[LiveSpeed]
    live: LiveArcs
    closed: int
    slow: int
    apply_s: float
    stall_s: float


class RoadConditions:
    """Keeps `travel` under the conditions of the moment; `show` is called after each change, in the event loop."""

    def __init__(
        self,
        desk: Desk,
        live: LiveSpeeds,
        travel: TravelTimes,
        locator: Locator,
        *,
        show: Callable[[InForce], None],
    ) -> None:
        self.live, self.locator = live, locator
        self.not_located: frozenset[str] = frozenset()
        self.in_force: InForce | None = None
        self._desk, self._travel, self._show = desk, travel, show
        self._arcs: dict[str, IntArray | None] = {}
        self._speeds: Sequence[LiveSpeed] = ()
        self._live = newest_by_arc((), datetime.now(UTC))
        self._wake, self._asked, self._settled = asyncio.Event(), 0, -1
        self._has_settled = asyncio.Condition()
        live.on_change = self._look_again
        desk.on_events(self._on_events)

    @property
    def version(self) -> str:
        """Names the conditions in force."""
        return self._travel.version

    async def run(self) -> None:
        """Every node's loop; never returns."""
        while True:
            next_at = await self.refresh()
            wait_s = min(LOOK_EVERY_S, max(0.0, (next_at - datetime.now(UTC)).total_seconds()))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait_s)
            self._wake.clear()

    async def refresh(self) -> datetime:
        """Put in force what holds now; the next moment at which something else does by the clock alone."""
        asked, now = self._asked, datetime.now(UTC)
        closures, speeds = list(self._desk.state.closures.values()), self.live.list_speeds(now)
        conditions, live = await asyncio.to_thread(self._compose, closures, speeds, now)
        if conditions.version != self._travel.version or self.in_force is None:
            self.in_force = await self._apply(conditions, live, speeds)
            self._show(self.in_force)
        else:  # the same speeds may have been told anew, and hold longer
            self.in_force = replace(self.in_force, live=live, speeds=speeds)
        async with self._has_settled:
            self._settled = asked
            self._has_settled.notify_all()
        return await asyncio.to_thread(next_change, closures, speeds, now)

    async def settle(self) -> None:
        """Wait until all that was told so far is in force, but no longer than `SETTLES_WITHIN_S`."""
        asked = self._asked
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLES_WITHIN_S), self._has_settled:
                await self._has_settled.wait_for(lambda: self._settled >= asked)

    def _compose(
        self, closures: Sequence[Closure], speeds: Sequence[LiveSpeed], now: datetime
    ) -> tuple[Conditions, LiveArcs]:
        """Runs in a thread, one at a time; what it finds of closures and speeds is kept for the next time."""
        known = {closure.id: self._arcs_of(closure) for closure in closures}
        self._arcs = known
        self.not_located = frozenset(key for key, arcs in known.items() if arcs is None)
        if speeds is not self._speeds:
            self._speeds, self._live = speeds, newest_by_arc(speeds, now)
        found = [(closure, arcs) for closure in closures if (arcs := known[closure.id]) is not None]
        return conditions_at(now, self._live, found), self._live

    def _arcs_of(self, closure: Closure) -> IntArray | None:
        if closure.id in self._arcs:
            return self._arcs[closure.id]
        arcs = find_arcs(closure, self.locator)
        if arcs is None:
            log.warning("a closure lies on no street of the map in use", closure=closure.id, names=closure.names)
        return arcs

    async def _apply(self, conditions: Conditions, live: LiveArcs, speeds: Sequence[LiveSpeed]) -> InForce:
        started = time.perf_counter()
        version, stall_s = await _watched(asyncio.to_thread(self._travel.apply, conditions))
        shut = sum(obstacle.kph is None for obstacle in conditions.obstacles)
        return InForce(
            version=version,
            hour=conditions.hour,
            at=datetime.now(UTC),
            speeds=speeds,
            live=live,
            closed=shut,
            slow=len(conditions.obstacles) - shut,
            apply_s=time.perf_counter() - started,
            stall_s=stall_s,
        )

    def _on_events(self, events: Sequence[Recorded]) -> None:
        if any(event.stream.startswith("road:") for event in events):
            self._look_again()

    def _look_again(self) -> None:
        self._asked += 1
        self._wake.set()


async def _watched(work: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """The work's result, and the longest that the event loop came late meanwhile, in seconds."""
    task, longest_s = asyncio.ensure_future(work), 0.0
    try:
        while not task.done():
            started = time.perf_counter()
            await asyncio.wait([task], timeout=_STALL_STEP_S)
            longest_s = max(longest_s, time.perf_counter() - started - _STALL_STEP_S)
    finally:
        task.cancel()
    return task.result(), longest_s
