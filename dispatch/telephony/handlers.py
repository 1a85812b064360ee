"""Commands of the exchange, and who sits at which seat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatch.database import Connection
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Seat, State
from dispatch.errors import Refused, Taken, Unavailable
from dispatch.intake import phone_locations, telephone
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.telephony.decide import Tokens, comes_after, meaning_of, over_at
from dispatch.telephony.read import Told

REFERENCES_AT_ONCE = 50
"""Calls under one reference that are looked for in one query (guess: an exchange seldom counts anew)."""


async def tell(parts: Parts, command: Command, told: Told) -> dict[str, Any]:
    """
    Take one message; `kept`: it told something new. Never an error for what it says: an exchange tells it once.

    The call's id is made of the exchange's own reference, so that messages told twice, late, or to another server meet
    the same call. Raises Unavailable while the database is away, or others are faster: the adapter tells it again.
    """
    if told.call_ref is None:
        return {"call_id": None, "kept": False, "doubts": told.doubts}
    call_id, is_gone = await which_call(parts, told, told.call_ref)
    if is_gone:
        return {"call_id": call_id, "kept": False, "doubts": (*told.doubts, "call_gone")}
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
    except Taken as error:
        raise Unavailable(str(error)) from None
    except Refused:
        return {"call_id": call_id, "kept": False, "doubts": (*told.doubts, "call_gone")}
    await phone_locations.attach_pending(parts, command.actor, told.number)
    return dict(answer.body)


async def which_call(parts: Parts, told: Told, reference: str) -> tuple[str, bool]:
    """
    The call that a reference means, and whether it is over so long that it has left the state.

    An exchange that starts again may count anew: who rings under the reference of a call that is over is another
    caller, and its call is made of the reference and how often it came. What is late is about the call that was up.
    """
    first = parts.personal.call_id_of(reference)
    call = parts.desk.state.calls.get(first)
    if call is not None and not comes_after(told, over_at(call)):
        return first, False
    ends = await _ends_of(parts, reference) if call or await parts.desk.events.read_calls([first]) else {}
    for call_id, end in ends.items():
        if not comes_after(told, end):
            return call_id, call_id not in parts.desk.state.calls
    newest = next(reversed(ends), first)
    is_gone = bool(ends) and newest not in parts.desk.state.calls
    if not ends or not (told.step == "ringing" or (is_gone and told.step in ("answered", "abandoned"))):
        return newest, is_gone
    return parts.personal.call_id_of(f"{reference} {len(ends)}"), False


async def _ends_of(parts: Parts, reference: str) -> dict[str, datetime | None]:
    """Every call that came under a reference, oldest first, and when it was over."""
    ends: dict[str, datetime | None] = {}
    while True:
        numbers = range(len(ends), len(ends) + REFERENCES_AT_ONCE)
        ids = [parts.personal.call_id_of(f"{reference} {number}" if number else reference) for number in numbers]
        last = {one.stream.removeprefix("call:"): one.at for one in await parts.desk.events.read_calls(ids)}
        for call_id in ids:
            if call_id not in last:
                return ends
            call = parts.desk.state.calls.get(call_id)
            ends[call_id] = over_at(call) if call else last[call_id]


async def sit_down(parts: Parts, command: Command, seat_id: str, *, take_over: bool) -> Answer:
    """The actor sits at a seat, and at no other. Somebody else's seat is taken over only on purpose."""

    def decide(state: State, now: datetime) -> Decision:
        seat = state.seats.get(seat_id)
        if seat is not None and seat.user not in (None, command.actor) and not take_over:
            raise Taken(
                "{actor} sits at seat {seat}; choose another one, or send take_over: true",
                code="seat_taken",
                actor=seat.user,
                seat=seat_id,
            )
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
