"""
PostgreSQL and Valkey: given by URL, or started from their wheels.

One code path for all who need them: the server, `saigon115 token create` beside it, and the tests. Every user of
a state folder holds a place (`sharing`); the first starts the services, later ones join, the last to leave stops
them. A killed process loses its place by itself, and its services run on until the next user adopts them.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from dispatch.services.external import check_postgres, check_redis
from dispatch.services.folders import prepare_folders
from dispatch.services.postgres import Postgres
from dispatch.services.sharing import Sharing
from dispatch.services.valkey import Valkey

__all__ = ["Progress", "Services", "running_postgres", "running_services"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Services:
    """Where to reach them. `embedded`: at least one was started from its wheel."""

    database_url: str
    redis_url: str
    embedded: bool


@contextmanager
def running_services(
    state_dir: Path, database_url: str | None, redis_url: str | None, progress: Progress | None = None
) -> Iterator[Services]:
    """
    Services that run for as long as the block does. Blocks while it starts them: enter it before the event loop.

    On the main thread SIGTERM and SIGHUP end the block as SystemExit, so that it can stop what it started; while
    it stops, a second Ctrl-C is ignored: stopping takes a fraction of a second, and a minute at the very most.
    """
    if database_url:
        check_postgres(database_url)
    if redis_url:
        check_redis(redis_url)
    if database_url and redis_url:
        yield Services(database_url, redis_url, embedded=False)
        return
    with _shared(state_dir, progress, postgres=not database_url, valkey=not redis_url) as (postgres, valkey):
        yield Services(database_url or postgres.url(), redis_url or valkey.url(), embedded=True)


@contextmanager
def running_postgres(state_dir: Path, database_url: str | None, progress: Progress | None = None) -> Iterator[str]:
    """The address of PostgreSQL alone, for commands that need nothing else; as `running_services` otherwise."""
    if database_url:
        check_postgres(database_url)
        yield database_url
        return
    with _shared(state_dir, progress, postgres=True, valkey=False) as (server, _):
        yield server.url()


@contextmanager
def _shared(
    state_dir: Path, progress: Progress | None, *, postgres: bool, valkey: bool
) -> Iterator[tuple[Postgres, Valkey]]:
    """A place among the users of the state folder's services, and those wanted running."""
    folders = prepare_folders(state_dir)
    servers = (Postgres(folders), Valkey(folders))
    starts = [start for start, is_wanted in ((servers[0].start, postgres), (servers[1].start, valkey)) if is_wanted]
    sharing = Sharing(folders.state)
    with _ending_signals_raise():
        try:
            with sharing.changing():
                sharing.join()
                for start in starts:
                    start(progress or (lambda _: None))
            yield servers
        finally:
            with _signals_wait():
                _leave(sharing, servers)


def _leave(sharing: Sharing, servers: tuple[Postgres, Valkey]) -> None:
    """The last stops whatever runs here, leftovers of a killed run included."""
    with sharing.changing():
        is_last = sharing.leave()
        for server in reversed(servers):
            if is_last:
                server.stop()
            else:
                server.leave_running()
    sharing.close()


@contextmanager
def _ending_signals_raise() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit, where nobody else has a handler for them."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handlers(dict.fromkeys((signal.SIGTERM, signal.SIGHUP), leave), only_default=True):
        yield


@contextmanager
def _signals_wait() -> Iterator[None]:
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with _handlers(dict.fromkeys(ending, signal.SIG_IGN), only_default=False):
        yield


_Handler = Callable[[int, FrameType | None], Any] | int | None


@contextmanager
def _handlers(wanted: Mapping[signal.Signals, _Handler], *, only_default: bool) -> Iterator[None]:
    """Handlers can be set on the main thread only; elsewhere signals stay as they are."""
    before: dict[signal.Signals, _Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for number, handler in wanted.items():
            if not only_default or signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler set from C cannot be set again from Python
                signal.signal(number, handler)
