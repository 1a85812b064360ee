"""
Runs the simulations that wait, a few at a time, each in a process of its own at low priority.

A thread, so that the desk's event loop never waits for it. Of several servers with one state folder one runs them
(a lock in the folder); another takes over when it is gone. A job that was running when its server ended is told as
failed: half a simulation says nothing.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
import structlog

from simulator.jobs import Job, JobStore, Progress, Trouble

SLOTS = 2
"""Simulations at a time: one long comparison does not hold up a short run (guess)."""
LOOK_EVERY_S, AFTER_TROUBLE_S = 0.3, 10.0
STOPPED = Trouble("simulation", "the server stopped while it ran", "run it again")

log = structlog.get_logger()


class JobRunner:
    """`city`: the built city that the desk uses; the table of travel times is kept in the desk's state folder."""

    def __init__(self, store: JobStore, city: Path, state: Path) -> None:
        self.store, self.city, self.state = store, city, state
        self._stop, self._look = threading.Event(), threading.Event()
        self._running: dict[str, _Running] = {}

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Run what waits until the block ends; what runs then is ended and told as failed."""
        thread = threading.Thread(target=self._run, name="simulations", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._look.set()
            await asyncio.to_thread(thread.join)

    def look(self) -> None:
        """There may be something new: look at once."""
        self._look.set()

    def _run(self) -> None:
        try:
            self.store.folder.mkdir(parents=True, exist_ok=True)
            with (self.store.folder / ".runner").open("w") as lock:
                while not self._stop.is_set() and not _take(lock):
                    self._stop.wait(2.0)
                if not self._stop.is_set():
                    self._work()
        except Exception:
            log.exception("simulations are not run any more; start the server again")

    def _work(self) -> None:
        self.store.tidy()
        for job in self.store.all():
            if job.status == "running":
                self.store.put(job, status="failed", error=STOPPED, ended_at=datetime.now(UTC))
        while not self._stop.is_set():
            self._look.clear()
            try:
                self._step()
            except OSError:  # a full disk, say: what waits goes on once there is room
                log.exception("simulations cannot go on now; trying again", again_in_s=AFTER_TROUBLE_S)
                self._stop.wait(AFTER_TROUBLE_S)
            self._look.wait(LOOK_EVERY_S if self._running else 5 * LOOK_EVERY_S)
        for one in self._running.values():
            one.kill()
            self.store.put(one.job, status="failed", error=STOPPED, ended_at=datetime.now(UTC))

    def _step(self) -> None:
        """What has ended, what is cancelled, what may begin."""
        for job_id, one in list(self._running.items()):
            try:
                if one.follow(self.store):
                    del self._running[job_id]
            except Exception:
                log.exception("a simulation could not be followed", simulation=job_id)
                one.kill()
                del self._running[job_id]
        for job in self.store.all():
            if job.status != "queued":
                continue
            if self.store.is_cancelled(job):
                self.store.put(job, status="cancelled", ended_at=datetime.now(UTC))
            elif len(self._running) < SLOTS:
                self._start(job)

    def _start(self, job: Job) -> None:
        try:
            self._running[job.id] = _Running(self.store, job, self.city, self.state)
        except OSError as error:
            log.exception("a simulation could not begin", simulation=job.id)
            trouble = Trouble(
                "simulation", f"it could not begin ({error.strerror})", "free memory or disk; run it again"
            )
            self.store.put(job, status="failed", error=trouble, ended_at=datetime.now(UTC))


class _Running:
    """A process, and what it said last."""

    def __init__(self, store: JobStore, job: Job, city: Path, state: Path) -> None:
        self.folder = store.path(job)
        self._trouble: Trouble | None = None
        self._progress: Progress | None = None
        self.job = store.put(job, status="running", started_at=datetime.now(UTC))
        with (self.folder / "log.txt").open("wb") as log_file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "simulator.job_worker", str(self.folder), str(city)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log_file,
                env={**os.environ, "SAIGON115_STATE": str(state), "OMP_NUM_THREADS": "1"},
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._ear = threading.Thread(target=self._hear, args=(self._process.stdout,), daemon=True)
        self._ear.start()

    def follow(self, store: JobStore) -> bool:
        """Write down what is new. True once it is over."""
        if store.is_cancelled(self.job):
            self.kill()
            self.job = store.put(self.job, status="cancelled", ended_at=datetime.now(UTC), progress=None)
            return True
        ended = self._process.poll()
        if ended is None:
            if self._progress != self.job.progress:
                self.job = store.put(self.job, progress=self._progress)
            return False
        self.kill()
        now = datetime.now(UTC)
        if ended == 0:
            self.job = store.put(self.job, status="done", ended_at=now, progress=None)
        else:
            self.job = store.put(self.job, status="failed", ended_at=now, error=self._trouble or _why(ended))
        return True

    def kill(self) -> None:
        """End it and its own workers; leave nothing half done."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._ear.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self.folder / "results.part", ignore_errors=True)

    def _hear(self, lines: IO[bytes]) -> None:
        for line in lines:
            with suppress(msgspec.MsgspecError):
                said = msgspec.json.decode(line)
                if "Trouble" in said:
                    self._trouble = msgspec.convert(said["Trouble"], Trouble)
                else:
                    self._progress = msgspec.convert(said["Progress"], Progress)


def _why(ended: int) -> Trouble:
    if ended < 0:
        fact = f"its process was ended by {signal.Signals(-ended).name}, perhaps for want of memory"
        return Trouble("simulation", fact, "make it shorter, or ask for fewer replications")
    return Trouble("simulation", "it failed in a way that we did not foresee", "tell the operator: log.txt says where")


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
