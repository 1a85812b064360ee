"""
Writing to and fro with a caller who cannot speak or hear: on the page behind their link, and at the desk.

The words are personal and stand in the encrypted store, under the call; events and the state carry tokens. Every read
is logged, the caller's own too. A conversation lasts as long as its call and incident are open, longer than the link's
answer with a place. Weakness: who has the link reads what the desk wrote to the caller.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dispatch.database import Connection, borrowed
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import Call, CallMessage, State
from dispatch.domain.words import MessageSide
from dispatch.errors import Malformed, NotFound, Taken, TooOften
from dispatch.intake import location_links
from dispatch.intake.conversation import after, is_open
from dispatch.intake.decide import get_call
from dispatch.parts import Parts
from dispatch.personal import new_token

LONGEST = 500
"""Letters of one message: some lines of a phone's screen (guess)."""
MOST_A_MINUTE = 20
"""Messages of one caller in a minute; a quick hand sends ten (guess)."""
CALLER = "system:location-link"
"""The actor of whatever comes through a link: nobody knows who holds the phone."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its words; `text` is None when they were erased."""

    at: datetime
    by: MessageSide
    token: str
    text: str | None


def clean(text: str) -> str:
    """The text as it is kept: no control characters but line ends, no blanks around it. Raises Malformed."""
    plain = "".join(one if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs") else " " for one in text)
    plain = plain.strip()
    if not plain:
        raise Malformed("the message is empty; write something, or leave it", code="message_empty")
    if len(plain) > LONGEST:
        raise Malformed(
            "the message has {letters} letters, at most {most} go; send it in parts",
            code="message_too_long",
            letters=len(plain),
            most=LONGEST,
        )
    return plain


def is_too_fast(call: Call, now: datetime) -> bool:
    """Whether this caller wrote too much in the last minute. By the state, so it holds over all servers and links."""
    return sum(one.by == "caller" and one.at > now - timedelta(minutes=1) for one in call.messages) >= MOST_A_MINUTE


async def write(parts: Parts, command: Command, call_id: str, text: str, by: MessageSide) -> Answer:
    """Keep a message of the caller or the desk, and tell of it. The answer holds no words."""
    plain, token = clean(text), new_token()

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        if not is_open(state, call_id):
            raise Taken(
                "call {call} is over, so its caller cannot be written with; reopen it, or call back",
                code="call_over",
                call=call_id,
            )
        if by == "desk" and call.link_expires_at is None:
            raise Taken(
                "call {call} has no link, so its caller could read nothing; POST /api/v1/calls/{call}/location-link "
                "and send it first",
                code="call_has_no_link",
                call=call_id,
            )
        if by == "caller" and is_too_fast(call, at):
            raise TooOften(
                "{most} messages in a minute are the most; wait and write again",
                code="too_many_messages",
                most=MOST_A_MINUTE,
                retry_after_s=60,
            )

        async def keep(conn: Connection) -> None:
            await parts.personal.keep(call_id, "message", plain, token=token, conn=conn)

        def answer(after: State) -> dict[str, Any]:
            return {"message": after.calls[call_id].messages[-1]}

        return Decision([ev.CallMessaged(call_id=call_id, by=by, token=token)], answer, within=keep, status=201)

    return await parts.desk.execute(command, decide)


async def read(parts: Parts, actor: str, why: str, messages: Sequence[CallMessage]) -> list[Told]:
    """The words behind some messages, oldest first; each read is logged."""
    told = []
    async with borrowed(parts.pool) as conn, conn.transaction():
        for one in messages:
            try:
                text = await parts.personal.read(one.token, actor, why, conn=conn)
            except NotFound:
                text = None
            told.append(Told(at=one.at, by=one.by, token=one.token, text=text))
    return told


async def show(parts: Parts, actor: str, call_id: str, since: str | None) -> dict[str, Any]:
    """A call's conversation with its words, as the desk reads it; only what came after the message `since`."""
    call = get_call(parts.desk.state, call_id)
    told = await read(parts, actor, "conversation with the caller", after(call.messages, since))
    return {"open": is_open(parts.desk.state, call_id), "messages": told}


async def show_caller(parts: Parts, link: str, since: str | None) -> dict[str, Any] | None:
    """The conversation as the caller's page reads it; nothing once it is over; None for a link that never was."""
    call_id = await location_links.find_call(parts, link)
    if call_id is None:
        return None
    if not is_open(parts.desk.state, call_id):
        return {"open": False, "messages": []}
    fresh = after(parts.desk.state.calls[call_id].messages, since)
    return {"open": True, "messages": await read(parts, CALLER, "the caller's own page", fresh) if fresh else []}
