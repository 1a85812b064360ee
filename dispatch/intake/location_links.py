"""
A link that the caller opens to share where they are: good for one answer, for a short while, and telling nothing but
what the desk writes to that caller (`messages`, as long as the call is open).

Only the token's hash is kept. Opening the page does not use it up: phones look into links by themselves. Weakness: who
has the link can answer for the caller; the fix says that it came by link.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from dispatch.database import Connection, borrowed
from dispatch.desk import Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.phone import PhoneFix
from dispatch.domain.state import State
from dispatch.errors import NotFound, Taken
from dispatch.parts import Parts
from dispatch.sms import outbox
from dispatch.sms.gateway import Words

GOOD_FOR = timedelta(minutes=30)
"""Long enough for a text message and a worried person, short enough to be forgotten (guess)."""
MOST_VISITS = 60
"""Openings and tries of one link; a caller needs three (guess)."""

LinkState = Literal["open", "used", "over"]
PageNews = Literal["opened", "denied"]
"""What the page tells of itself: somebody looks at it; the phone may not tell its place."""


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller's browser told: degrees, metres; the radius holds 95 % by the browsers' standard."""

    lon: float
    lat: float
    radius_m: float | None = None
    altitude_m: float | None = None


async def make_link(parts: Parts, command: Command, call_id: str, origin: str) -> dict[str, Any]:
    """
    A new link for the caller, and the words to send it with. Links made before stay good.

    Where the centre has a gateway, the message is queued in the same step; `sms` tells how it stands.
    """
    token = secrets.token_urlsafe(24)
    expires_at, url = datetime.now(UTC) + GOOD_FOR, f"{origin}/l/{token}"
    text = (parts.sms.text if parts.sms else Words()).with_link(url)
    sms = outbox.OFF

    def decide(state: State, now: datetime) -> Decision:
        call = state.calls.get(call_id)
        if call is None:
            raise NotFound("no open call {call}; GET /api/v1/snapshot lists them", code="no_open_call", call=call_id)
        if call.status == "closed":
            raise Taken("call {call} is closed; take a new call first", code="call_closed", call=call_id)

        async def keep(conn: Connection) -> None:
            nonlocal sms
            await conn.execute("DELETE FROM location_links WHERE expires_at < now() - interval '1 day'")
            await conn.execute(
                "INSERT INTO location_links (token_hash, call_id, expires_at) VALUES (%s, %s, %s)",
                [_hash(token), call_id, expires_at],
            )
            if parts.sms is not None:
                language = "vi" if call.language in (None, "vi") else "en"
                sms = await outbox.put(conn, parts.personal, call, _hash(token), text[language])

        made = ev.LocationLinkMade(call_id=call_id, expires_at=expires_at)
        return Decision([made], lambda after: {}, within=keep)

    answer = await parts.desk.execute(command, decide)
    return {"url": url, "expires_at": expires_at, "text": text, "sms": sms, "seq": answer.seq}


async def visit(parts: Parts, token: str) -> LinkState | None:
    """How a link stands; None for one that never was. Each look is counted, and too many end it."""
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "UPDATE location_links SET visits = visits + 1 WHERE token_hash = %s "
            "RETURNING used_at IS NOT NULL, expires_at < now() OR visits > %s",
            [_hash(token), MOST_VISITS],
        )
        row = await cursor.fetchone()
    if row is None:
        return None
    return "used" if row[0] else "over" if row[1] else "open"


async def find_call(parts: Parts, token: str) -> str | None:
    """The call that a link was made for, good for a place or not any more; None for one that never was."""
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute("SELECT call_id FROM location_links WHERE token_hash = %s", [_hash(token)])
        row = await cursor.fetchone()
    return str(row[0]) if row else None


async def share(parts: Parts, token: str, shared: Shared) -> LinkState | None:
    """Take the caller's place: told of the call in the same transaction that uses the link up."""
    state_before = await visit(parts, token)
    if state_before != "open":
        return state_before
    call_id = await find_call(parts, token) or ""
    now = datetime.now(UTC)
    fix = PhoneFix(
        lon=shared.lon,
        lat=shared.lat,
        source="link",
        method="unknown",
        fixed_at=now,
        radius_m=shared.radius_m,
        confidence=0.95 if shared.radius_m is not None else None,
        altitude_m=shared.altitude_m,
        doubts=() if shared.radius_m is not None else ("no_radius",),
    )

    def decide(state: State, at: datetime) -> Decision:
        if call_id not in state.calls:
            return Decision([], lambda after: {"state": "over"})
        located = ev.PhoneLocated(call_id=call_id, fix=fix)
        return Decision([located], lambda after: {"state": "open"}, within=lambda conn: _use_up(conn, token))

    answer = await parts.desk.execute(Command(actor="system:location-link"), decide)
    return "over" if answer.body["state"] == "over" else "open"


async def note(parts: Parts, token: str, news: PageNews) -> bool:
    """Keep what the page of an open link tells; whether there is such a link. A place sent later counts for more."""
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "UPDATE location_links SET opened_at = coalesce(opened_at, now()), "
            "denied_at = CASE WHEN %s THEN now() ELSE denied_at END WHERE token_hash = %s",
            [news == "denied", _hash(token)],
        )
    return cursor.rowcount == 1


async def list_links(parts: Parts, call_id: str) -> list[dict[str, Any]]:
    """
    A call's links, the newest first, as the desk sees them: never their tokens. Kept for a day.

    `sms`: how the message with the link stands; its state is `off` for a link that was never to be sent.
    """
    columns = "made_at", "expires_at", "opened_at", "denied_at", "used_at"
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "SELECT token_hash, made_at, expires_at, opened_at, denied_at, used_at FROM location_links "
            "WHERE call_id = %s ORDER BY made_at DESC",
            [call_id],
        )
        links = {bytes(row[0]): dict(zip(columns, row[1:], strict=True)) for row in await cursor.fetchall()}
        sent = await outbox.list_of_links(conn, list(links))
    return [{**link, "sms": sent.get(key, outbox.OFF)} for key, link in links.items()]


async def _use_up(conn: Connection, token: str) -> None:
    """Raises Taken when somebody else was first: the link is good once."""
    cursor = await conn.execute(
        "UPDATE location_links SET used_at = now() WHERE token_hash = %s AND used_at IS NULL AND expires_at > now()",
        [_hash(token)],
    )
    if cursor.rowcount != 1:
        raise Taken("this link has been used already; ask for another one")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
