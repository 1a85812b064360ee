"""
Messages on their way, in the database: put there with the link, taken by whichever server is free, settled once.

The number and the text are personal: they stand encrypted under the call, and here stand their tokens. Each reading of
them for sending is logged as `system:sms`. Rows go with their link, a day after it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag

from dispatch.database import Connection, Pool, borrowed
from dispatch.domain.state import Call
from dispatch.errors import NotFound, Refused
from dispatch.ids import new_id
from dispatch.personal import PersonalStore, new_token
from dispatch.sms.decide import GIVE_UP_AFTER, MOST_WITHIN, Next, SmsReason, SmsState, held_back

ACTOR = "system:sms"
LOST_AFTER = timedelta(minutes=2)
"""A server that has not said for so long how its message went is taken for gone; longer than any try (guess)."""


class Standing(msgspec.Struct, frozen=True):
    """How a message stands, for the desk. `detail`: the gateway's own words."""

    state: SmsState | Literal["off"]
    reason: SmsReason | None = None
    detail: str | None = None
    tries: int = 0
    changed_at: datetime | None = None


OFF = Standing("off")
"""Nobody sends: the centre has set no gateway up."""


class Claimed(msgspec.Struct, frozen=True):
    """
    A message that is this server's to send; `number` None: its words can be read no more, erased or under a key that is
    not ours. It fails alone: those behind it go.
    """

    key: str
    call_id: str
    tries: int
    made_at: datetime
    number: str | None
    text: str


async def put(conn: Connection, personal: PersonalStore, call: Call, link_hash: bytes, text: str) -> Standing:
    """
    Queue the message of a new link, or keep why it does not go, in the transaction that makes the link.

    The event log's lock, which that transaction holds, lets nobody else count the number's messages meanwhile.
    """
    reason: SmsReason | None = "no_number"
    token: str | None = None
    if call.caller_token is not None:
        reason = await _held_back(conn, call.id)
    if reason is None:
        token = new_token()
        try:
            await personal.keep(call.id, "sms", text, token=token, conn=conn)
        except Refused:  # erased, and the number with it
            reason, token = "no_number", None
    state: SmsState = "failed" if reason else "queued"
    await conn.execute(
        "INSERT INTO sms (key, link_hash, call_id, number_token, text_token, state, reason) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [new_id("sms"), link_hash, call.id, call.caller_token, token, state, reason],
    )
    return Standing(state, reason)


async def claim(pool: Pool, personal: PersonalStore) -> Claimed | None:
    """The message that is due first, now this server's alone; None: none is due."""
    async with borrowed(pool) as conn, conn.transaction():
        cursor = await conn.execute(
            "UPDATE sms SET state = 'sending', tries = tries + 1, changed_at = now() WHERE key = "
            "(SELECT key FROM sms WHERE state = 'queued' AND due_at <= now() ORDER BY due_at LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) RETURNING key, call_id, tries, made_at, number_token, text_token"
        )
        row = await cursor.fetchone()
        if row is None:
            return None
        key, call_id, tries, made_at, *tokens = row
        try:
            number, text = [await personal.read(token, ACTOR, f"to send {key}", conn=conn) for token in tokens]
        except (NotFound, InvalidTag, ValueError):
            return Claimed(key, call_id, tries, made_at, None, "")
        return Claimed(key, call_id, tries, made_at, number, text)


async def settle(pool: Pool, key: str, after: Next, detail: str | None) -> None:
    """Keep how a message stands after a try; nothing for one that was taken for lost meanwhile."""
    async with borrowed(pool) as conn:
        await conn.execute(
            "UPDATE sms SET state = %s, reason = %s, detail = %s, changed_at = now(), due_at = now() + %s "
            "WHERE key = %s AND state = 'sending'",
            [after.state, after.reason, detail, after.again_after or timedelta(), key],
        )


async def give_up(pool: Pool, *, drops_repeats: bool) -> None:
    """Let go of what is too late, and of what a server that is gone was sending: once more, or as unclear."""
    async with borrowed(pool) as conn:
        await conn.execute(
            "UPDATE sms SET state = %s, reason = 'unclear', changed_at = now(), due_at = now() "
            "WHERE state = 'sending' AND changed_at < now() - %s",
            ["queued" if drops_repeats else "unclear", LOST_AFTER],
        )
        await conn.execute(
            "UPDATE sms SET state = 'failed', reason = coalesce(reason, 'too_late'), changed_at = now() "
            "WHERE state = 'queued' AND made_at < now() - %s",
            [GIVE_UP_AFTER],
        )


async def list_of_links(conn: Connection, hashes: Sequence[bytes]) -> dict[bytes, Standing]:
    """How the message of each link stands; links that were never to be sent are left out."""
    cursor = await conn.execute(
        "SELECT link_hash, state, reason, detail, tries, changed_at FROM sms WHERE link_hash = ANY(%s)", [list(hashes)]
    )
    return {bytes(row[0]): Standing(*row[1:]) for row in await cursor.fetchall()}


async def _held_back(conn: Connection, call_id: str) -> SmsReason | None:
    """By the messages that went, or may have gone, to the number of this call, whatever call they were for."""
    cursor = await conn.execute(
        "SELECT DISTINCT sms.key, sms.made_at, now() FROM sms WHERE state <> 'failed' AND made_at > now() - %s "
        "AND (call_id = %s OR call_id IN (SELECT other.call_id FROM phone_hashes own JOIN phone_hashes other "
        "USING (hmac) WHERE own.call_id = %s))",
        [MOST_WITHIN, call_id, call_id],
    )
    rows = await cursor.fetchall()
    return held_back([row[1] for row in rows], rows[0][2]) if rows else None
