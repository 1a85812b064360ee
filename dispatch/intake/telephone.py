"""Calls that ring: told by the telephone exchange, answered by a call-taker, or given up by the caller."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.database import Connection
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Call, State
from dispatch.errors import NotFound, Taken
from dispatch.ids import new_id
from dispatch.intake import phone_locations
from dispatch.intake.call_backs import DUE_WITHIN
from dispatch.intake.repeats import reopened_by
from dispatch.parts import Parts
from dispatch.personal import new_token

CALLS_OF = timedelta(hours=24)
"""How far back a number's earlier calls are looked for: closed lately, they may have begun long before (guess)."""


async def ring(parts: Parts, command: Command, phone: str | None, rang_at: datetime | None) -> Answer:
    """It rings. Nothing is refused for its number: none is blocked, delayed or closed by a score."""
    call_id = new_id("call")
    earlier = await earlier_calls(parts, phone)
    token = new_token() if phone else None

    async def keep(conn: Connection) -> None:
        """With the ringing or not at all: a retried command must not look as if somebody had rung again."""
        if phone:
            await parts.personal.keep(call_id, "phone", phone, token=token, conn=conn)
            await parts.personal.note_phone(phone, call_id, conn=conn)

    def decide(state: State, now: datetime) -> Decision:
        rang = ev.CallRang(call_id=call_id, rang_at=rang_at or now, caller_token=token)
        events = [*reopened_by(state, earlier, now), rang]
        return Decision(events, lambda after: {"call": after.calls[call_id]}, 201, within=keep)

    answer = await parts.desk.execute(command, decide)
    await phone_locations.attach_pending(parts, command.actor, phone)
    return answer


async def abandon(parts: Parts, command: Command, call_id: str) -> Answer:
    """The caller hung up before anybody answered."""

    def decide(state: State, now: datetime) -> Decision:
        check_ringing(state, call_id)
        given_up = ev.CallAbandoned(call_id=call_id, due_at=now + DUE_WITHIN["abandoned"])
        return Decision([given_up], lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)


async def earlier_calls(parts: Parts, phone: str | None) -> list[str]:
    """The calls that came from the number lately, newest first."""
    return [one.call_id for one in await parts.personal.recent_calls(phone, CALLS_OF)] if phone else []


def picked_up(call: Call | None, actor: str, now: datetime) -> list[ev.Event]:
    """Whoever acts on what a caller said has that caller on the line, whatever the exchange has told or not told."""
    if call is None or call.status not in ("ringing", "abandoned"):
        return []
    return [ev.CallPickedUp(call_id=call.id, answered_at=now, answered_by=actor)]


def check_ringing(state: State, call_id: str) -> Call:
    """The call that rings. Raises NotFound, Taken."""
    call = _get(state, call_id)
    if call.status != "ringing":
        raise Taken(
            "call {call} is {call_status} already; look at GET /api/v1/snapshot",
            code="call_not_ringing",
            call=call_id,
            call_status=call.status,
        )
    return call


def check_untaken(state: State, call_id: str) -> Call:
    """
    The call that rings, or was answered at the telephone and nobody has entered it yet. Raises NotFound, Taken.

    Or that the exchange tells was given up: whoever enters what the caller said knows better.
    """
    call = _get(state, call_id)
    if call.status in ("ringing", "abandoned") or (call.status == "answered" and call.taken_at is None):
        return call
    raise Taken(f"call {call_id} is {'taken' if call.taken_at else call.status} already; look at GET /api/v1/snapshot")


def _get(state: State, call_id: str) -> Call:
    call = state.calls.get(call_id)
    if call is None:
        raise NotFound(
            "no call {call} rings; take it without call_id, or ring it at POST /api/v1/calls/ringing",
            code="no_call_rings",
            call=call_id,
        )
    return call
