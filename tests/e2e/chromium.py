"""
Chromium for the browser tests: found, or fetched. `python -m tests.e2e.chromium` is what `make test` calls first.

Looked for in this order: the program that `SAIGON115_CHROMIUM` names, a system's own, Playwright's own. One that does
not start (a snap's placeholder, missing libraries) does not count. Without any, tests fail; they never skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMED_BY = "SAIGON115_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAY_OUT = (
    f"install Chromium (on Debian: apt-get install chromium), or set {NAMED_BY} to the program of a Chromium "
    "or Chrome that is here already, and run again"
)


class NoChromium(Exception):
    """No Chromium that starts; the message says the way out."""


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path:
    """The program to start. Raises NoChromium."""
    if given := environ.get(NAMED_BY):
        if _starts(Path(given)):
            return Path(given)
        raise NoChromium(f"{NAMED_BY} is {given}, which does not start; correct it or unset it")
    for path in _candidates(environ.get("PATH", os.defpath)):
        if _starts(path):
            return path
    raise NoChromium(f"no Chromium that starts was found; {WAY_OUT}")


def main() -> int:
    """Find Chromium or get it; 1 and the way out when neither works."""
    try:
        print(f"· browser tests use {find_chromium()}")
    except NoChromium as missing:
        if os.environ.get(NAMED_BY):
            return _fail(str(missing))
        for get in (_get_from_apt, _get_from_playwright):
            get()
            try:
                print(f"· browser tests use {find_chromium()}")
            except NoChromium:
                continue
            return 0
        return _fail(f"Chromium is not here and could not be fetched (the lines above say why); {WAY_OUT}")
    return 0


def _candidates(path: str) -> Iterator[Path]:
    for name in NAMES:
        if found := shutil.which(name, path=path):
            yield Path(found)
        yield Path("/usr/bin") / name
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _starts(program: Path) -> bool:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _get_from_apt() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    if _run(["apt-get", "update"]):
        _run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])


def _get_from_playwright() -> None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _run(command: Iterable[str]) -> bool:
    command = list(command)
    print(f"· getting Chromium: {' '.join(command)}", flush=True)
    calm = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=calm, check=False).returncode == 0


def _fail(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
