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
