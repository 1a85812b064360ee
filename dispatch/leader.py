"""
One node leads: timers and alarms run there and nowhere else; its recommendations are shown by all
(`assignment/shared.py`).

Leadership is a session advisory lock, so it ends with the connection that holds it: when the leader dies, any other
node takes over within `RETRY_S`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from psycopg import AsyncConnection, OperationalError

from dispatch.supervise import keep_running, stop_tasks

LEADER_LOCK = 115_003
RETRY_S = 2.0
CHECK_S = 1.0

log = structlog.get_logger()


class Leader:
    """Runs `work` while this node leads; `work` is cancelled as soon as the lock is gone."""

    def __init__(self, database_url: str, work: Callable[[], Awaitable[None]]) -> None:
        self.is_leading = False
        self._database_url, self._work = database_url, work
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(keep_running("lead", self._run), name="lead")

    async def stop(self) -> None:
        if self._task:
            await stop_tasks(self._task)

    async def _run(self) -> None:
        while True:
            with suppress(OperationalError):
                async with await AsyncConnection.connect(self._database_url, autocommit=True) as conn:
                    await self._lead_while_held(conn)
            await asyncio.sleep(RETRY_S)

    async def _lead_while_held(self, conn: AsyncConnection) -> None:
        cursor = await conn.execute("SELECT pg_try_advisory_lock(%s)", (LEADER_LOCK,))
        row = await cursor.fetchone()
        if not row or not row[0]:
            return
        self.is_leading = True
        log.info("this node leads")
        work = asyncio.ensure_future(self._work())
        try:
            while not work.done():
                await conn.execute("SELECT 1")
                await asyncio.wait([work], timeout=CHECK_S)
            work.result()
        finally:
            self.is_leading = False
            await stop_tasks(work)
