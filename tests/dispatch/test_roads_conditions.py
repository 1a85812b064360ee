"""What a node puts in force: what changed, once, with or without Valkey; what fits no street is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from redis.asyncio import Redis

from dispatch.desk import Desk
from dispatch.domain.state import Closure
from dispatch.roads import conditions
from dispatch.roads.conditions import InForce, RoadConditions
from dispatch.roads.live import LiveSpeeds
from dispatch.roads.model import LiveSpeed
from routing.locate import Locator
from tests.dispatch.test_roads import make_closure
from tests.routing.worlds import at, make_times


class World:
    """Lê Lợi and Hàm Nghi end to end, a desk's state, and what was shown."""

    def __init__(self, redis: Redis) -> None:
        primary = {"highway": "primary"}
        self.travel = make_times(
            ([(0, 0), (1, 0)], {**primary, "name": "Lê Lợi"}), ([(1, 0), (2, 0)], {**primary, "name": "Hàm Nghi"})
        )
        self.closures: dict[str, Closure] = {}
        self.shown: list[InForce] = []
        desk: Any = SimpleNamespace(state=SimpleNamespace(closures=self.closures), on_events=lambda listener: None)
        locator = Locator(self.travel.graph, self.travel.streets)
        self.live = LiveSpeeds(redis, locator.key)
        self.roads = RoadConditions(cast(Desk, desk), self.live, self.travel, locator, show=self.shown.append)

    def close(self, **fields: Any) -> None:
        """A closure that was told an hour ago."""
        since = datetime.now(UTC) - timedelta(hours=1)
        closure = msgspec.structs.replace(make_closure(**fields), from_at=since, until_at=fields.get("until_at"))
        self.closures[closure.id] = closure

    @property
    def arcs_shown(self) -> list[int]:
        """How many arcs had a live speed, each time that something was shown."""
        return [len(one.live.arc) for one in self.shown]

    @property
    def time_s(self) -> float:
        return float(self.travel.times([at(0, 0)], [at(2, 0)], "car")[0, 0])


@pytest.fixture
async def world(redis_url: str) -> AsyncIterator[World]:
    async with Redis.from_url(redis_url) as redis:
        yield World(redis)


async def test_a_closure_is_put_in_force_and_shown_once(world: World) -> None:
    await world.roads.refresh()
    open_s = world.time_s
    world.close()
    await world.roads.refresh()
    await world.roads.refresh()
    assert [(one.closed, one.slow) for one in world.shown] == [(0, 0), (1, 0)]
    assert world.shown[-1].version == world.roads.version == world.travel.version
    assert world.time_s > 5 * open_s
    world.closures.clear()
    await world.roads.refresh()
    assert world.time_s == open_s


async def test_a_closure_that_fits_no_street_of_this_map_is_said_and_the_others_hold(world: World) -> None:
    far = tuple((lon, lat + 0.05) for lon, lat in (at(0, 0), at(1, 0)))
    world.close(id="rd-1", kind="slow", speed_kph=5.0)
    world.close(id="rd-2")
    lost = world.closures["rd-2"]
    world.closures["rd-2"] = msgspec.structs.replace(
        lost, road=msgspec.structs.replace(lost.road, way_ids=(4711,)), lines=(far,)
    )
    await world.roads.refresh()
    assert (world.roads.not_located, world.shown[-1].slow, world.shown[-1].closed) == (frozenset({"rd-2"}), 1, 0)


async def test_what_was_told_is_in_force_when_it_has_settled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "SETTLES_WITHIN_S", 60.0)
    loop = asyncio.create_task(world.roads.run())
    until = datetime.now(UTC) + timedelta(minutes=5)
    for kph in (20.0, 10.0, 5.0):
        told = LiveSpeed(arcs=(0, 2), kph=kph, at=datetime.now(UTC), until=until)
        await world.live.take([told])
    await world.roads.settle()
    in_force = world.roads.in_force
    assert in_force is not None
    assert in_force.live.kph.tolist() == [5.0, 5.0]
    loop.cancel()


async def test_a_speed_told_again_holds_longer_and_changes_nothing_else(world: World) -> None:
    now = datetime.now(UTC)
    for minutes in (5, 10):
        until = now + timedelta(minutes=minutes)
        await world.live.take([LiveSpeed(arcs=(0,), kph=5.0, at=now + timedelta(seconds=minutes), until=until)])
        await world.roads.refresh()
        in_force = world.roads.in_force
        assert in_force is not None
        assert [in_force.speeds[report].until for report in in_force.live.report.tolist()] == [until]
    assert len(world.shown) == 1


async def test_a_speed_ends_by_the_clock_without_anybody_saying_so(world: World) -> None:
    loop = asyncio.create_task(world.roads.run())
    for lasts_s in (0.5, 4, 32):  # the longer ones for a machine so slow that it is over before it was shown
        now = datetime.now(UTC)
        ends = now + timedelta(seconds=lasts_s)
        await world.live.take([LiveSpeed(arcs=(0,), kph=5.0, at=now, until=ends)])
        async with asyncio.timeout(60):
            while datetime.now(UTC) < ends or (world.arcs_shown or [0])[-1]:  # noqa: ASYNC110  # the clock's own time
                await asyncio.sleep(0.01)
        if any(world.arcs_shown):
            break
    assert world.arcs_shown[-2:] == [1, 0]
    loop.cancel()


async def test_speeds_come_in_force_here_when_valkey_is_away() -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nobody:
        world = World(nobody)
        now = datetime.now(UTC)
        await world.live.take([LiveSpeed(arcs=(0,), kph=5.0, at=now, until=now + timedelta(minutes=5))])
        await world.roads.refresh()
        assert (world.live.is_shared, world.shown[-1].live.arc.tolist()) == (False, [0])
