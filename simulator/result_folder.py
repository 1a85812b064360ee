"""The folder that results come into: all of them, or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simulator.errors import ScenarioError


@contextmanager
def results_in(out: Path) -> Iterator[Path]:
    """
    A folder to write into; what is there at the end comes to `out`, over files of the same names.

    Made at once, so that a folder that cannot be written is told before hours of work. After an error, a full disk or
    Ctrl-C nothing half done is left, and `out` is as it was. Raises ScenarioError for what the disk does not take.
    """
    absent = [one for one in (out, *out.parents) if not one.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=out))
    except OSError as error:
        _take_back(absent)
        raise ScenarioError(out, f"cannot be made ({error.strerror})", "name another folder with --out") from None
    try:
        yield part
        for path in sorted(part.iterdir()):
            path.replace(out / path.name)
    except OSError as error:
        fact = f"cannot be written ({error.strerror or error})"
        raise ScenarioError(out, fact, "make room or name another folder with --out") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _take_back(absent)


def _take_back(folders: list[Path]) -> None:
    """Those of them that are empty, the innermost first."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()
