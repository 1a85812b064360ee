"""Connections to PostgreSQL, and its tables brought up to date."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from dispatch.errors import StartError, Unavailable

__all__ = ["Connection", "Pool", "borrowed", "migrate", "open_pool"]

Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]

MIGRATION_LOCK = 115_002
"""Key of the advisory lock that lets one process change tables at a time."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_GIVE_UP_S = 3.0
"""The pool doubles its pause between attempts to connect, so a long attempt would sleep on after the database is back;
a short one ends, and the next command makes a new one."""
_BORROW_WITHIN_S = 2.0
"""A command that waits longer for a connection answers 503 rather than keep a dispatcher waiting (guess)."""


_LOCK_WAIT_S = 5.0
"""A process that froze while it held the append lock must not freeze the others (guess)."""
_LIMITS = {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "10s"}
"""Nothing runs for ever, and a frozen process loses its locks; whoever is stopped is told `Unavailable` (guesses)."""


@asynccontextmanager
async def open_pool(
    database_url: str, *, min_size: int = 2, max_size: int = 10, lock_wait_s: float = _LOCK_WAIT_S
) -> AsyncIterator[Pool]:
    """
    A pool of autocommitting connections: a transaction is where the code says `async with conn.transaction()`.

    A connection is tried before it is lent, so that a restart of PostgreSQL costs no command.
    """
    limits = {**_LIMITS, "lock_timeout": f"{lock_wait_s * 1000:.0f}ms"}

    async def limit(connection: Connection) -> None:
        for name, value in limits.items():
            await connection.execute("SELECT set_config(%s, %s, false)", [name, value])

    pool: Pool = AsyncConnectionPool(
        database_url,
        min_size=min_size,
        max_size=max_size,
        timeout=_BORROW_WITHIN_S,
        kwargs={"autocommit": True, "application_name": "saigon115"},
        configure=limit,
        check=AsyncConnectionPool.check_connection,
        reconnect_timeout=_GIVE_UP_S,
        open=False,
    )
    try:
        await pool.open(wait=True, timeout=10.0)
    except PoolTimeout as error:
        await pool.close()
        raise StartError("PostgreSQL gives no connection; see its log, or check DATABASE_URL") from error
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def borrowed(pool: Pool) -> AsyncIterator[Connection]:
    """A connection from the pool; whatever keeps the database from answering is told as `Unavailable`."""
    try:
        async with pool.connection() as connection:
            yield connection
    except (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout, PoolTimeout, PoolClosed) as error:
        raise Unavailable(
            "the database does not answer now; try again in a few seconds, with the same idempotency key, "
            "for it may have been recorded all the same"
        ) from error


def migrate(database_url: str) -> None:
    """
    Bring the tables up to date. Any number of servers may start at once: one migrates, the others wait for it.

    Blocks: call it before the event loop. A `StartError` when the tables come from a newer version of ours.
    """
    with closing(_connect(database_url)) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        _upgrade(database_url)


def _connect(database_url: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(database_url, autocommit=True, application_name="saigon115 migration")
    except psycopg.OperationalError as error:
        raise StartError("PostgreSQL does not answer; see its log, or check DATABASE_URL") from error


def _upgrade(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database_url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except CommandError as error:
        raise StartError(
            f"the database's tables are not known to this version of Saigon115 ({error}); "
            "start the version that made them or a newer one, or use another database"
        ) from error
    finally:
        engine.dispose()
