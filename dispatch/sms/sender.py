"""The loop that hands messages to the gateway: on every server that has one, none of them twice."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from itertools import count

import httpx
import structlog

from dispatch.database import Pool
from dispatch.errors import Unavailable
from dispatch.personal import PersonalStore
from dispatch.sms import outbox
from dispatch.sms.decide import Next, after_try
from dispatch.sms.gateway import LONGEST_ANSWER, Gateway, Outcome, detail_of, outcome_of, request_for
from dispatch.sms.numbers import textable

TICK_S = 0.5
GIVE_UP_EVERY = 20
"""Ticks between looks for what is too late or lost."""
AT_ONCE = 4
"""Messages on their way at one time, so that one that hangs holds up no other (guess)."""
SETTLE_AGAIN_S = 1.0

log = structlog.get_logger()
logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, which may hold the number


async def send_messages(pool: Pool, personal: PersonalStore, gateway: Gateway) -> None:
    """Send what is due, for ever. Only the file's own address is asked: a redirection is not followed."""
    free = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=gateway.timeout_s) as client, asyncio.TaskGroup() as tasks:

        async def send(claimed: outbox.Claimed) -> None:
            try:
                await _send(pool, gateway, client, claimed)
            finally:
                free.release()

        for tick in count():
            if tick % GIVE_UP_EVERY == 0:
                await outbox.give_up(pool, drops_repeats=gateway.drops_repeats)
            await free.acquire()
            while claimed := await outbox.claim(pool, personal):
                tasks.create_task(send(claimed))
                await free.acquire()
            free.release()
            await asyncio.sleep(TICK_S)


async def _send(pool: Pool, gateway: Gateway, client: httpx.AsyncClient, claimed: outbox.Claimed) -> None:
    """One try, and how the message stands after it, kept as soon as the database is there."""
    after, detail = await _try(gateway, client, claimed)
    say = log.info if after.state == "sent" else log.warning
    say("a text message with a link", key=claimed.key, call=claimed.call_id, tries=claimed.tries,
        state=after.state, reason=after.reason, detail=detail)  # fmt: skip
    while True:
        try:
            return await outbox.settle(pool, claimed.key, after, detail)
        except Unavailable:
            await asyncio.sleep(SETTLE_AGAIN_S)


async def _try(gateway: Gateway, client: httpx.AsyncClient, claimed: outbox.Claimed) -> tuple[Next, str | None]:
    """One try: how the message stands after it, and the gateway's words."""
    if claimed.number is None:
        return Next("failed", "no_number"), None
    if (number := textable(claimed.number, gateway.number)) is None:
        return Next("failed", "not_mobile"), None
    outcome, detail = await hand_over(gateway, client, number=number, text=claimed.text, key=claimed.key)
    now = datetime.now(UTC)
    return after_try(gateway, outcome, tries=claimed.tries, made_at=claimed.made_at, now=now), detail


async def hand_over(
    gateway: Gateway, client: httpx.AsyncClient, *, number: str, text: str, key: str
) -> tuple[Outcome, str | None]:
    """Ask the gateway once. Never an error: what went wrong is the outcome, with a word about it."""
    request = request_for(gateway, number=number, text=text, key=key)
    try:
        async with asyncio.timeout(2 * gateway.timeout_s):
            async with client.stream(
                request.method, request.url, headers=dict(request.headers), content=request.body or None
            ) as response:
                said = await _beginning_of(response)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return "unreachable", type(error).__name__
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError) as error:
        return "refused", type(error).__name__
    except (httpx.HTTPError, TimeoutError) as error:
        return "unclear", type(error).__name__
    outcome = outcome_of(gateway, response.status_code, said)
    return outcome, None if outcome == "accepted" else detail_of(response.status_code, said)


async def _beginning_of(response: httpx.Response) -> str:
    answer = b""
    async for chunk in response.aiter_bytes():
        answer += chunk
        if len(answer) >= LONGEST_ANSWER:
            break
    return answer[:LONGEST_ANSWER].decode("utf-8", "replace")
