"""The leader's watch over what is kept at hospitals: used, no longer needed, or past its time, it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from dispatch.desk import Command, Decision
from dispatch.domain.events import Event
from dispatch.domain.state import State
from dispatch.errors import Refused, Unavailable
from dispatch.hospitals.reserve import due
from dispatch.parts import Parts

TICK_S = 1.0
ACTOR = "system:hospitals"

log = structlog.get_logger()


async def watch_reservations(parts: Parts) -> None:
    """The leader's loop."""
    while True:
        if due(parts.desk.state, datetime.now(UTC)):
            await _end_due(parts)
        await asyncio.sleep(TICK_S)


async def _end_due(parts: Parts) -> None:
    def decide(state: State, now: datetime) -> Decision:
        over: list[Event] = [*due(state, now)]
        return Decision(over, lambda after: None)

    try:
        await parts.desk.execute(Command(actor=ACTOR), decide)
    except (Refused, Unavailable) as error:
        log.info("reservation watch tries again", reason=str(error))
