"""
What an adapter has to tell the desk, in order, until the desk has it.

Kept in memory: what an adapter had not told when it was killed is made good by asking the exchange anew. Each message
carries its own time, so that one told late still counts when it happened.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import httpx
import structlog

BATCH = 100
MOST = 100_000
"""Messages that wait at most, some 20 MB (guess: a day of a surge); beyond it the oldest go, and the log says so."""
LONGEST = 200
"""Letters of a value that are told, as many as the desk keeps: a batch never grows beyond what the desk reads."""
HARMLESS = frozenset({"told_before", "no_event"})
"""Doubts of the desk that we mean: an exchange listed anew tells things twice, a recording is no step of a call."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0

log = structlog.get_logger()


class Outbox:
    """Messages on their way to `POST /api/v1/telephony/events` of a desk."""

    def __init__(self, client: httpx.AsyncClient, *, first_wait_s: float = FIRST_WAIT_S) -> None:
        self._client, self._first_wait_s = client, first_wait_s
        self._messages: list[Mapping[str, Any]] = []
        self._more, self._empty = asyncio.Event(), asyncio.Event()
        self._empty.set()

    def put(self, message: Mapping[str, Any]) -> None:
        self._messages.append({key: _short(value) for key, value in message.items()})
        if len(self._messages) > MOST:
            lost = self._messages.pop(BATCH)  # those before it may be on their way
            log.error("the desk is away too long; an old message is lost", call_ref=lost.get("call_ref"))
        self._empty.clear()
        self._more.set()

    async def empty(self) -> None:
        """Wait until the desk has all."""
        await self._empty.wait()

    async def run(self) -> None:
        """Tell, and tell again while the desk is away. Ends only when it is cancelled."""
        wait_s = self._first_wait_s
        while True:
            await self._more.wait()
            batch = self._messages[:BATCH]
            if await self._tell(batch):
                del self._messages[: len(batch)]
                wait_s = self._first_wait_s
            else:
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            if not self._messages:
                self._more.clear()
                self._empty.set()

    async def _tell(self, batch: list[Mapping[str, Any]]) -> bool:
        try:
            answer = await self._client.post("/api/v1/telephony/events", json=batch)
        except httpx.HTTPError as error:
            log.warning("the desk is out of reach; telling it again", waiting=len(self._messages), why=str(error))
            return False
        if answer.is_success:
            _log_doubts(answer)
            return True
        log.warning("the desk did not take it; telling it again", status=answer.status_code, said=answer.text[:200])
        return False


def _log_doubts(answer: httpx.Response) -> None:
    """What the desk could make nothing of, by its codes."""
    with contextlib.suppress(ValueError, LookupError, TypeError):  # whatever stands between us and the desk says
        doubts = [code for one in answer.json()["results"] for code in one["doubts"] if code not in HARMLESS]
        if doubts:
            log.info("the desk doubts some of it", doubts=sorted(doubts))


def _short(value: Any) -> Any:
    """Callers choose some of these words: neither their length nor half a letter may stop the others' messages."""
    return value[:LONGEST].encode("utf-8", "replace").decode() if isinstance(value, str) else value
