"""Commands about calling back, and the leader's loop that asks for clinical call-backs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import structlog

from dispatch.alarms.rules import with_changes
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Call, State
from dispatch.domain.words import CallBackEnd, CallBackReason, CallBackResult, Level
from dispatch.errors import Refused, Taken, Unavailable
from dispatch.intake.call_backs import AGAIN_AFTER, DUE_WITHIN, IN_HAND_FOR, clinical, queue
from dispatch.intake.decide import get_call
from dispatch.parts import Parts
from dispatch.policy.model import policy_of

ACTOR = "system:call-backs"
TICK_S = 5.0

log = structlog.get_logger()


async def ask(parts: Parts, command: Command, call_id: str, reason: CallBackReason, due_in_s: float | None) -> Answer:
    """Put a call into the queue."""
    within = DUE_WITHIN[reason] if due_in_s is None else timedelta(seconds=due_in_s)
    return await _tell(
        parts, command, call_id, lambda call, now: ev.CallBackAsked(call_id=call.id, reason=reason, due_at=now + within)
    )


async def take(parts: Parts, command: Command, call_id: str) -> Answer:
    """Somebody is calling now. Raises Taken while another one is."""

    def taken(call: Call, now: datetime) -> ev.Event:
        back = call.call_back
        if back and back.taken_by not in (None, command.actor) and back.taken_at and now - back.taken_at < IN_HAND_FOR:
            raise Taken(
                "{actor} is calling {call} back since {at:%H:%M:%S} UTC; take another one",
                code="being_called_back",
                actor=back.taken_by,
                call=call.id,
                at=back.taken_at,
            )
        return ev.CallBackTaken(call_id=call.id)

    return await _tell(parts, command, call_id, taken)


async def tell_attempt(parts: Parts, command: Command, call_id: str, result: CallBackResult) -> Answer:
    """How an attempt went. Who was reached leaves the queue."""

    def tried(call: Call, now: datetime) -> ev.Event:
        due_at = None if result == "reached" else now + AGAIN_AFTER
        return ev.CallBackTried(call_id=call.id, result=result, due_at=due_at)

    return await _tell(parts, command, call_id, tried)


async def end(parts: Parts, command: Command, call_id: str, because: CallBackEnd) -> Answer:
    """Take a call out of the queue, by a person's word. Nobody is given up without an attempt."""

    def ended(call: Call, now: datetime) -> ev.Event:
        if because == "given_up" and call.call_back and not call.call_back.attempts:
            raise Taken(
                "nobody has tried to call {call} back; try once, and enter how it went",
                code="call_back_untried",
                call=call.id,
            )
        return ev.CallBackEnded(call_id=call.id, because=because)

    return await _tell(parts, command, call_id, ended)


async def show_queue(parts: Parts) -> dict[str, Any]:
    """The queue in order, each with the later calls from the same number."""
    state, now = parts.desk.state, datetime.now(UTC)
    entries = queue(state, now)
    later = await parts.personal.later_calls([entry.call_id for entry in entries])
    shown = []
    for entry in entries:
        back = state.calls[entry.call_id].call_back
        attempts = back.attempts if back else ()
        again = later.get(entry.call_id, [])
        shown.append({**msgspec.structs.asdict(entry), "attempts": attempts, "rang_again": again})
    return {"call_backs": shown}


async def watch_call_backs(parts: Parts) -> None:
    """Run while this node leads: ask for a clinical call-back of every lower incident that waits too long."""
    while True:
        state, now = parts.desk.state, datetime.now(UTC)
        limits_s = clinical_limits_s(parts, state)
        for asked in clinical(state, now, limits_s):
            await _ask_clinical(parts, asked.call_id, limits_s)
        await asyncio.sleep(TICK_S)


def clinical_limits_s(parts: Parts, state: State) -> dict[Level, float]:
    """After how long an incident of a level is called back: the threshold of the alarm `overdue`."""
    rule = with_changes(parts.alarm_rules, policy_of(state).alarms.changes).get("overdue")
    levels: tuple[Level, ...] = get_args(Level)
    found = {level: rule.threshold(level) for level in levels} if rule else {}
    return {level: limit_s for level, limit_s in found.items() if limit_s is not None}


async def _ask_clinical(parts: Parts, call_id: str, limits_s: Mapping[Level, float]) -> None:
    def decide(state: State, now: datetime) -> Decision:
        due = [one for one in clinical(state, now, limits_s) if one.call_id == call_id]
        return Decision(list(due[:1]), lambda after: None)

    try:
        await parts.desk.execute(Command(actor=ACTOR), decide)
    except (Refused, Unavailable) as error:
        log.info("a clinical call-back is asked for again later", call=call_id, reason=str(error))


async def _tell(parts: Parts, command: Command, call_id: str, event_of: Callable[[Call, datetime], ev.Event]) -> Answer:
    def decide(state: State, now: datetime) -> Decision:
        return Decision([event_of(get_call(state, call_id), now)], lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)
