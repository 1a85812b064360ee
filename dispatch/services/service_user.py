"""
PostgreSQL refuses to run as root. Started by root, the services run as the system user `pgserver`.

The wheel would open every folder above the data, and above the environment, for reading by everybody. Here
nothing is opened to everybody: `pgserver` alone may pass through the folders above the state folder (an access
control entry each), and where it can't reach the wheels' programs they are copied into the state folder.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import struct
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from dispatch.errors import StartError

NAME = "pgserver"
_OTHERS_MAY_PASS = 0o001
_ACL = "system.posix_acl_access"
_ACL_VERSION = 2
_OWNER, _USER, _GROUP, _NAMED_GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32
_NOBODY = 0xFFFFFFFF
_PASS = 1


class PopenUser(TypedDict, total=False):
    """The arguments of `subprocess` that give a child another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class ServiceUser:
    uid: int
    gid: int


def popen_arguments(user: ServiceUser | None) -> PopenUser:
    """None: the child runs as we do."""
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}


def service_user() -> ServiceUser | None:
    """The system user for the services, made when missing; `None` when we are not root and need no other user."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _make_user()
    return ServiceUser(entry.pw_uid, entry.pw_gid)


def _make_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise StartError(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made ({error}); "
            f"make it by hand (useradd --system {NAME}), start as an ordinary user, or set DATABASE_URL"
        ) from error


def give_folder(folder: Path, user: ServiceUser | None) -> Path:
    """Make a folder that only the services (and root) may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)
    return folder


def let_through(folder: Path, user: ServiceUser) -> None:
    """Let the user pass through `folder` and every folder above it, without letting it list them."""
    for step in (folder, *folder.parents):
        if step.stat().st_mode & _OTHERS_MAY_PASS:
            continue
        try:
            _let_pass(step, user.uid)
        except OSError as error:
            raise StartError(
                f"PostgreSQL's system user {NAME} cannot pass through {step}, and the disk takes no entry for it "
                f"({error.strerror}); set SAIGON115_STATE to a folder such as /var/lib/saigon115"
            ) from error


def _let_pass(folder: Path, uid: int) -> None:
    """Add the entry `user:UID:--x` to the folder's access control list (the kernel's own format)."""
    entries = [entry for entry in _entries(folder) if entry[0] != _MASK and entry[::2] != (_USER, uid)]
    entries.append((_USER, _PASS, uid))
    mask = 0
    for tag, allowed, _ in entries:
        if tag in (_USER, _GROUP, _NAMED_GROUP):
            mask |= allowed
    entries.append((_MASK, mask, _NOBODY))
    entries.sort(key=lambda entry: (entry[0], entry[2]))
    raw = struct.pack("<I", _ACL_VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    os.setxattr(folder, _ACL, raw)


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        mode = folder.stat().st_mode
        return [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_GROUP, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    return [(tag, allowed, who) for tag, allowed, who in struct.iter_unpack("<HHI", raw[4:])]


@dataclass(frozen=True)
class Wheel:
    """An installed wheel's programs: `parts` are the folders under site-packages that a program needs to run."""

    package: str
    name: str
    parts: tuple[str, ...]

    def site(self) -> Path:
        found = find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            raise StartError(f"the package {self.name} is not installed; run `make setup` again")
        return Path(found.submodule_search_locations[0]).parent

    def program(self, relative: str, store: Path, user: ServiceUser | None) -> Path:
        """
        The program where it was installed, or, where the user cannot run it, its copy in `store` (made once).

        An environment in root's home, or installed under a narrow umask, is out of the service user's reach.
        """
        site = self.site()
        installed = next(iter(sorted(site.glob(relative))), None)
        if installed is None:
            raise StartError(f"the package {self.name} has no {relative} for this machine; set its URL instead")
        if user is None or _can_run(installed, user):
            return installed
        copy = store / f"{self.name}-{version(self.name)}"
        if not copy.exists():
            self._copy(site, copy)
        return copy / installed.relative_to(site)

    def _copy(self, site: Path, copy: Path) -> None:
        unfinished = copy.with_name(copy.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in self.parts:
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        for path in (copy.parent, unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
        unfinished.replace(copy)


def _can_run(program: Path, user: ServiceUser) -> bool:
    try:
        result = subprocess.run(
            [program, "--version"], capture_output=True, cwd="/", check=False, **popen_arguments(user)
        )
    except PermissionError:
        return False
    return result.returncode == 0
