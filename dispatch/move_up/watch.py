"""The leader's watch over moves that a crew was asked for: silence ends the asking, so that others may be advised."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from dispatch.desk import Command, Decision
from dispatch.domain.state import State
from dispatch.errors import Refused, Unavailable
from dispatch.move_up.commands import drop_silent
from dispatch.parts import Parts
from dispatch.policy.model import policy_of

TICK_S = 5.0
ACTOR = "system:move-ups"

log = structlog.get_logger()

Asked = tuple[str, str]
"""A unit and the post that it is asked to move to."""


def remember_asked(before: Mapping[Asked, datetime], state: State, now: datetime) -> dict[Asked, datetime]:
    """Since when each crew has been asked, as far as this node has seen; a new leader begins to count anew."""
    asked = [(unit.id, unit.asked_post_id) for unit in state.units.values() if unit.asked_post_id is not None]
    return {key: before.get(key, now) for key in asked}


def list_silent(asked: Mapping[Asked, datetime], now: datetime, answer_within_s: float) -> list[Asked]:
    """Who has been asked for so long without an answer."""
    return [key for key, since in asked.items() if (now - since).total_seconds() >= answer_within_s]


async def watch_moves(parts: Parts) -> None:
    """The leader's loop."""
    asked: dict[Asked, datetime] = {}
    while True:
        now, state = datetime.now(UTC), parts.desk.state
        asked = remember_asked(asked, state, now)
        for unit_id, post_id in list_silent(asked, now, policy_of(state).move_up.answer_within_s):
            await _drop(parts, unit_id, post_id)
        await asyncio.sleep(TICK_S)


async def _drop(parts: Parts, unit_id: str, post_id: str) -> None:
    def decide(state: State, now: datetime) -> Decision:
        return Decision(drop_silent(state, unit_id, post_id), lambda after: None)

    try:
        await parts.desk.execute(Command(actor=ACTOR), decide)
    except (Refused, Unavailable) as error:
        log.info("move-up watch tries again", unit=unit_id, reason=str(error))
