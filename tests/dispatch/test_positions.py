"""AVL fixes: what cannot be true is rejected with its reason, one by one; the rest is shared through Valkey."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from dispatch.database import Pool
from dispatch.positions.decide import judge
from dispatch.positions.model import Position
from dispatch.positions.store import CHANNEL, PositionStore
from tests.factories import NOW, make_position

UNITS = {"U1", "U2"}
PATIENCE_S = 60.0


def fix(
    unit_id: str = "U1", *, lon: float = 106.7, lat: float = 10.78, age_s: float = 0.0, **more: Any
) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=age_s)).isoformat()
    return {"unit_id": unit_id, "lon": lon, "lat": lat, "at": at, **more}


def reasons(*fixes: Any, last: dict[str, Position] | None = None) -> list[str]:
    _, _, rejected = judge(list(fixes), UNITS, last or {}, NOW)
    return [one.reason for one in rejected]


def test_a_bad_fix_spoils_no_other() -> None:
    newest, accepted, rejected = judge([fix(), "junk", fix("U9"), fix("U2", lat=10.79)], UNITS, {}, NOW)
    assert sorted(newest) == ["U1", "U2"]
    assert len(accepted) == 2
    assert [one.index for one in rejected] == [1, 2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (fix("U9"), "no unit U9"),
        (fix(lat=95.0), "not on the globe"),
        (fix(age_s=-3600), "3600 s ahead of ours"),
        ({"unit_id": "U1", "lon": 106.7, "lat": 10.78, "at": "2026-03-02T02:30:00"}, "no zone"),
        ({"unit_id": "U1", "lon": "east", "lat": 10.78, "at": NOW.isoformat()}, "not a fix"),
    ],
)
def test_what_cannot_be_true_is_rejected_with_its_reason(bad: Any, reason: str) -> None:
    assert [reason in told for told in reasons(bad)] == [True]


def test_a_fix_that_is_not_newer_is_rejected() -> None:
    assert "not newer" in reasons(fix(age_s=10), last={"U1": make_position(age_s=5)})[0]


def test_a_jump_across_the_city_is_rejected_and_a_drive_is_not() -> None:
    last = {"U1": make_position(106.70, 10.78, age_s=10)}
    assert "no unit drives over" in reasons(fix(lon=106.80), last=last)[0]
    assert reasons(fix(lon=106.702), last=last) == []


def test_a_false_fix_shuts_out_the_true_ones_for_two_minutes_at_most() -> None:
    nowhere = {"U1": make_position(0.0, 0.0, age_s=120)}
    assert "no unit drives over" in reasons(fix(age_s=1), last=nowhere)[0]
    assert reasons(fix(), last=nowhere) == []


def test_an_old_fix_is_taken_when_it_is_the_newest() -> None:
    assert reasons(fix(age_s=7200)) == []


@pytest.mark.parametrize("unknown", [-1, -1.0, 1e300, float("inf"), float("nan")])
@pytest.mark.parametrize("field", ["heading_deg", "speed_kph", "accuracy_m"])
def test_a_figure_that_cannot_be_true_is_left_out_and_the_place_is_kept(field: str, unknown: float) -> None:
    told: dict[str, Any] = {"heading_deg": 90.0, "speed_kph": 40.0, "accuracy_m": 5.0}
    newest, _, rejected = judge([fix(**{**told, field: unknown})], UNITS, {}, NOW)
    assert rejected == []
    assert newest == {"U1": Position(lon=106.7, lat=10.78, at=NOW, **{**told, field: None})}


async def test_positions_reach_another_process_and_survive_a_restart(pool: Pool, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        one, other = PositionStore(redis, pool), PositionStore(redis, pool)
        await one.start()
        await other.start()
        async with asyncio.timeout(PATIENCE_S):
            while (await redis.pubsub_numsub(CHANNEL))[0][1] < 2:  # noqa: ASYNC110  # Valkey has to be asked
                await asyncio.sleep(0.01)
        position = make_position()
        await one.take({"U1": position}, [("U1", position)])
        async with asyncio.timeout(PATIENCE_S):
            while not other.take_moved():  # noqa: ASYNC110  # it is told by Valkey, in its own time
                await asyncio.sleep(0.01)
        assert other.latest == {"U1": position}
        await one.stop()
        await other.stop()
        again = PositionStore(redis, pool)
        await again.start()
        assert again.latest == {"U1": position}
        await again.stop()
    async with pool.connection() as connection:
        crumbs = await (await connection.execute("SELECT unit_id, lon, lat FROM breadcrumbs")).fetchall()
    assert crumbs == [("U1", position.lon, position.lat)]


async def test_a_valkey_that_takes_positions_again_counts_as_back(pool: Pool, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        store = PositionStore(redis, pool)
        store.is_shared = False
        await store.take({"U1": make_position()}, [])
        assert store.is_shared


async def test_positions_go_on_in_this_process_when_valkey_is_away(pool: Pool) -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nobody:
        store = PositionStore(nobody, pool)
        await store.take({"U1": make_position()}, [])
        assert (store.take_moved(), store.is_shared) == (["U1"], False)
