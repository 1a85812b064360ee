"""HTTP for personal data: read under log, erased for ever, held while an investigation needs them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch import personal_erasure as erasure
from dispatch.access.guard import allow
from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.http import json
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["personal data"])

ReadPersonal = Depends(allow("read_personal"))
ErasePersonal = Depends(allow("erase_personal"))
HoldPersonal = Depends(allow("hold_personal"))
Why = Query(min_length=3, max_length=200, description="kept for ever in the audit; name nobody in it")


@router.get("/personal/{token}")
async def read_personal(token: str, request: Request, why: str = "", actor: Actor = ReadPersonal) -> Response:
    """Personal data behind a token. Every read is logged with its reader; 404 says when they were erased."""
    but_not = None if may(actor, "listen_back") else "recording"
    text = await parts_of(request).personal.read(token, actor.id, why, but_not=but_not)
    return json({"token": token, "text": text})


@router.delete("/personal/{token}")
async def erase_personal(token: str, request: Request, why: str = Why, actor: Actor = ErasePersonal) -> Response:
    """
    Erase for ever all that is kept under the call (or the incident) that the token belongs to.

    409 while it is open, before its retention period is over, and while an investigation holds it. The answer names the
    recordings whose sound is to be deleted at the exchange: nobody can tell them afterwards.
    """
    return json(await erasure.erase_token(parts_of(request), actor.id, token, why))


@router.delete("/incidents/{incident_id}/personal")
async def erase_incident(incident_id: str, request: Request, why: str = Why, actor: Actor = ErasePersonal) -> Response:
    """The same for an incident with all its calls, and what stations said about it."""
    return json(await erasure.erase_incident(parts_of(request), actor.id, incident_id, why))


@router.get("/personal-holds")
async def list_holds(request: Request, actor: Actor = HoldPersonal) -> Response:
    """Calls and incidents whose personal data are held, by whom and why, oldest first."""
    return json(await erasure.list_holds(parts_of(request)))


@router.put("/personal-holds/{subject}")
async def hold(subject: str, request: Request, why: str = Why, actor: Actor = HoldPersonal) -> Response:
    """Keep the personal data of a call, or of an incident with its calls, from being erased."""
    return json(await erasure.hold(parts_of(request), actor.id, subject, why))


@router.delete("/personal-holds/{subject}")
async def release(subject: str, request: Request, why: str = Why, actor: Actor = HoldPersonal) -> Response:
    """The investigation is over."""
    return json(await erasure.release(parts_of(request), actor.id, subject, why))
