"""Claims about the tables: made once however many start at once, and what is recorded stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from dispatch.database import Pool, borrowed, migrate, open_pool
from dispatch.errors import StartError, Unavailable
from dispatch.services import running_services

EVENT = """
INSERT INTO events (seq, stream, version, type, data, actor, at, recorded_at, prev_hash, hash)
VALUES (%s, 'incident:1', %s, 'IncidentOpened', '{"incident_id": "1"}', 'user:a', now(), now(), '', '')
"""


def test_two_servers_that_migrate_at_once_both_succeed(empty_database_url: str) -> None:
    program = "import sys; from dispatch.database import migrate; migrate(sys.argv[1])"
    starting = [subprocess.Popen([sys.executable, "-c", program, empty_database_url]) for _ in range(3)]
    assert [process.wait(60) for process in starting] == [0, 0, 0]
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(EVENT, [1, 1])
    migrate(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT seq FROM events").fetchall() == [(1,)]


def test_tables_of_a_newer_version_are_refused_with_a_way_out(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match=r"not known to this version.*9999.*newer one"):
        migrate(database_url)


@pytest.mark.parametrize(
    "change", ["UPDATE events SET actor = 'user:b'", "DELETE FROM events", "TRUNCATE events", "TRUNCATE audit"]
)
def test_what_is_recorded_cannot_be_changed(database_url: str, change: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(EVENT, [1, 1])
        with pytest.raises(psycopg.errors.RestrictViolation, match="stays as it is"):
            connection.execute(change.encode())
        assert connection.execute("SELECT actor FROM events").fetchall() == [("user:a",)]


def test_a_stream_has_each_version_once(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(EVENT, [1, 1])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(EVENT, [2, 1])


async def test_a_lost_database_is_told_as_unavailable(pool: Pool) -> None:
    with pytest.raises(Unavailable, match="try again"):
        async with borrowed(pool) as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_pool_outlives_the_loss_of_its_connections(pool: Pool) -> None:
    async with borrowed(pool) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(3):
        async with borrowed(pool) as connection:
            assert await (await connection.execute("SELECT 1")).fetchone() == (1,)


async def test_after_an_outage_the_next_commands_succeed(state: Path) -> None:
    with running_services(state, None, None) as services:
        async with open_pool(services.database_url) as pool:
            first = await one(pool, "SELECT pg_postmaster_start_time()")
            kill_postgres(state)
            await until_it_is_unavailable(pool)
            with running_services(state, None, None):
                assert await until_it_answers(pool, "SELECT pg_postmaster_start_time()") > first


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="s115-"))
    yield folder
    shutil.rmtree(folder)


def kill_postgres(state: Path) -> None:
    process = psutil.Process(int((state / "postgres" / "postmaster.pid").read_text().split()[0]))
    process.kill()


async def one(pool: Pool, query: str) -> Any:
    async with borrowed(pool) as connection:
        row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return row[0]


async def until_it_is_unavailable(pool: Pool) -> None:
    """The killed server's processes live on for a moment."""
    for _ in range(10_000):
        try:
            await one(pool, "SELECT 1")
        except Unavailable:
            return
    raise AssertionError("the database never went away")


async def until_it_answers(pool: Pool, query: str) -> Any:
    for _ in range(10):
        try:
            return await one(pool, query)
        except Unavailable:
            continue
    raise AssertionError("the pool did not come back")
