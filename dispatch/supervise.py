"""Background work that must not die unseen: a failure is loud, and the work begins anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

RESTART_AFTER_S = 1.0

log = structlog.get_logger()


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` until cancelled; whenever it fails or ends, log why and start it again a second later."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("background work failed and begins anew", work=name)
        await asyncio.sleep(RESTART_AFTER_S)


async def stop_tasks(*tasks: asyncio.Future[None]) -> None:
    """
    Cancel and wait until all have ended, whatever they end with.

    Asks again every half second: before Python 3.12 `asyncio.wait_for` loses a cancellation that meets a result.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=0.5)
        for task in ended:
            if not task.cancelled():
                task.exception()  # looked at, so that nobody complains that it was not
