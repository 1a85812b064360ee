"""
Erasing what callers said about people (Law 91/2025), of one call or of a whole incident; and holding it meanwhile.

Erasure waits for the retention period and for open investigations (docs/domain.md, Who). It makes unreadable all that
events point to with tokens (numbers, words, answers, messages, text messages, names of recordings, patients' words,
reasons in free words), and forgets which number called, links that were sent, and the fingerprints of the commands that
brought a number. History stays whole: events keep their tokens, which nobody can read. What stays besides, and why, is
in docs/operations.md. Who erased what, and why, stands in the audit for ever.

Weakness: the sound of a call lies at the exchange. Its name is told once, in the answer, for whoever deletes it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from dispatch.access.audit import record
from dispatch.database import Connection, borrowed
from dispatch.domain import events as ev
from dispatch.domain.clock import LOCAL
from dispatch.errors import NotFound, Taken
from dispatch.intake.phone_locations import MATCH_WITHIN
from dispatch.parts import Parts

LOCK = 115_004
"""Key of the advisory lock under which is held or erased: never both at once."""


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """
    Whose data: of an incident, of calls, of offers (what stations said). `touches`: the calls and incidents that must
    be over and held by nobody; `last_at`: when the last of these was told.
    """

    incidents: Sequence[str] = ()
    calls: Sequence[str] = ()
    offers: Sequence[str] = ()
    touches: Sequence[str]
    last_at: datetime

    @property
    def subjects(self) -> list[str]:
        return [*self.incidents, *self.calls, *self.offers]


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased; `recordings`: the exchange's names of the calls' sound, which is to be deleted there."""

    subjects: Sequence[str]
    erased_at: datetime
    recordings: Sequence[str]


async def erase_incident(parts: Parts, actor: str, incident_id: str, why: str) -> Erased:
    """An incident's words and those of all its calls. Raises NotFound, Taken."""
    return await _erase(parts, actor, await _of_incident(parts, incident_id), why)


async def erase_token(parts: Parts, actor: str, token: str, why: str) -> Erased:
    """
    All that is kept under what a token belongs to: a call, or an incident with its calls. Raises NotFound, Taken.

    A call of an incident is erased alone: one caller's data do not go with another's.
    """
    return await _erase(parts, actor, await _whose(parts, await parts.personal.subject_of(token)), why)


async def hold(parts: Parts, actor: str, subject: str, why: str) -> dict[str, Any]:
    """An investigation needs the data of an incident and its calls, or of a call. Once more gives another reason."""
    await _whose(parts, subject)
    async with borrowed(parts.pool) as conn, conn.transaction():
        await _lock(conn)
        await conn.execute(
            "INSERT INTO personal_holds (subject, held_by, why) VALUES (%(subject)s, %(actor)s, %(why)s) "
            "ON CONFLICT (subject) DO UPDATE SET held_by = %(actor)s, why = %(why)s, held_at = now()",
            {"subject": subject, "actor": actor, "why": why},
        )
        await record(conn, actor, "personal.hold", subject=subject, why=why)
    return {"subject": subject, "held": True}


async def release(parts: Parts, actor: str, subject: str, why: str) -> dict[str, Any]:
    """The investigation is over. Raises NotFound."""
    async with borrowed(parts.pool) as conn, conn.transaction():
        await _lock(conn)
        gone = await conn.execute("DELETE FROM personal_holds WHERE subject = %s", [subject])
        if gone.rowcount == 0:
            raise NotFound(f"the personal data of {subject} are not held; GET /api/v1/personal-holds lists what is")
        await record(conn, actor, "personal.release", subject=subject, why=why)
    return {"subject": subject, "held": False}


async def list_holds(parts: Parts) -> list[dict[str, Any]]:
    """What is held, oldest first."""
    columns = "subject", "held_by", "why", "held_at"
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute("SELECT subject, held_by, why, held_at FROM personal_holds ORDER BY held_at")
        return [dict(zip(columns, row, strict=True)) for row in await cursor.fetchall()]


async def _erase(parts: Parts, actor: str, whose: Whose, why: str) -> Erased:
    _check_over(parts, whose)
    recordings = await _recordings(parts, actor, whose.calls)
    async with borrowed(parts.pool) as conn, conn.transaction():
        await _lock(conn)
        await _check_not_held(conn, whose)
        await _forget_numbers(conn, whose.calls)
        for subject in whose.subjects:
            await parts.personal.erase(subject, conn=conn)
        await record(conn, actor, "personal.erase", subjects=whose.subjects, why=why)
    return Erased(subjects=whose.subjects, erased_at=datetime.now(UTC), recordings=recordings)


async def _forget_numbers(conn: Connection, calls: Sequence[str]) -> None:
    """
    What knows a number beside the personal store: phones' places that waited for it in vain (one that may still find
    its call belongs to whoever calls now), links (with their text messages), and answered commands, whose bodies'
    hashes could be tried against every number there is.
    """
    await conn.execute(
        "DELETE FROM pending_fixes WHERE received_at < now() - %s "
        "AND hmac IN (SELECT hmac FROM phone_hashes WHERE call_id = ANY(%s))",
        [MATCH_WITHIN, [*calls]],
    )
    await conn.execute("DELETE FROM location_links WHERE call_id = ANY(%s)", [[*calls]])
    await conn.execute(
        "DELETE FROM commands WHERE answer->'call'->>'id' = ANY(%(calls)s) OR answer->'message'->>'token' IN "
        "(SELECT token FROM personal WHERE subject = ANY(%(calls)s))",
        {"calls": [*calls]},
    )


async def _recordings(parts: Parts, actor: str, calls: Sequence[str]) -> list[str]:
    """The names of the calls' recordings: the reads are logged like any other."""
    told = [one.data for one in await parts.desk.events.read_calls(calls)]
    names = []
    for event in told:
        if isinstance(event, ev.CallRecorded):
            try:
                names.append(await parts.personal.read(event.recording_token, actor, "to delete the sound"))
            except NotFound:  # erased before
                continue
    return names


async def _whose(parts: Parts, subject: str) -> Whose:
    """By the id of a call or an incident. Raises NotFound."""
    told = await parts.desk.events.read_calls([subject])
    if not told:
        return await _of_incident(parts, subject)
    incidents = list(dict.fromkeys(one.data.incident_id for one in told if isinstance(one.data, ev.CallJoined)))
    of_incidents = [one for key in incidents for one in await parts.desk.events.read_incident(key)]
    last_at = max(one.recorded_at for one in (*told, *of_incidents))
    return Whose(calls=(subject,), touches=(subject, *incidents), last_at=last_at)


async def _of_incident(parts: Parts, incident_id: str) -> Whose:
    told = await parts.desk.events.read_incident(incident_id)
    if not told:
        raise NotFound(f"{incident_id} is no incident and no call; take the id from its timeline")
    left = {one.data.call_id for one in told if isinstance(one.data, ev.CallUnjoined)}
    joined = dict.fromkeys(one.data.call_id for one in told if isinstance(one.data, ev.CallJoined))
    calls = [call_id for call_id in joined if call_id not in left]
    offers = dict.fromkeys(one.data.offer_id for one in told if isinstance(one.data, ev.OfferMade))
    last_at = max(one.recorded_at for one in (*told, *await parts.desk.events.read_calls(calls)))
    return Whose(
        incidents=(incident_id,), calls=calls, offers=list(offers), touches=(incident_id, *calls), last_at=last_at
    )


def _check_over(parts: Parts, whose: Whose) -> None:
    """What is at hand at the desk may be needed any minute, and what is over lately by whoever looks into it."""
    state, now = parts.desk.state, datetime.now(UTC)
    if at_hand := [key for key in whose.touches if key in state.incidents or key in state.calls]:
        raise Taken(
            "{subject} is open or was closed a moment ago; close it, and erase it half an hour later",
            code="erase_not_over",
            subject=at_hand[0],
        )
    free_at = whose.last_at + timedelta(days=parts.settings.personal_keep_days)
    if free_at > now:
        raise Taken(
            "the personal data of {subject} are kept until {day}; erase them then, "
            "or shorten SAIGON115_PERSONAL_KEEP_DAYS",
            code="erase_too_soon",
            subject=whose.touches[0],
            day=f"{free_at.astimezone(LOCAL):%Y-%m-%d}",
        )


async def _check_not_held(conn: Connection, whose: Whose) -> None:
    cursor = await conn.execute(
        "SELECT subject, held_by FROM personal_holds WHERE subject = ANY(%s) LIMIT 1", [list(whose.touches)]
    )
    if (row := await cursor.fetchone()) is not None:
        raise Taken(
            "{actor} holds the personal data of {subject} for an investigation; ask for its release first",
            code="erase_held",
            subject=row[0],
            actor=row[1],
        )


async def _lock(conn: Connection) -> None:
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
