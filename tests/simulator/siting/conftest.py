"""Public data that may lie beside the repository."""

import os
from pathlib import Path

import pytest

from dispatch.paths import repo_root


@pytest.fixture
def pmed() -> Path:
    """The folder of the OR-Library's p-median instances."""
    data = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data")
    folder = data / "siting" / "pmed"
    if not (folder / "pmed1.txt").is_file():
        pytest.skip(f"no OR-Library instances in {folder}")
    return folder
