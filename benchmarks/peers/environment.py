"""
The peers' own environment, `.venv-peers`: their wheels need Python 3.12 or newer, ours runs on 3.11 too.

Pinned with checksums in requirements.lock, which names no index: yours is used.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = ".venv-peers"
LOCK: Final = Path(__file__).with_name("requirements.lock")
_NEEDS: Final = ">=3.12"
# Names tried when uv finds no interpreter by itself, newest first.
_NAMES: Final = ("python3.14", "python3.13", "python3.12")


class NoPeersError(Exception):
    """The peers cannot be had on this machine; the message says what is missing and what to do."""


def peers_python(root: Path) -> Path:
    """The interpreter of the peers' environment below `root`, made or renewed when it is not as the lock says."""
    folder = root / FOLDER
    python, stamp = folder / "bin" / "python", folder / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if python.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return python
    uv = _uv()
    print(f"· making the peers' environment in {FOLDER}", file=sys.stderr)
    _run(uv, "venv", "--quiet", "--clear", "--python", _find_python(uv), folder)
    _run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "--no-deps", "-r", LOCK)
    stamp.write_text(wanted)
    return python


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise NoPeersError("uv is missing; `make setup` puts it into .venv/bin")
    return found


def _find_python(uv: str) -> str:
    """`PEERS_PYTHON`, or one that uv knows (its own, or on the path), or one of pyenv's."""
    if given := os.environ.get("PEERS_PYTHON"):
        return given
    known = subprocess.run(
        [uv, "python", "find", "--no-project", "--system", "--no-python-downloads", _NEEDS],
        capture_output=True,
        text=True,
        check=False,
    )
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    installed = [
        path / "bin" / name for name in _NAMES for path in sorted(pyenv.glob(name.removeprefix("python") + ".*"))
    ]
    candidates = [known.stdout.strip(), *map(str, installed), *(shutil.which(name) or "" for name in _NAMES)]
    for candidate in candidates:
        if candidate and _is_new_enough(candidate):
            return candidate
    raise NoPeersError(
        f"OSRM's and Valhalla's wheels need Python {_NEEDS}, and none was found by uv, on the path or in pyenv; "
        "install one (for example `.venv/bin/uv python install 3.13`) or set PEERS_PYTHON to it"
    )


def _is_new_enough(python: str) -> bool:
    probe = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 12))"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(*command: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoPeersError(f"the peers' environment could not be made:\n{done.stderr.strip()}")
