"""HTTP for phones' places: the network's messages, the link for the caller and its page."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment, PackageLoader, select_autoescape
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from dispatch.access.guard import OpenToAll, allow
from dispatch.access.roles import Actor
from dispatch.access.throttle import Throttle
from dispatch.desk import Command
from dispatch.http import json
from dispatch.intake import location_links, messages, phone_locations
from dispatch.intake.aml import read_message
from dispatch.intake.conversation import is_open
from dispatch.parts import parts_of

router = APIRouter(tags=["phones"])

LARGEST_MESSAGE = 20_000
"""Bytes; an AML message has about 150, a form about 1,000 (guess)."""

TakeCalls = Depends(allow("take_calls"))
SeeDesk = Depends(allow("see_desk"))
SendPhoneLocations = Depends(allow("send_phone_locations"))
ByLink = Depends(OpenToAll("the link's token is the key, and the page tells nothing of the call"))

_templates = Environment(loader=PackageLoader("dispatch", "templates"), autoescape=select_autoescape())
_guesses = Throttle("too many links that never were; call 115", tries=10, window_s=300.0)
"""Counts only links that never were, by address: a good link is never refused for who else shares its address."""


class SharedBody(BaseModel):
    """What a browser's geolocation tells; what else it says is left out."""

    model_config = ConfigDict(extra="ignore")
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0, le=1e7)
    altitude_m: float | None = Field(default=None, ge=-500, le=9_000)


class NewsBody(BaseModel):
    """What the page tells of itself before there is a place."""

    news: location_links.PageNews


@router.post("/api/v1/aml", status_code=202)
async def receive_aml(request: Request, actor: Actor = SendPhoneLocations) -> Response:
    """
    A phone's place from the network: AML as a text message with its sender (`number`, `message`), or the HTTPS form.

    JSON, a form or plain text. Missing and absurd fields are told as `doubts` and never refused; 200 when the place
    went to an open call, 202 otherwise. The answer tells nothing of the call.
    """
    raw = await request.body()
    fields = _fields(raw[:LARGEST_MESSAGE], request.headers.get("content-type", ""))
    located = read_message({**dict(request.query_params), **fields}, datetime.now(UTC))
    told = await phone_locations.receive(parts_of(request), Command(actor=actor.id), located)
    return json(told, 200 if told["matched"] else 202)


@router.get("/api/v1/calls/{call_id}/location")
async def show_location(call_id: str, request: Request, actor: Actor = SeeDesk) -> Response:
    """
    Where the caller's phone says it is, beside every place by words: agreement, distance, overlap; never merged.

    `links`: those made for the caller, the newest first, with when each was opened, denied and used.
    """
    parts = parts_of(request)
    found = phone_locations.show_location(parts, call_id)
    return json({**found, "links": await location_links.list_links(parts, call_id)})


@router.post("/api/v1/calls/{call_id}/location-link", status_code=201)
async def make_location_link(call_id: str, request: Request, actor: Actor = TakeCalls) -> Response:
    """
    A link to send to the caller, good for one answer and half an hour, and the words to send it with.

    Where the centre has a gateway, the words go by text message; `sms` tells how that stands.
    """
    parts = parts_of(request)
    origin = (parts.settings.public_url or str(request.base_url)).rstrip("/")
    return json(await location_links.make_link(parts, Command(actor=actor.id), call_id, origin), 201)


@router.get("/l/{token}", include_in_schema=False, dependencies=[ByLink])
async def show_link(token: str, request: Request) -> Response:
    """The page behind a link: the place, as long as it is good for one, and the conversation while the call is open."""
    parts = parts_of(request)
    state = await location_links.visit(parts, token)
    if state is None:
        count_guess(request)
    call_id = await location_links.find_call(parts, token)
    can_write = call_id is not None and is_open(parts.desk.state, call_id)
    return _page(state or "over", can_write, 200 if state == "open" or can_write else 410)


@router.post("/l/{token}", include_in_schema=False, dependencies=[ByLink])
async def share_location(token: str, body: SharedBody, request: Request) -> Response:
    """The caller's place, from the page."""
    shared = location_links.Shared(lon=body.lon, lat=body.lat, radius_m=body.accuracy_m, altitude_m=body.altitude_m)
    state = await location_links.share(parts_of(request), token, shared)
    if state is None:
        count_guess(request)
    if state != "open":
        raise HTTPException(410, "this link is used or over; call 115")
    return json({"thanks": True})


@router.post("/l/{token}/news", include_in_schema=False, dependencies=[ByLink])
async def tell_news(token: str, body: NewsBody, request: Request) -> Response:
    """The page is open, or the phone may not tell its place: the desk sees it and asks for the address."""
    if not await location_links.note(parts_of(request), token, body.news):
        count_guess(request)
    return json({"thanks": True})


def _fields(raw: bytes, kind: str) -> dict[str, Any]:
    """A body's fields however it comes; what cannot be read is a message of its own."""
    text = raw.decode("utf-8", "replace")
    if "json" in kind:
        try:
            told = msgspec.json.decode(raw)
        except msgspec.DecodeError:
            told = None
        if isinstance(told, dict):
            return {key: value for key, value in told.items() if isinstance(value, str | int | float)}
        return {"message": text}
    if "form" in kind:
        return dict(reversed(parse_qsl("&".join(text.split("&")[:200]))))
    return {"message": text}


def count_guess(request: Request) -> None:
    """Count a link that never was against the address that asked for it; 429 after too many."""
    address = request.client.host if request.client else "unknown"
    _guesses.take_try("location-link", address)


def _page(state: str, can_write: bool, status: int) -> Response:
    nonce = secrets.token_urlsafe(16)
    page = _templates.get_template("location.html").render(
        state=state, can_write=can_write, longest=messages.LONGEST, nonce=nonce
    )
    return Response(
        page,
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": (
                f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Permissions-Policy": "geolocation=(self)",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        },
    )
