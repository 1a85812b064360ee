"""Sitings that an operator left for the planner's page: `saigon115 siting next --out <state>/siting/NAME`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = "siting.json"
TOLD = ("objective", "within_s", "proven", "gap", "before", "after", "new", "notes")


def list_sitings(state: Path) -> list[dict[str, Any]]:
    """Each with its name (the folders below `<state>/siting`), its objective and its new stations; by name."""
    folder = state / "siting"
    found = []
    for path in sorted(folder.rglob(FILE)) if folder.is_dir() else []:
        told = _read(path)
        if told is not None:
            found.append({"name": path.parent.relative_to(folder).as_posix(), **told})
    return found


def _read(path: Path) -> dict[str, Any] | None:
    """None for a file that is none, or is being written."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return {key: told.get(key) for key in TOLD} if isinstance(told, dict) and told.get("new") else None
