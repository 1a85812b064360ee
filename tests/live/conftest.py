"""A running desk on the skeleton city: real server, real PostgreSQL, real Valkey, real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from dispatch.access.store import AccessStore
from dispatch.app import create_app
from dispatch.database import open_pool
from dispatch.serve import load_city
from dispatch.services import Services
from dispatch.settings import Settings
from tests.dispatch.conftest import redis_url, scratch_database, services, short_dir, template_database

__all__ = ["redis_url", "services", "short_dir", "template_database"]


@dataclass(frozen=True)
class Live:
    """The desk's address and a way to get tokens for it."""

    url: str
    database_url: str
    app: Any

    def token(self, role: Any, **owner: str) -> str:
        """A new bearer token; `owner` is unit_id or station_id."""

        async def create() -> str:
            async with open_pool(self.database_url, min_size=1, max_size=1) as pool:
                return (await AccessStore(pool).tokens.create(role, by="test", **owner))[1]

        return asyncio.run(create())

    def client(self, role: Any, **owner: str) -> httpx.Client:
        """An HTTP client that acts in a role."""
        headers = {"Authorization": f"Bearer {self.token(role, **owner)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)


@pytest.fixture(scope="session")
def live(services: Services, template_database: str, whole_city: Path, short_dir: Path) -> Iterator[Live]:
    """One desk for all tests of this folder; each test opens incidents of its own."""
    with scratch_database(services.database_url, template_database) as database_url:
        settings = Settings(
            state=short_dir / "live", database_url=database_url, redis_url=services.redis_url, offer_timeout_s=3.0
        )
        settings.state.mkdir(exist_ok=True)
        app = create_app(settings, Services(database_url, services.redis_url, False), load_city(whole_city))
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="desk")
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        _wait_until_ready(url, thread)
        yield Live(url, database_url, app)
        server.should_exit = True
        thread.join(20)
        listener.close()


def _wait_until_ready(url: str, thread: threading.Thread) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
        for _ in range(400):
            assert thread.is_alive(), "the desk stopped while starting"
            try:
                if client.get(f"{url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            threading.Event().wait(0.05)
    raise AssertionError("the desk did not get ready")
