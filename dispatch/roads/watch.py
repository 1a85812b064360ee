"""The leader's watch over closures: one whose time has come is reopened, so that the log tells it too."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from dispatch.desk import Command, Decision
from dispatch.domain.state import State
from dispatch.errors import Refused, Unavailable
from dispatch.parts import Parts
from dispatch.roads.decide import is_over, reopen_road

TICK_S = 1.0
ACTOR = "system:roads"
OVER = "over"

log = structlog.get_logger()


async def watch_closures(parts: Parts) -> None:
    """The leader's loop. Times do not wait for it: a closure that is over is not in force, told or not."""
    while True:
        now = datetime.now(UTC)
        for closure in [one for one in parts.desk.state.closures.values() if is_over(one, now)]:
            await _reopen(parts, closure.id)
        await asyncio.sleep(TICK_S)


async def _reopen(parts: Parts, closure_id: str) -> None:
    def decide(state: State, now: datetime) -> Decision:
        return Decision([reopen_road(state, closure_id, OVER)], lambda after: None)

    try:
        await parts.desk.execute(Command(actor=ACTOR), decide)
    except (Refused, Unavailable) as error:
        log.info("closure watch tries again", reason=str(error))
