"""
Last positions, shared between processes through Valkey and kept in memory by each.

Valkey carries what may be lost: when it is away, positions still reach the sockets of the process that took them,
and the desk says so. Breadcrumbs go to PostgreSQL in batches; losing the last few seconds of them is accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dispatch.database import Pool, borrowed
from dispatch.positions.model import Position
from dispatch.supervise import keep_running, stop_tasks

HASH = "saigon115:positions"
CHANNEL = "saigon115:positions"
RETRY_S = 2.0
CRUMB_EVERY_S = 5.0

log = structlog.get_logger()
_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(dict[str, Position])
_position_decoder = msgspec.json.Decoder(Position)


class PositionStore:
    """`latest` is this process's view; `moved` names the units that changed since it was last taken."""

    def __init__(self, redis: Redis, pool: Pool) -> None:
        self.latest: dict[str, Position] = {}
        self.is_shared = True
        self._redis, self._pool = redis, pool
        self._moved: set[str] = set()
        self._crumbs: list[tuple[Any, ...]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read what Valkey still knows, then follow it."""
        with suppress(RedisError, OSError, msgspec.MsgspecError):
            await self._load()
        self._tasks = [
            asyncio.create_task(keep_running("follow positions", self._follow), name="follow positions"),
            asyncio.create_task(keep_running("write breadcrumbs", self._write_crumbs), name="write breadcrumbs"),
        ]

    async def stop(self) -> None:
        await stop_tasks(*self._tasks)
        with suppress(Exception):
            await self._flush_crumbs()

    async def take(self, newest: Mapping[str, Position], accepted: Sequence[tuple[str, Position]]) -> None:
        """Keep new positions here, tell the other processes, and note the breadcrumbs."""
        self._keep(newest)
        self._crumbs += [(unit_id, p.at, p.lon, p.lat, p.speed_kph, p.heading_deg) for unit_id, p in accepted]
        if not newest:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(HASH, mapping={unit_id: _encoder.encode(p) for unit_id, p in newest.items()})
                pipe.publish(CHANNEL, _encoder.encode(newest))
                await pipe.execute()
            self.is_shared = True
        except (RedisError, OSError):
            self.is_shared = False

    def take_moved(self) -> list[str]:
        """Units that have a new position since this was last asked."""
        moved, self._moved = sorted(self._moved), set()
        return moved

    def row(self, unit_id: str) -> list[Any]:
        """The feed's row: id, lon, lat, heading_deg, speed_kph, fix_at."""
        p = self.latest[unit_id]
        return [unit_id, p.lon, p.lat, p.heading_deg, p.speed_kph, p.at]

    def _keep(self, newest: Mapping[str, Position]) -> None:
        for unit_id, position in newest.items():
            last = self.latest.get(unit_id)
            if last is None or position.at > last.at:
                self.latest[unit_id] = position
                self._moved.add(unit_id)

    async def _load(self) -> None:
        stored = await self._redis.hgetall(HASH)
        self._keep({_text(key): _position_decoder.decode(value) for key, value in stored.items()})

    async def _follow(self) -> None:
        """What other processes took. Comes back by itself after an outage, and reads what it missed."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    await self._load()
                    self.is_shared = True
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=5.0)
                        if message:
                            self._keep(_decoder.decode(message["data"]))
            except (RedisError, OSError) as error:
                if self.is_shared:
                    log.warning("valkey out of reach; positions go on in this process only", error=str(error))
                self.is_shared = False
                await asyncio.sleep(RETRY_S)

    async def _write_crumbs(self) -> None:
        while True:
            await asyncio.sleep(CRUMB_EVERY_S)
            try:
                await self._flush_crumbs()
            except Exception as error:
                log.warning("breadcrumbs not written, and lost", error=type(error).__name__)

    async def _flush_crumbs(self) -> None:
        crumbs, self._crumbs = self._crumbs, []
        if not crumbs:
            return
        async with borrowed(self._pool) as conn, conn.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO breadcrumbs (unit_id, at, lon, lat, speed_kph, heading_deg, received_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, now())",
                crumbs,
            )


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
