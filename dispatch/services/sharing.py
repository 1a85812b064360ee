"""Who uses the embedded services now: file locks, which the kernel drops even when a process is killed."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dispatch.errors import StartError

PATIENCE_S = 150.0
"""How long one start or stop may take before another gives up waiting for it. Guess: crash recovery is the longest."""
_POLL_S = 0.05


class Sharing:
    """
    One user's place among all processes that share the services of a state folder.

    Two locks: `services.lock` is held only while services are being started or stopped; `services.users` is
    held shared by every user for as long as it lives. The last to leave finds no other holder and may stop them.

    Weakness: a child made by fork without exec keeps its parent's place.
    """

    def __init__(self, state_dir: Path) -> None:
        self._change = _open(state_dir / "services.lock")
        self._users = _open(state_dir / "services.users")

    def close(self) -> None:
        """Give up the place; never stops anything."""
        self._users.close()
        self._change.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the right to start or stop services; others wait."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not _try_lock(self._change, fcntl.LOCK_EX):
            if time.monotonic() > give_up_at:
                raise StartError(
                    f"another saigon115 has been starting or stopping the services for {PATIENCE_S:.0f} s "
                    f"({self._change.name} is locked); end that process, then start again"
                )
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            fcntl.flock(self._change, fcntl.LOCK_UN)

    def join(self) -> None:
        """Be a user. Only inside `changing`."""
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Be no user any more; true when nobody else is one. Only inside `changing`."""
        fcntl.flock(self._users, fcntl.LOCK_UN)
        was_last = _try_lock(self._users, fcntl.LOCK_EX)
        fcntl.flock(self._users, fcntl.LOCK_UN)
        return was_last


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a")
    except OSError as error:
        raise StartError(
            f"{path} cannot be written ({error.strerror}); run as the user who owns the folder, "
            "or set SAIGON115_STATE to a folder of your own"
        ) from error


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
