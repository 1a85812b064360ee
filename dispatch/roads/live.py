"""
Live speeds, shared between processes through Valkey and kept in memory by each.

What comes in one request is one value in Valkey, which expires by itself when its last speed does; its id goes out to
the others, who fetch it. The keys name the network, because arcs of another mean other streets. While Valkey is away
each process goes on with what it has, and hands on what it took meanwhile as soon as Valkey is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dispatch.ids import new_id
from dispatch.roads.model import LiveSpeed
from dispatch.supervise import keep_running, stop_tasks

RETRY_S = 2.0
_SCAN_COUNT = 1_000
EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

log = structlog.get_logger()
_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(tuple[LiveSpeed, ...])

Batch = tuple[LiveSpeed, ...]


class LiveSpeeds:
    """`on_change` is called whenever there are other speeds than before, by whomever they were taken."""

    def __init__(self, redis: Redis, network: str) -> None:
        self.is_shared = True
        self.on_change: Callable[[], None] = lambda: None
        self._redis = redis
        self._channel = f"saigon115:traffic:{network}"
        self._batches: dict[str, Batch] = {}
        self._unshared: set[str] = set()
        self._listed: Batch = ()
        self._listed_until = EVER
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read what Valkey still knows, then follow it."""
        with suppress(RedisError, OSError):
            await self._load()
        self._task = asyncio.create_task(keep_running("follow live speeds", self._follow), name="follow live speeds")

    async def stop(self) -> None:
        if self._task:
            await stop_tasks(self._task)

    async def take(self, speeds: Sequence[LiveSpeed]) -> None:
        """Keep new speeds here, and tell the other processes."""
        if not speeds:
            return
        batch_id = new_id("spd")
        self._batches[batch_id] = tuple(speeds)
        self._unshared.add(batch_id)
        self._has_changed()
        try:
            await self._share()
            self.is_shared = True
        except (RedisError, OSError):
            self.is_shared = False

    def list_speeds(self, now: datetime) -> Batch:
        """Those that still hold, in an order that is the same in every process; the very same tuple while they do."""
        if now >= self._listed_until:
            self._forget_old(now)
            batches = (self._batches[key] for key in sorted(self._batches))
            self._listed = tuple(speed for batch in batches for speed in batch if speed.until > now)
            self._listed_until = min((speed.until for speed in self._listed), default=NEVER)
        return self._listed

    def _has_changed(self) -> None:
        self._listed_until = EVER
        self.on_change()

    def _forget_old(self, now: datetime) -> None:
        for key in [key for key, batch in self._batches.items() if _until(batch) <= now]:
            del self._batches[key]
            self._unshared.discard(key)

    async def _share(self) -> None:
        """Write what the others do not know yet."""
        for batch_id in sorted(self._unshared):
            batch = self._batches.get(batch_id, ())
            lasts_ms = int((_until(batch) - datetime.now(UTC)).total_seconds() * 1000) if batch else 0
            if lasts_ms > 0:
                data = await asyncio.to_thread(_encoder.encode, batch)
                async with self._redis.pipeline(transaction=False) as pipe:
                    pipe.set(self._key(batch_id), data, px=lasts_ms)
                    pipe.publish(self._channel, batch_id)
                    await pipe.execute()
            self._unshared.discard(batch_id)

    async def _load(self) -> None:
        """All that Valkey has and we have not."""
        pattern = self._key("*")
        async for key in self._redis.scan_iter(match=pattern, count=_SCAN_COUNT):
            await self._fetch(key.decode().rpartition(":")[2])

    async def _fetch(self, batch_id: str) -> None:
        if batch_id in self._batches:
            return
        data = await self._redis.get(self._key(batch_id))
        if data is None:
            return
        try:
            self._batches[batch_id] = await asyncio.to_thread(_decoder.decode, data)
        except msgspec.MsgspecError as error:
            log.warning("live speeds of another version left out", batch=batch_id, error=str(error))
        else:
            self._has_changed()

    async def _follow(self) -> None:
        """What other processes took. Comes back by itself after an outage, and reads what it missed."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    await self._load()
                    await self._share()
                    self.is_shared = True
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=5.0)
                        if message:
                            await self._fetch(message["data"].decode())
            except (RedisError, OSError) as error:
                if self.is_shared:
                    log.warning("valkey out of reach; live speeds go on in this process only", error=str(error))
                self.is_shared = False
                await asyncio.sleep(RETRY_S)

    def _key(self, batch_id: str) -> str:
        return f"{self._channel}:{batch_id}"


def _until(batch: Batch) -> datetime:
    return max(speed.until for speed in batch)
