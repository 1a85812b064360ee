"""The master key: one file beside the database, never in it. Without it no personal data can be read again."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from dispatch.errors import StartError
from dispatch.personal_keys import KEY_BYTES

FILE_NAME = "master.key"
_OTHERS = 0o007


def find_master_key(state_dir: Path) -> bytes | None:
    """The key in the state folder, if there is one; a `StartError` when the file is no key or anyone can read it."""
    path = state_dir / FILE_NAME
    try:
        text = path.read_bytes()
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StartError(
            f"the master key {path} cannot be read ({error.strerror}); run as the user who owns it"
        ) from error
    if mode & _OTHERS:
        raise StartError(f"the master key {path} can be read by anyone on this machine; run `chmod 600 {path}`")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise StartError(
            f"{path} holds no master key; put the right file back from your backup "
            "(with no personal data stored yet, remove it: a new one is made)"
        )
    return key


def make_master_key(state_dir: Path) -> bytes:
    """
    Make a key, readable by us only, and give the one that stands then: another process may have been first.

    It is linked into place whole, so that nobody ever reads half a key, and is on the disk before it is used.
    """
    path = state_dir / FILE_NAME
    unfinished = state_dir / f".{FILE_NAME}.{os.getpid()}"
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        _sync_folder(state_dir)
    except OSError as error:
        raise StartError(
            f"the master key {path} cannot be written ({error.strerror}); make the folder writable, "
            "or set SAIGON115_STATE to another folder"
        ) from error
    key = find_master_key(state_dir)
    assert key is not None
    return key


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
