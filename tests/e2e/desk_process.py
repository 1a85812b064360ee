"""`saigon115 up` as a child process: started, asked, killed, and looked for afterwards."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

from dispatch.access.roles import Role
from dispatch.access.store import AccessStore
from dispatch.database import open_pool
from dispatch.paths import repo_root
from dispatch.services.folders import prepare_folders
from dispatch.services.postgres import Postgres

READY_WITHIN_S = 300.0
"""Generous: the machine may be busy with other tests. Nothing here asserts how fast the desk is."""
GONE_WITHIN_S = 180.0
_OUR_SERVICES = ("DATABASE_URL", "REDIS_URL")
_POLL = threading.Event()

T = TypeVar("T")


class DeskProcess:
    """One `saigon115 up` on a port of its own. Enter it, and it is ready; leave it, and it is gone."""

    def __init__(self, state: Path, *options: str, env: Mapping[str, str] | None = None, port: int = 0) -> None:
        self.state, self.port = state, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = _environment(state, env or {})
        self._log = state / f"up-{self.port}-{time.monotonic_ns()}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*_SAIGON115, "up", "--port", str(self.port), *options],
                env=self._env,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=repo_root(),
                start_new_session=True,
            )

    def __enter__(self) -> DeskProcess:
        try:
            wait_for(self._is_ready, READY_WITHIN_S, lambda: f"the desk is not ready; it said:\n{self.said()}")
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    @property
    def database_url(self) -> str:
        return self._env.get("DATABASE_URL") or Postgres(prepare_folders(self.state)).url()

    def said(self) -> str:
        """All that it printed, to either stream."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9: it gets no chance to do anything."""
        self.process.kill()
        self.process.wait(GONE_WITHIN_S)

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """The exit code, once it has ended by itself."""
        try:
            return self.process.wait(GONE_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def client(self, role: Role, **owner: str) -> httpx.Client:
        """An HTTP client that acts in a role; `owner` is unit_id or station_id."""
        return httpx.Client(base_url=self.url, headers=self._headers(role, **owner), timeout=60)

    def listen(self, role: Role = "dispatcher") -> ClientConnection:
        """The feed from its snapshot on. `max_queue=None`: with a full queue, the close waits ten seconds."""
        url = f"{self.url.replace('http', 'ws')}/feed"
        return connect(url, additional_headers=self._headers(role), max_size=None, max_queue=None)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `saigon115` beside the server, on the same state folder."""
        return subprocess.run(
            [*_SAIGON115, *arguments], env=self._env, capture_output=True, text=True, check=False, timeout=120
        )

    def _headers(self, role: Role, **owner: str) -> dict[str, str]:
        async def create() -> str:
            async with open_pool(self.database_url, min_size=1, max_size=1) as pool:
                return (await AccessStore(pool).tokens.create(role, by="test", **owner))[1]

        return {"Authorization": f"Bearer {asyncio.run(create())}"}

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, f"the desk ended with {self.process.returncode}; it said:\n{self.said()}"
        return ready(self.url)


_SAIGON115 = (sys.executable, "-m", "dispatch.cli")


def ready(url: str) -> bool:
    """Whether /readyz says 200."""
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def copy_city(built_state: Path, state: Path) -> Path:
    """A state folder with the city already in it; files are shared by hard links where the disk allows."""
    state.mkdir(parents=True, exist_ok=True)
    shutil.copytree(built_state / "city", state / "city", copy_function=_link)
    return state


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def processes_of(state: Path) -> list[str]:
    """Living processes that were started for this state folder: by argument, working folder or environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and _belongs(process, str(state)):
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def _belongs(process: psutil.Process, state: str) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    told = (*process.cmdline(), process.cwd(), process.environ().get("SAIGON115_STATE", ""))
    return any(state in part for part in told)


def wait_for(is_so: Callable[[], T | None], patience_s: float, why_not: Callable[[], str]) -> T:
    """The first truthy answer. A deadline for a machine in trouble, not a claim about speed."""
    give_up_at = time.monotonic() + patience_s
    while not (answer := is_so()):
        assert time.monotonic() < give_up_at, why_not()
        _POLL.wait(0.05)
    return answer


def free_port() -> int:
    """A port that nobody listens on, below those that outgoing connections are given: it must stay free for a while."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


@contextmanager
def several(*desks: DeskProcess) -> Iterator[Sequence[DeskProcess]]:
    """Desks that start at the same time; each is stopped at the end."""
    try:
        yield [desk.__enter__() for desk in desks]
    finally:
        for desk in desks:
            desk.__exit__()


def seqs(events: Sequence[Mapping[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]


def _environment(state: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would lead elsewhere: no extract, no services but those named in `more`."""
    ours = {name: value for name, value in os.environ.items() if name not in _OUR_SERVICES}
    nowhere = str(state / "no-data")
    return {**ours, "SAIGON115_STATE": str(state), "SAIGON115_DATA": nowhere, "NO_COLOR": "1", "COLUMNS": "200", **more}
