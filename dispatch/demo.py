"""The demo load as a child process: a client like any other, with a token of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import structlog

from dispatch.access.tokens import Tokens
from dispatch.errors import Saigon115Error
from dispatch.parts import Parts
from dispatch.paths import repo_root
from dispatch.supervise import stop_tasks

STOP_WITHIN_S = 3.0
LABEL = "demo load"
ME = "system:demo"

log = structlog.get_logger()


class Demo:
    """Starts `simulator.drive` against the server that has just started, and stops it with it."""

    def __init__(self, url: str, city_dir: Path, speed: float, calls_per_hour: float) -> None:
        self._url, self._city_dir, self._speed, self._calls_per_hour = url, city_dir, speed, calls_per_hour
        self._tokens: Tokens | None = None
        self._token_id = ""
        self._secret: str | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def prepare(self, parts: Parts) -> None:
        """Make a token for this run; those of earlier runs, which were killed, are revoked."""
        self._tokens = parts.access.tokens
        for token in await self._tokens.list_all():
            if token.label == LABEL and token.revoked_at is None:
                await self._tokens.revoke(token.id, by=ME)
        made, self._secret = await self._tokens.create("demo", label=LABEL, by=ME)
        self._token_id = made.id

    async def start(self) -> None:
        """Begin to play. The child sees our pid, and ends by itself when we are gone."""
        if self._secret is None:
            return
        arguments = (
            "--i-own-this-host",
            "--url",
            self._url,
            "--city",
            str(self._city_dir),
            "--parent",
            str(os.getpid()),
        )
        pace = ("--i-own-this-host", "--speed", str(self._speed), "--calls-per-hour", str(self._calls_per_hour))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "simulator.drive",
            *arguments,
            *pace,
            cwd=repo_root(),
            env={**os.environ, "SAIGON115_TOKEN": self._secret},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # its closing count is for those who run it by hand
            start_new_session=True,
        )
        self._watch = asyncio.create_task(_tell_end(self._process), name="watch the demo load")
        log.info("the demo load plays", pid=self._process.pid)

    def end(self) -> None:
        """Make sure that the child is gone, when there is no event loop any more to wait in."""
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(psutil.NoSuchProcess):
            child = psutil.Process(self._process.pid)
            child.terminate()
            try:
                child.wait(STOP_WITHIN_S)
            except psutil.TimeoutExpired:
                child.kill()

    async def stop(self) -> None:
        """End the child, then its token. Call it while the database is there; once more does no harm."""
        if self._watch:
            await stop_tasks(self._watch)
        await self._stop_child()
        tokens, self._tokens = self._tokens, None
        if tokens:
            self._secret = None
            try:
                await tokens.revoke(self._token_id, by=ME)
            except Saigon115Error as error:
                log.warning("the demo's token is not revoked; the next demo will do it", why=str(error))

    async def _stop_child(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _tell_end(child: asyncio.subprocess.Process) -> None:
    """Nobody told it to stop: who looks at a quiet screen should know why it is quiet."""
    code = await child.wait()
    log.error("the demo load ended by itself; start again with --demo to have it back", exit_code=code)
