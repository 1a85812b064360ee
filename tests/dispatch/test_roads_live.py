"""Live speeds between processes: shared, read again, gone in time; and what goes on while Valkey is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from dispatch.roads.live import LiveSpeeds
from dispatch.roads.model import LiveSpeed
from dispatch.services.folders import prepare_folders
from dispatch.services.valkey import Valkey

PATIENCE_S = 60.0
NETWORK = "a1b2c3"


def make_speed(*, kph: float = 12.0, valid_s: float = 600.0) -> LiveSpeed:
    at = datetime.now(UTC)
    return LiveSpeed(arcs=(4, 5), kph=kph, at=at, until=at + timedelta(seconds=valid_s), source="camera 7")


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110  # it is told by Valkey, in its own time
            await asyncio.sleep(0.01)


async def listeners(redis: Redis) -> int:
    """On all channels together: no other test uses this database meanwhile."""
    return sum([count for _, count in await redis.pubsub_numsub(*await redis.pubsub_channels())])


def known(live: LiveSpeeds) -> list[LiveSpeed]:
    return list(live.list_speeds(datetime.now(UTC)))


async def test_speeds_reach_another_process_and_survive_a_restart(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        one, other, abroad = LiveSpeeds(redis, NETWORK), LiveSpeeds(redis, NETWORK), LiveSpeeds(redis, "another")
        changes: list[int] = []
        other.on_change = lambda: changes.append(1)
        for live in (one, other, abroad):
            await live.start()
        async with asyncio.timeout(PATIENCE_S):
            while await listeners(redis) < 3:  # noqa: ASYNC110  # Valkey has to be asked
                await asyncio.sleep(0.01)
        speeds = [make_speed(), make_speed(kph=30)]
        await one.take(speeds)
        await until(lambda: known(other))
        assert (known(one), known(other), known(abroad), changes) == (speeds, speeds, [], [1])
        for live in (one, other, abroad):
            await live.stop()
        again = LiveSpeeds(redis, NETWORK)
        await again.start()
        assert known(again) == speeds
        await again.stop()


async def test_speeds_leave_valkey_by_themselves(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        live = LiveSpeeds(redis, NETWORK)
        await live.take([make_speed(valid_s=1.5), make_speed(valid_s=0.1)])
        assert len(await redis.keys("*")) == 1
        async with asyncio.timeout(PATIENCE_S):
            while await redis.keys("*"):  # noqa: ASYNC110  # Valkey forgets in its own time
                await asyncio.sleep(0.02)
        assert known(live) == []


async def test_a_list_stays_the_same_until_one_of_its_speeds_ends_or_another_comes(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        live = LiveSpeeds(redis, NETWORK)
        short, long = make_speed(valid_s=60), make_speed(kph=30)
        await live.take([short, long])
        first = live.list_speeds(short.at)
        assert live.list_speeds(short.until - timedelta(seconds=1)) is first
        assert live.list_speeds(short.until) == (long,)
        await live.take([short])
        assert sorted(one.kph for one in live.list_speeds(short.at)) == [12, 12, 30]


async def test_what_another_version_wrote_is_left_out(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.set(f"saigon115:traffic:{NETWORK}:spd-old", b'[{"arcs": "all"}]')
        live = LiveSpeeds(redis, NETWORK)
        await live.start()
        assert (known(live), live.is_shared) == ([], True)
        await live.stop()


async def test_speeds_go_on_here_while_valkey_is_away_and_reach_the_others_when_it_is_back(short_dir: Path) -> None:
    valkey = Valkey(prepare_folders(short_dir / "valkey-away"))
    valkey.start(lambda what: None)
    try:
        async with Redis.from_url(valkey.url()) as redis:
            one, other = LiveSpeeds(redis, NETWORK), LiveSpeeds(redis, NETWORK)
            await one.start()
            await other.start()
            before, meanwhile = make_speed(), make_speed(kph=5)
            await one.take([before])
            await until(lambda: known(other))
            valkey.stop()
            await one.take([meanwhile])
            assert sorted(speed.kph for speed in known(one)) == [5, 12]
            assert (one.is_shared, known(other)) == (False, [before])
            valkey.start(lambda what: None)
            await until(lambda: one.is_shared and other.is_shared and len(known(other)) == 2)
            await one.stop()
            await other.stop()
    finally:
        valkey.stop()
