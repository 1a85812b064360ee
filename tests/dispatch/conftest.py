"""Real PostgreSQL and Valkey for every test that asks: embedded once a session, or those given by URL."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from psycopg import sql

from dispatch.database import Pool, migrate, open_pool
from dispatch.services import Services, running_services


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder with a short path, as sockets need."""
    folder = Path(tempfile.mkdtemp(prefix="s115-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def services(short_dir: Path) -> Iterator[Services]:
    """`DATABASE_URL` and `REDIS_URL` where set, else servers from the wheels."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    with running_services(short_dir / "state", *given) as running:
        yield running


@pytest.fixture(scope="session")
def template_database(services: Services) -> Iterator[str]:
    """The name of a migrated database that nobody connects to: copies of it cost milliseconds."""
    with scratch_database(services.database_url) as url:
        migrate(url)
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def database_url(services: Services, template_database: str) -> Iterator[str]:
    """A fresh, migrated database for one test."""
    with scratch_database(services.database_url, template_database) as url:
        yield url


@pytest.fixture
def empty_database_url(services: Services) -> Iterator[str]:
    """A fresh database without any table."""
    with scratch_database(services.database_url) as url:
        yield url


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, max_size=4) as opened:
        yield opened


@pytest.fixture
def redis_url(services: Services) -> str:
    """Database 15 of the Valkey, emptied for each test: a given one keeps the rest of its data."""
    url = services.redis_url.partition("?")[0] + "?db=15"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@contextmanager
def scratch_database(server_url: str, template: str = "template0") -> Iterator[str]:
    name = f"saigon115_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        names = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
