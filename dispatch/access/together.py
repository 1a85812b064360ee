"""Questions that come while one is being asked are asked together after it: hundreds of phones, one query at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Together(Generic[K, V]):
    """`ask_all` answers many keys at once and leaves out those it does not know. A failure is everybody's who asked."""

    def __init__(self, ask_all: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask_all = ask_all
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V | None:
        """The answer to one key, None where there is none."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_what_waits(), name="ask together")
        return await asyncio.shield(future)  # who gives up takes nobody else along

    async def _ask_what_waits(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await self._ask_all(list(asked))
            except asyncio.CancelledError:
                for future in asked.values():
                    future.cancel()
                raise
            except Exception as error:
                for future in asked.values():
                    future.set_exception(error)
                    future.exception()  # it may be that nobody waits any more
                continue
            for key, future in asked.items():
                future.set_result(found.get(key))
