"""
Simulations asked for over HTTP, as folders: what was asked, how far it is, and the results once it is done.

    <state>/simulations/<id>/   job.json · scenarios/*.toml · results/ · log.txt · cancel (a mark)

A folder appears and disappears whole, and `results` appears only when it is complete. Who runs them is in
`job_runner`; a server that does not run them (another one of the same machine does) may still ask, list and cancel.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

import msgspec

from dispatch.errors import NotFound, Refused, Unavailable

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
JobKind = Literal["run", "comparison", "ahead"]
WAITING_MOST, KEPT_MOST = 20, 200
"""Jobs that may wait, and jobs that are kept; beyond that one says so (guesses)."""
ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{9}")
FILES: dict[JobKind, tuple[str, ...]] = {
    "run": ("summary.json", "calls.parquet", "report.html", "map.json", "run.json"),
    "ahead": ("ahead.json", "run.json"),
    "comparison": ("comparison.json", "replications.csv", "report.html", "map.json", "run.json"),
}


START_FILE, ASKED_FILE = "start.json", "asked.json"
"""Of a look ahead, beside where the others have their scenarios: what it starts from, and what is asked of it."""


class Trouble(msgspec.Struct, frozen=True):
    """Why a job failed: the thing, the fact and the way out."""

    thing: str
    fact: str
    way_out: str


class Progress(msgspec.Struct, frozen=True):
    """What a job does now; `done` of `total` where that is known."""

    said: str
    done: int | None = None
    total: int | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`scenarios`: file names in `scenarios/`, the baseline first. Times are when it was asked, begun, ended."""

    id: str
    name: str
    kind: JobKind
    by: str
    scenarios: tuple[str, ...]
    replications: int | None = None
    half_width: float | None = None
    status: JobStatus = "queued"
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    progress: Progress | None = None
    error: Trouble | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ("done", "failed", "cancelled")


class JobStore:
    """The folders. Every change is a whole file or folder put in place at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, job: Job, scenarios: dict[str, str]) -> None:
        """Keep a new job; `scenarios` is TOML by file name. Raises Unavailable or Refused when there are too many."""
        known = list(self.all())
        if sum(one.status == "queued" for one in known) >= WAITING_MOST:
            raise Unavailable(
                f"{WAITING_MOST} simulations wait already; wait for one to end or cancel one", retry_after_s=60
            )
        if len(known) >= KEPT_MOST:
            raise Refused(f"{KEPT_MOST} simulations are kept; erase some that are no longer needed")
        new = self.folder / f".new-{job.id}"
        new.mkdir(parents=True, mode=0o700)  # a look ahead's start tells of open incidents
        (new / "scenarios").mkdir()
        for name, text in scenarios.items():
            (new / "scenarios" / name).write_text(text, encoding="utf-8")
        (new / "job.json").write_bytes(msgspec.json.encode(job))
        new.rename(self.folder / job.id)

    def all(self) -> Iterator[Job]:
        """Every job, the oldest first."""
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                if ID.fullmatch(path.name) and (found := self._read(path)):
                    yield found

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""
        found = self._read(self.folder / job_id) if ID.fullmatch(job_id) else None
        if found is None:
            raise NotFound(f"no simulation {job_id!r}; GET /api/v1/simulations lists them")
        return found

    def put(self, job: Job, **changes: Any) -> Job:
        """Change a job that is still kept."""
        changed = msgspec.structs.replace(job, **changes)
        part = self.path(job) / "job.part"
        part.write_bytes(msgspec.json.encode(changed))
        part.replace(self.path(job) / "job.json")
        return changed

    def path(self, job: Job) -> Path:
        return self.folder / job.id

    def asked(self, job: Job) -> Any:
        """What a look ahead was asked; None of other jobs."""
        path = self.path(job) / "scenarios" / ASKED_FILE
        return msgspec.json.decode(path.read_bytes()) if path.is_file() else None

    def ask_to_cancel(self, job: Job) -> None:
        """Leave the mark that the runner looks for."""
        (self.path(job) / "cancel").touch()

    def is_cancelled(self, job: Job) -> bool:
        return (self.path(job) / "cancel").exists()

    def erase(self, job: Job) -> None:
        """Everything of a job that is over, gone at once."""
        gone = self.folder / f".gone-{job.id}"
        self.path(job).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def tidy(self) -> None:
        """Throw away what a killed server left half made or half erased."""
        for path in [*self.folder.glob(".new-*"), *self.folder.glob(".gone-*"), *self.folder.glob("*/results.part")]:
            shutil.rmtree(path, ignore_errors=True)

    def file(self, job: Job, name: str) -> Path:
        """A file to download. Raises NotFound, saying which there are."""
        names = self.files(job)
        if name not in names:
            there = f"there are {', '.join(names)}" if names else "nothing is there before it is done"
            raise NotFound(f"simulation {job.id} ({job.status}) has no file {name!r}; {there}")
        return self._files_of(job)[name]

    def files(self, job: Job) -> list[str]:
        return [name for name, path in self._files_of(job).items() if path.is_file()]

    def _files_of(self, job: Job) -> dict[str, Path]:
        folder = self.path(job)
        results = FILES[job.kind] if job.status == "done" else ()
        scenarios = {name: folder / "scenarios" / name for name in job.scenarios}
        return {name: folder / "results" / name for name in results} | scenarios

    def _read(self, path: Path) -> Job | None:
        try:
            return msgspec.json.decode((path / "job.json").read_bytes(), type=Job)
        except (OSError, msgspec.MsgspecError):
            return None  # erased meanwhile, or no job of ours


def new_id(now: datetime) -> str:
    """In order of time, to the microsecond: who asked first runs first."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{now.microsecond:05x}{token_hex(2)}"
