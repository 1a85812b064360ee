"""The demo load as a child of the server: its token ends with it, and its end is told when nobody asked for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from structlog.testing import capture_logs

from dispatch.access.store import AccessStore
from dispatch.database import Pool
from dispatch.demo import Demo
from dispatch.parts import Parts


async def prepared(pool: Pool, city_dir: Path) -> Demo:
    demo = Demo("http://127.0.0.1:1", city_dir, 1.0, 30.0)
    await demo.prepare(cast(Parts, SimpleNamespace(access=AccessStore(pool))))
    return demo


async def good_tokens(pool: Pool) -> int:
    return sum(token.revoked_at is None for token in await AccessStore(pool).tokens.list_all())


async def test_the_token_of_a_demo_ends_with_it(pool: Pool, tmp_path: Path) -> None:
    await prepared(pool, tmp_path)  # killed: it stops nothing
    demo = await prepared(pool, tmp_path)
    before = await good_tokens(pool)
    await demo.stop()
    await demo.stop()
    assert (before, await good_tokens(pool)) == (1, 0)


async def test_a_demo_that_ends_by_itself_is_told(pool: Pool, tmp_path: Path) -> None:
    demo = await prepared(pool, tmp_path)  # there is no city in this folder, so it cannot play
    with capture_logs() as told:
        await demo.start()
        await asyncio.wait_for(_end_of(demo), 60)
    assert [line.get("exit_code") for line in told if line["log_level"] == "error"] == [1]
    await demo.stop()


async def _end_of(demo: Demo) -> Any:
    assert demo._watch is not None
    await demo._watch
