"""HTTP for moves of idle units."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.http import Body, answered, json
from dispatch.move_up import handlers
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["move-up"])

SeeDesk = Depends(allow("see_desk"))
MakeOffers = Depends(allow("make_offers"))
AnswerOffers = Depends(allow("answer_offers"))


class MoveBody(Body):
    station_id: str
    reason: str | None = Field(default=None, max_length=200)


class MoveAnswerBody(Body):
    answer: Literal["accept", "refuse"]
    on_behalf_of: str | None = Field(default=None, max_length=100)


class EmptyBody(Body):
    pass


@router.get("/move-ups")
async def list_move_ups(request: Request, actor: Actor = SeeDesk) -> Response:
    """Which units should move where, the most valuable move first, each with its reason."""
    return json(parts_of(request).move_ups.latest)


@router.get("/coverage")
async def get_coverage(request: Request, actor: Actor = SeeDesk, without: str = "") -> Response:
    """What free units reach, zone by zone, now and without the units named in `without` (ids with commas between)."""
    named = {unit_id for unit_id in without.split(",") if unit_id}
    return json(parts_of(request).move_ups.draw_coverage(named))


@router.post("/units/{unit_id}/move-up", status_code=201)
async def ask_to_move(unit_id: str, body: MoveBody, request: Request, actor: Actor = MakeOffers) -> Response:
    """Ask a free unit to move to a station's post; 409 when it is no longer free."""
    command = body.command(actor, f"units/{unit_id}/move-up")
    return answered(await handlers.ask(parts_of(request), command, unit_id, body.station_id, body.reason))


@router.post("/units/{unit_id}/move-up/answer")
async def answer_move(unit_id: str, body: MoveAnswerBody, request: Request, actor: Actor = AnswerOffers) -> Response:
    """A crew's answer; the desk enters a voice answer with `on_behalf_of`."""
    command = body.command(actor, f"units/{unit_id}/move-up/answer")
    accept = body.answer == "accept"
    return answered(await handlers.answer(parts_of(request), actor, command, unit_id, accept, body.on_behalf_of))


@router.post("/units/{unit_id}/move-up/withdraw")
async def withdraw_move(unit_id: str, body: EmptyBody, request: Request, actor: Actor = MakeOffers) -> Response:
    """Take the request back."""
    command = body.command(actor, f"units/{unit_id}/move-up/withdraw")
    return answered(await handlers.withdraw(parts_of(request), command, unit_id))
