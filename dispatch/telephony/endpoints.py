"""HTTP for the telephone exchange, and for who sits at which telephone."""

from __future__ import annotations

from datetime import UTC, datetime
from json import loads
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.desk import Command
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of
from dispatch.telephony import handlers
from dispatch.telephony.read import SEAT, read_told

router = APIRouter(prefix="/api/v1", tags=["telephony"])

MOST_MESSAGES = 500
"""Messages in one request (guess): what an adapter has missed in a minute of a surge."""

TellTelephony = Depends(allow("tell_telephony"))
TakeCalls = Depends(allow("take_calls"))


class SeatBody(Body):
    seat: str = Field(pattern=f"^{SEAT.pattern}$")
    take_over: bool = False


@router.post("/telephony/events", status_code=202)
async def tell(request: Request, actor: Actor = TellTelephony) -> Response:
    """
    What the exchange tells: `event` (ringing, answered, abandoned, ended), `call_ref`, `number`, `seat`,
    `recording_id`, `at`; one object or a list of them.

    200 when all told something new, 202 otherwise, with the reasons as `doubts`; never refused for what it says. Told
    twice, late or out of order is no harm. The answer tells nothing of the caller.
    """
    raw, now = await request.body(), datetime.now(UTC)
    told = _messages(raw)
    read = [read_told(fields, now) for fields in told[:MOST_MESSAGES]]
    results = [await handlers.tell(parts_of(request), Command(actor=actor.id), one) for one in read]
    kept = bool(results) and all(one["kept"] for one in results)
    doubts = [] if told else ["not_understood"]
    return json({"results": results, "doubts": doubts, "left_off": len(told) - len(results)}, 200 if kept else 202)


@router.get("/session/seat")
async def show_seat(request: Request, actor: Actor = TakeCalls) -> Response:
    """Your own seat, null without one."""
    return json(handlers.show_seat(parts_of(request), actor.id))


@router.put("/session/seat")
async def sit_down(body: SeatBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Sit down at a seat: calls that are answered there open on your screen. 409 when somebody else sits there."""
    command = body.command(actor, "session/seat")
    return answered(await handlers.sit_down(parts_of(request), command, body.seat, take_over=body.take_over))


@router.delete("/session/seat")
async def stand_up(request: Request, actor: Actor = TakeCalls) -> Response:
    """Leave your seat."""
    return answered(await handlers.stand_up(parts_of(request), Command(actor=actor.id)))


def _messages(raw: bytes) -> list[dict[str, Any]]:
    """
    The objects in a body; whatever else it holds is left out.

    What is no strict JSON is read leniently: half a letter in one caller's number must not cost the others their call.
    """
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            told = loads(raw.decode("utf-8", "replace"), strict=False)
        except (ValueError, RecursionError):
            return []
    found = told if isinstance(told, list) else [told]
    return [one for one in found if isinstance(one, dict)]
