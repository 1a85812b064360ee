"""Calls that ring: told by the telephone exchange, answered by a call-taker, or given up by the caller."""

from __future__ import annotations

from datetime import datetime

from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Call, State
from dispatch.errors import NotFound, Taken
from dispatch.ids import new_id
from dispatch.intake import phone_locations
from dispatch.parts import Parts


async def ring(parts: Parts, command: Command, phone: str | None, rang_at: datetime | None) -> Answer:
    """It rings. Nothing is refused for its number: none is blocked, delayed or closed by a score."""
    call_id = new_id("call")
    token = await parts.personal.keep(call_id, "phone", phone) if phone else None
    if phone:
        await parts.personal.note_phone(phone, call_id)

    def decide(state: State, now: datetime) -> Decision:
        rang: list[ev.Event] = [ev.CallRang(call_id=call_id, rang_at=rang_at or now, caller_token=token)]
        return Decision(rang, lambda after: {"call": after.calls[call_id]}, status=201)

    answer = await parts.desk.execute(command, decide)
    await phone_locations.attach_pending(parts, command.actor, phone)
    return answer


async def abandon(parts: Parts, command: Command, call_id: str) -> Answer:
    """The caller hung up before anybody answered."""

    def decide(state: State, now: datetime) -> Decision:
        check_ringing(state, call_id)
        return Decision([ev.CallAbandoned(call_id=call_id)], lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)


def check_ringing(state: State, call_id: str) -> Call:
    """The call that rings. Raises NotFound, Taken."""
    call = state.calls.get(call_id)
    if call is None:
        raise NotFound(f"no call {call_id} rings; take it without call_id, or ring it at POST /api/v1/calls/ringing")
    if call.status != "ringing":
        raise Taken(f"call {call_id} is {call.status} already; look at GET /api/v1/snapshot")
    return call
