"""
The leader's recommendations on every node, through Valkey.

The leader tells all of them at least once a second, even when there are none. A node that has heard nothing for a few
seconds (Valkey is away, or nobody leads) advises its own consoles until it hears a leader again. It may then advise
otherwise than another node for a moment; that is better than nothing, and no offer can be made twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dispatch.assignment.evidence_book import EvidenceBook, Seen
from dispatch.assignment.recommendation import Recommendation

CHANNEL = "saigon115:recommendations"
SILENT_AFTER_S = 3.0
"""Three of the leader's rounds (guess)."""
RETRY_S = 2.0


class Told(msgspec.Struct, frozen=True):
    """A leader's advice, and what it saw: another node's offers keep that too."""

    advice: dict[str, Recommendation]
    seen: Seen | None = None


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Told)

Show = Callable[[Mapping[str, Recommendation]], None]
Take = Callable[[dict[str, Recommendation]], None]


class SharedAdvice:
    """Stands between the recommender and the feed: shows what there is here, and tells it to the others if we lead."""

    def __init__(
        self, redis: Redis, show: Show, book: EvidenceBook | None = None, *, silent_after_s: float = SILENT_AFTER_S
    ) -> None:
        self._redis, self._show, self._silent_after_s = redis, show, silent_after_s
        self._book = book or EvidenceBook()
        self._leads = False
        self._heard_at = time.monotonic()
        self._untold: bytes | None = None
        self._has_news = asyncio.Event()

    @property
    def is_needed(self) -> bool:
        """Whether this node has to compute: it leads, or hears nobody who does."""
        return self._leads or time.monotonic() - self._heard_at >= self._silent_after_s

    def show(self, recommendations: Mapping[str, Recommendation]) -> None:
        self._show(recommendations)
        if self._leads:
            advice = dict(recommendations)
            one = next(iter(advice.values()), None)
            seen = self._book.find((one.at, one.based_on_seq)) if one else None
            self._untold = _encoder.encode(Told(advice, seen))
            self._has_news.set()

    async def lead(self) -> None:
        """The leader's loop: tell the newest. What Valkey does not take is not told later: newer advice will be."""
        self._leads = True
        try:
            while True:
                await self._has_news.wait()
                self._has_news.clear()
                if self._untold is not None:
                    with suppress(RedisError, OSError):
                        await self._redis.publish(CHANNEL, self._untold)
        finally:
            self._leads, self._untold = False, None

    async def follow(self, take: Take) -> None:
        """Every node's loop: hand on what a leader tells. A leader listens to nobody, not even to its own echo."""
        while True:
            with suppress(RedisError, OSError):
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=5.0)
                        if message and not self._leads:
                            self._hear(message["data"], take)
            await asyncio.sleep(RETRY_S)

    def _hear(self, data: bytes, take: Take) -> None:
        with suppress(msgspec.MsgspecError):  # a leader of another version: as good as silent
            told = _decoder.decode(data)
            if told.seen is not None:
                for one in list(told.advice.values())[:1]:
                    self._book.note((one.at, one.based_on_seq), told.seen)
            take(told.advice)
            self._heard_at = time.monotonic()
