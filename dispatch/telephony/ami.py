"""
A connection to Asterisk's manager interface that comes back by itself.

Lines of `Key: value`, a blank line after each message. The secret is not sent: the exchange's challenge is answered
with its MD5, as the protocol has it; use it on a network of your own, or through TLS of your own.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from dispatch.errors import StartError
from dispatch.telephony.asterisk import Calls, Message, Said

PING_S: Final = 15.0
SILENT_S: Final = 40.0
"""An exchange that says nothing for so long, not even to a ping, is taken for gone (guess)."""
CONNECT_S: Final = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 15.0
LONGEST_LINE: Final = 64 * 1024
"""Bytes; a longer line is left out, and its message goes on without it."""
MOST_KEYS: Final = 500
"""Keys of one message that are kept (guess; an event has some 30)."""
LIST_S: Final = 10.0
"""The list of channels is waited for so long; meanwhile nothing is told, so without it we go on (guess)."""

WAY_OUT: Final = "give the user write = reporting,system in manager.conf"

log = structlog.get_logger()


class Away(Exception):
    """The connection is gone, or was never made."""


@dataclass(frozen=True)
class Manager:
    """Where the manager interface listens, and who signs in."""

    host: str
    port: int
    user: str
    secret: str


async def follow(
    manager: Manager, calls: Calls, put: Callable[[Said], None], *, first_wait_s: float = FIRST_WAIT_S
) -> None:
    """
    Hear the exchange and hand on what it tells, for ever. After each connection first what was missed.

    Raises StartError when the exchange refuses the user from the start: that does not mend itself. One that has taken
    us before and refuses us now is starting again, as likely as not: it is asked again.
    """
    wait_s, was_in = first_wait_s, False
    while True:
        signed_in = asyncio.Event()
        try:
            await _once(manager, calls, put, signed_in)
        except StartError as error:
            if not was_in:
                raise
            log.error("the exchange refuses us; trying again", why=str(error))
        except (Away, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.warning("the exchange is out of reach; trying again", why=str(error) or type(error).__name__)
        was_in = was_in or signed_in.is_set()
        wait_s = first_wait_s if signed_in.is_set() else min(2 * wait_s, LONGEST_WAIT_S)
        await asyncio.sleep(wait_s)


async def _once(manager: Manager, calls: Calls, put: Callable[[Said], None], signed_in: asyncio.Event) -> None:
    """One connection, from its banner to its end."""
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(manager.host, manager.port, limit=LONGEST_LINE)
    pinger: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(CONNECT_S):
            await _read_line(reader)
            await _sign_in(manager, reader, writer)
        signed_in.set()
        log.info("listening to the exchange", host=manager.host, port=manager.port)
        _send(writer, {"Action": "CoreShowChannels", "ActionID": "resume"})
        pinger = asyncio.create_task(_ping(writer))
        await _hear_all(reader, calls, put)
    finally:
        if pinger is not None:
            pinger.cancel()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _sign_in(manager: Manager, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    _send(writer, {"Action": "Challenge", "AuthType": "MD5", "ActionID": "challenge"})
    challenge = (await _answer_to(reader, "challenge")).get("Challenge", "")
    key = hashlib.md5((challenge + manager.secret).encode(), usedforsecurity=False).hexdigest()
    login = {"Action": "Login", "AuthType": "MD5", "Username": manager.user, "Key": key, "ActionID": "login"}
    _send(writer, {**login, "Events": "call,agent,dialplan,system"})
    answer = await _answer_to(reader, "login")
    if answer.get("Response") != "Success":
        raise StartError(
            f"the exchange at {manager.host}:{manager.port} refused user {manager.user}: "
            f"{answer.get('Message', 'no reason given')}; check manager.conf and the secret's file"
        )


async def _answer_to(reader: asyncio.StreamReader, action_id: str) -> Message:
    while True:
        message = await read_message(reader)
        if "Response" in message and message.get("ActionID", action_id) == action_id:
            return message


async def _hear_all(reader: asyncio.StreamReader, calls: Calls, put: Callable[[Said], None]) -> None:
    """
    Hand on every event. What comes before the list of channels is whole is heard after it: the list is older.

    An exchange that refuses the list, or does not end it, is heard without: what was missed then stays untold.
    """
    channels: list[Message] | None = []
    meanwhile: list[Message] = []
    until = asyncio.get_running_loop().time() + LIST_S
    while True:
        async with asyncio.timeout(SILENT_S):
            message = await read_message(reader)
        now = datetime.now(UTC)
        if channels is None:
            heard = calls.hear(message, now)
        elif message.get("Event") == "CoreShowChannel":
            channels.append(message)
            continue
        elif message.get("Event") == "CoreShowChannelsComplete":
            heard = calls.resume(channels, now)
            heard += [said for one in meanwhile for said in calls.hear(one, now)]
            channels, meanwhile = None, []
        elif _is_refused(message) or asyncio.get_running_loop().time() > until:
            log.error("the exchange does not list its channels; what was missed stays untold", way_out=WAY_OUT)
            heard = [said for one in [*meanwhile, message] for said in calls.hear(one, now)]
            channels, meanwhile = None, []
        else:
            meanwhile.append(message)
            continue
        for said in heard:
            put(said)


def _is_refused(message: Message) -> bool:
    return message.get("Response") == "Error" and message.get("ActionID") == "resume"


async def read_message(reader: asyncio.StreamReader) -> Message:
    """The next message. Raises Away at the end of the connection. Of a key that comes twice the last value counts."""
    message: dict[str, str] = {}
    while True:
        line = await _read_line(reader)
        if line is None:
            continue
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text:
            key, _, value = text.partition(":")
            if len(message) < MOST_KEYS or key.strip() in message:
                message[key.strip()] = value.strip()
        elif message:
            return message


async def _read_line(reader: asyncio.StreamReader) -> bytes | None:
    """The next line; None for one that is too long, whole. Raises Away at the end of the connection."""
    is_whole = True
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            await reader.readexactly(max(error.consumed, 1))
            is_whole = False
        except asyncio.IncompleteReadError:
            raise Away("the exchange closed the connection") from None
        else:
            return line if is_whole else None


async def _ping(writer: asyncio.StreamWriter) -> None:
    while True:
        await asyncio.sleep(PING_S)
        _send(writer, {"Action": "Ping"})


def _send(writer: asyncio.StreamWriter, action: Mapping[str, str]) -> None:
    """One action; a value never brings a line of its own."""
    lines = [f"{key}: {' '.join(value.split())}" for key, value in action.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
