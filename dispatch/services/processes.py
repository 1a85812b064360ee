"""Starting, recognising and ending the processes of the embedded services."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from dispatch.services.service_user import ServiceUser, popen_arguments

POLL_S = 0.02
_LOG_LIMIT_BYTES = 10_000_000


def child_environment() -> dict[str, str]:
    """A small, equal environment for every child: no PG* variable of the caller's may steer our own server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def launch(command: Sequence[str], log: Path, user: ServiceUser | None) -> subprocess.Popen[bytes]:
    """
    Start a server in a session of its own, so that the terminal's Ctrl-C reaches us and not it.

    Its output is appended to `log`, which starts anew above 10 MB.
    """
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".old"))
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=child_environment(),
            start_new_session=True,
            umask=0o077,
            **popen_arguments(user),
        )


def let_go(child: subprocess.Popen[bytes] | None) -> None:
    """Take note of a child's end; of one that lives on, tell Python that it outlives us on purpose."""
    if child is not None and child.poll() is None:
        child.returncode = 0


def is_gone(pid: int) -> bool:
    """No such process, or only its entry waiting for a parent to notice."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_running_as(pid: int, name: str, in_command: str) -> bool:
    """Whether `pid` is a process of this name started with this argument: numbers are reused after a restart."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or process.name() != name:
            return False
        return any(in_command in argument for argument in process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def count_inside(folder: Path, name: str) -> int:
    """How many living processes of this name work in this folder, as PostgreSQL's do in their data."""
    count = 0
    for process in psutil.process_iter():
        try:
            count += process.name() == name and process.cwd() == str(folder) and not is_gone(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return count


def end(pid: int, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn until the process is gone, waiting the given seconds after each; at last SIGKILL."""
    for number, patience_s in (*steps, (signal.SIGKILL, 10.0)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            break
        if _wait_until_gone(pid, patience_s):
            break


def _wait_until_gone(pid: int, patience_s: float) -> bool:
    give_up_at = time.monotonic() + patience_s
    while not is_gone(pid):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(POLL_S)
    return True


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for a message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
