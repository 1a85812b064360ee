"""HTTP for the text conversation with a caller: the desk's side, and the page's behind the link."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from dispatch.access.guard import OpenToAll, allow
from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.access.throttle import Throttle
from dispatch.desk import Command
from dispatch.errors import Forbidden
from dispatch.http import Body, answered, json
from dispatch.intake import location_links, messages
from dispatch.intake.conversation import is_open
from dispatch.intake.phone_endpoints import count_guess
from dispatch.parts import parts_of

router = APIRouter(tags=["calls"])

LOOKS_A_MINUTE = 90
"""Of one link at one server; the page looks every three seconds, and may stand open on two phones (guess)."""

TakeCalls = Depends(allow("take_calls"))
ByLink = Depends(OpenToAll("the link's token is the key, and only its own call's conversation is told"))
After = Query(default=None, max_length=80, description="the token of the last message that you have")

_looks = Throttle("this page looks too often; wait {wait_s} s", tries=LOOKS_A_MINUTE, window_s=60.0)


class MessageBody(Body):
    text: str


@router.get("/api/v1/calls/{call_id}/messages")
async def read_messages(
    call_id: str, request: Request, after: str | None = After, actor: Actor = TakeCalls
) -> Response:
    """
    What was written between the caller and the desk, oldest first, with the words; each read is logged for ever.

    `text` is null where the words were erased; `open` tells whether more can be written.
    """
    if not may(actor, "read_personal"):
        raise Forbidden(f"{actor.id} may not read_personal, and a conversation is personal; ask a call-taker")
    return json(await messages.show(parts_of(request), actor.id, call_id, after))


@router.post("/api/v1/calls/{call_id}/messages", status_code=201)
async def write_message(call_id: str, body: MessageBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Write to the caller, who reads it on the page behind their link; at most 500 letters, while the call is open."""
    command = body.command(actor, f"calls/{call_id}/messages")
    return answered(await messages.write(parts_of(request), command, call_id, body.text, "desk"))


@router.get("/l/{token}/messages", include_in_schema=False, dependencies=[ByLink])
async def read_as_caller(token: str, request: Request, after: str | None = After) -> Response:
    """The conversation on the caller's page."""
    _looks.take_try("conversation", _name(token))
    told = await messages.show_caller(parts_of(request), token, after)
    if told is None:
        count_guess(request)
        raise HTTPException(410, "this link is used or over; call 115")
    return json(told)


@router.post("/l/{token}/messages", include_in_schema=False, dependencies=[ByLink], status_code=201)
async def write_as_caller(token: str, body: MessageBody, request: Request) -> Response:
    """A message from the caller's page."""
    parts = parts_of(request)
    call_id = await location_links.find_call(parts, token)
    if call_id is None:
        count_guess(request)
    if call_id is None or not is_open(parts.desk.state, call_id):
        raise HTTPException(410, "this conversation is over; call 115")
    content = {"endpoint": f"l/{_name(token)}/messages", "text": body.text}
    command = Command(actor=messages.CALLER, key=body.idempotency_key, body=content)
    return answered(await messages.write(parts, command, call_id, body.text, "caller"))


def _name(token: str) -> str:
    """A link's name that opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
