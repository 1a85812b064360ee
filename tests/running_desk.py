"""A desk that runs in a thread of the tests: real server, real PostgreSQL, real Valkey, real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from dispatch.access.store import AccessStore
from dispatch.app import create_app
from dispatch.database import open_pool
from dispatch.serve import load_city
from dispatch.services import Services
from dispatch.settings import Settings
from tests.dispatch.conftest import scratch_database

T = TypeVar("T")

READY_WITHIN_S = 300.0
"""Generous: the machine may be busy with other tests. Nothing here asserts how fast the desk is."""


@dataclass(frozen=True)
class Live:
    """The desk's address, and a way to get tokens and accounts for it."""

    url: str
    database_url: str
    app: Any

    def token(self, role: Any, **owner: str) -> str:
        """A new bearer token; `owner` is unit_id, station_id or hospital_id."""
        return self._with_access(lambda store: store.tokens.create(role, by="test", **owner))[1]

    def tokens_of(self, owners: Sequence[tuple[str, str]]) -> list[str]:
        """Tokens of many crews and stations at once; `owners` are ("unit" or "station", id)."""

        async def make(store: AccessStore) -> list[str]:
            found = []
            for kind, one in owners:
                role: Any = "crew" if kind == "unit" else "station"
                found.append((await store.tokens.create(role, by="test", **{f"{kind}_id": one}))[1])
            return found

        return self._with_access(make)

    def add_account(self, username: str, password: str, *roles: Any, **owner: str) -> None:
        self._with_access(lambda store: store.accounts.add(username, password, roles, by="test", **owner))

    def client(self, role: Any, **owner: str) -> httpx.Client:
        """An HTTP client that acts in a role."""
        headers = {"Authorization": f"Bearer {self.token(role, **owner)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def _with_access(self, work: Callable[[AccessStore], Coroutine[Any, Any, T]]) -> T:
        """In a thread of its own: a browser driver may keep an event loop in ours."""

        async def in_pool() -> T:
            async with open_pool(self.database_url, min_size=1, max_size=1) as pool:
                return await work(AccessStore(pool))

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, in_pool()).result()


@contextmanager
def running_desk(
    services: Services, template_database: str, city_dir: Path, state: Path, **settings: Any
) -> Iterator[Live]:
    """A desk on a fresh copy of the database; `state` is its folder, the rest changes its settings."""
    with scratch_database(services.database_url, template_database) as database_url:
        state.mkdir(exist_ok=True)
        chosen = Settings(state=state, database_url=database_url, redis_url=services.redis_url, **settings)
        app = create_app(chosen, Services(database_url, services.redis_url, False), load_city(city_dir))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="websockets-sansio"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="desk")
            thread.start()
            try:
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                _wait_until_ready(url, thread)
                yield Live(url, database_url, app)
            finally:
                server.should_exit = True
                thread.join(READY_WITHIN_S)


def _wait_until_ready(url: str, thread: threading.Thread) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    with httpx.Client() as client:
        while time.monotonic() < give_up_at:
            assert thread.is_alive(), "the desk stopped while starting"
            try:
                if client.get(f"{url}/readyz", timeout=60).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            threading.Event().wait(0.05)
    raise AssertionError("the desk did not get ready")
