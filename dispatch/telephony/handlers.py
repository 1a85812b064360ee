"""Commands of the exchange, and who sits at which seat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatch.database import Connection
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Seat, State
from dispatch.errors import Refused, Taken
from dispatch.intake import phone_locations, telephone
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.telephony.decide import Tokens, meaning_of
from dispatch.telephony.read import Told


async def tell(parts: Parts, command: Command, told: Told) -> dict[str, Any]:
    """
    Take one message; `kept`: it told something new. Never an error for what it says: an exchange tells it once.

    The call's id is made of the exchange's own reference, so that messages told twice, late, or to another server meet
    the same call. Raises Unavailable while the database is away: the adapter tells it again.
    """
    if told.call_ref is None:
        return {"call_id": None, "kept": False, "doubts": told.doubts}
    call_id = parts.personal.call_id_of(told.call_ref)
    earlier = await telephone.earlier_calls(parts, told.number)
    fresh = Tokens(phone=new_token() if told.number else None, recording=new_token() if told.recording_id else None)

    def decide(state: State, now: datetime) -> Decision:
        call = state.calls.get(call_id)
        tokens = Tokens(
            phone=fresh.phone if call is None or call.caller_token is None else None,
            recording=fresh.recording if call is None or call.recording_token is None else None,
        )
        found = meaning_of(told, call_id, state, now, tokens, earlier)
        answer = {"call_id": call_id, "kept": bool(found.events), "doubts": (*told.doubts, *found.doubts)}

        async def keep(conn: Connection) -> None:
            if tokens.phone is not None and told.number is not None:
                await parts.personal.keep(call_id, "phone", told.number, token=tokens.phone, conn=conn)
                await parts.personal.note_phone(told.number, call_id, conn=conn)
            if tokens.recording is not None and told.recording_id is not None:
                await parts.personal.keep(call_id, "recording", told.recording_id, token=tokens.recording, conn=conn)

        return Decision(list(found.events), lambda after: answer, at=told.at, within=keep)

    try:
        answer = await parts.desk.execute(command, decide)
    except Refused:
        return {"call_id": call_id, "kept": False, "doubts": (*told.doubts, "call_gone")}
    await phone_locations.attach_pending(parts, command.actor, told.number)
    return dict(answer.body)


async def sit_down(parts: Parts, command: Command, seat_id: str, *, take_over: bool) -> Answer:
    """The actor sits at a seat, and at no other. Somebody else's seat is taken over only on purpose."""

    def decide(state: State, now: datetime) -> Decision:
        seat = state.seats.get(seat_id)
        if seat is not None and seat.user not in (None, command.actor) and not take_over:
            raise Taken(f"{seat.user} sits at seat {seat_id}; choose another one, or send take_over: true")
        events: list[ev.Event] = [
            ev.SeatLeft(seat_id=one.id) for one in seats_of(state, command.actor) if one.id != seat_id
        ]
        if seat is None or seat.user != command.actor:
            events.append(ev.SeatTaken(seat_id=seat_id, user=command.actor))
        return Decision(events, lambda after: {"seat": after.seats[seat_id]})

    return await parts.desk.execute(command, decide)


async def stand_up(parts: Parts, command: Command) -> Answer:
    """The actor sits nowhere any more; done already is done."""

    def decide(state: State, now: datetime) -> Decision:
        events: list[ev.Event] = [ev.SeatLeft(seat_id=one.id) for one in seats_of(state, command.actor)]
        return Decision(events, lambda after: {"seat": None})

    return await parts.desk.execute(command, decide)


def seats_of(state: State, user: str) -> list[Seat]:
    """Where somebody sits."""
    return [seat for seat in state.seats.values() if seat.user == user]


def show_seat(parts: Parts, user: str) -> dict[str, Any]:
    """The actor's own seat."""
    return {"seat": next(iter(seats_of(parts.desk.state, user)), None)}
