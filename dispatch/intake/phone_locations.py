"""
Phones' places: matched to the open call from the same number, or kept until that call comes.

The number is known by its keyed HMAC only. Weakness: a phone that hides its number, or a gateway that writes it so that
it cannot be made out, is never matched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog

from dispatch.database import Connection, borrowed
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.state import Call, State
from dispatch.errors import NotFound, Refused, Unavailable
from dispatch.intake.agreement import compare, sure_minor_m, sure_radius_m
from dispatch.intake.aml import Located
from dispatch.parts import Parts

MATCH_WITHIN = timedelta(hours=1)
"""A fix belongs to a call from its number within this, and waits so long for one (guess: a call with call-backs)."""
OPEN = ("ringing", "answered", "joined")

log = structlog.get_logger()


class Pending(msgspec.Struct, frozen=True):
    """A fix that has no call yet."""

    id: int
    fix: PhoneFix


async def receive(parts: Parts, command: Command, located: Located) -> dict[str, Any]:
    """
    Give the fix to the newest open call from its number; without one, keep it until that call comes.

    Never an error for what the message says: gateways send it once.
    """
    told: dict[str, Any] = {"usable": located.fix is not None, "matched": False, "doubts": located.doubts}
    if located.fix is None or not located.number:
        return told
    if await _attach(parts, command, located.number, [located.fix]):
        return {**told, "matched": True}
    await _wait(parts, located.number, located.fix)
    return {**told, "matched": await attach_pending(parts, command.actor, located.number)}


async def attach_pending(parts: Parts, actor: str, phone: str | None) -> bool:
    """Give a call what was sent before it was known. A failure here is no failure of the call."""
    try:
        waiting = await list_pending(parts, phone)
        if not phone or not waiting:
            return False
        found = await _attach(parts, Command(actor=actor), phone, [one.fix for one in waiting])
        if found:
            async with borrowed(parts.pool) as conn:
                await _drop(conn, waiting)
    except (Refused, Unavailable) as error:
        log.warning("a phone's place could not be given to its call", why=str(error))
        return False
    return found


async def list_pending(parts: Parts, phone: str | None) -> list[Pending]:
    """The fixes of a number that wait for its call, oldest first; none for a number that is hidden."""
    if not phone or not any(letter.isdigit() for letter in phone):
        return []
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "SELECT id, fix FROM pending_fixes WHERE hmac = %s AND received_at > now() - %s ORDER BY id",
            [parts.personal.phone_hmac(phone), MATCH_WITHIN],
        )
        return [Pending(key, msgspec.convert(fix, PhoneFix)) for key, fix in await cursor.fetchall()]


def show_location(parts: Parts, call_id: str) -> dict[str, Any]:
    """
    A call's fixes, oldest first, each beside every place thought of: agreement, distance, gap, overlap. `conflict`: the
    newest fix cannot be at the surest place.
    """
    state, now = parts.desk.state, datetime.now(UTC)
    call = state.calls.get(call_id)
    if call is None:
        raise NotFound("no open call {call}; GET /api/v1/snapshot lists them", code="no_open_call", call=call_id)
    places = places_of(state, call)
    beside = [[_beside(fix, what, place) for what, place in places] for fix in call.fixes]
    fixes = [
        {
            "fix": fix,
            "age_s": round((now - fix.fixed_at).total_seconds(), 1),
            "sure_radius_m": round(sure_radius_m(fix), 1),
            "sure_minor_m": None if fix.minor_m is None else round(sure_minor_m(fix) or 0.0, 1),
            "against": against,
        }
        for fix, against in zip(call.fixes, beside, strict=True)
    ]
    link_open = call.link_expires_at is not None and call.link_expires_at > now
    return {
        "call_id": call_id,
        "fixes": fixes,
        "conflict": any(one["verdict"] == "conflict" for against in beside[-1:] for one in against[:1]),
        "link_expires_at": call.link_expires_at if link_open else None,
    }


def _beside(fix: PhoneFix, what: str, place: Place) -> dict[str, Any]:
    return {"what": what, "label": place.label, **msgspec.structs.asdict(compare(fix, place))}


def places_of(state: State, call: Call) -> list[tuple[str, Place]]:
    """Where it may be by words, the surest first: the incident's place, what was given, what was suggested."""
    incident = state.incidents.get(call.incident_id or "")
    known = [("incident", incident.place if incident else None), ("given", call.place)]
    known += [(f"suggested {number}", place) for number, place in enumerate(call.places, 1)]
    return [(what, place) for what, place in known if place is not None]


async def _attach(parts: Parts, command: Command, phone: str, fixes: Sequence[PhoneFix]) -> bool:
    """Tell the fixes of the newest open call from the number; whether there is one. The same fix is told once."""
    recent = await parts.personal.recent_calls(phone, MATCH_WITHIN)

    def decide(state: State, now: datetime) -> Decision:
        call = next((state.calls[one.call_id] for one in recent if _is_open(state, one.call_id)), None)
        new = [fix for fix in fixes if call is not None and fix not in call.fixes]
        events: list[ev.Event] = [ev.PhoneLocated(call_id=call.id, fix=fix) for fix in new] if call else []
        return Decision(events, lambda after: {"matched": call is not None})

    answer: Answer = await parts.desk.execute(command, decide)
    return bool(answer.body["matched"])


def _is_open(state: State, call_id: str) -> bool:
    return call_id in state.calls and state.calls[call_id].status in OPEN


async def _wait(parts: Parts, phone: str, fix: PhoneFix) -> None:
    """Keep a fix; those that have waited in vain go."""
    async with borrowed(parts.pool) as conn, conn.transaction():
        await conn.execute("DELETE FROM pending_fixes WHERE received_at < now() - %s::interval", [MATCH_WITHIN])
        await conn.execute(
            "INSERT INTO pending_fixes (hmac, fix) VALUES (%s, %s)",
            [parts.personal.phone_hmac(phone), msgspec.json.encode(fix).decode()],
        )


async def _drop(conn: Connection, pending: Sequence[Pending]) -> None:
    await conn.execute("DELETE FROM pending_fixes WHERE id = ANY(%s)", [[one.id for one in pending]])
