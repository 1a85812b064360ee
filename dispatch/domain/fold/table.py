"""Which function folds which event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.domain.events import Event, Recorded
from dispatch.domain.state import State
from dispatch.errors import NotFound

Folder = Callable[[State, Any, Recorded], None]
FOLDERS: dict[type[Event], Folder] = {}


def folds(event_type: type[Event]) -> Callable[[Folder], Folder]:
    """The function below folds this event. It first looks, then writes."""

    def register(folder: Folder) -> Folder:
        FOLDERS[event_type] = folder
        return folder

    return register


def get(table: dict[str, Any], thing: str, key: str) -> Any:
    """One thing of a table. Raises NotFound."""
    if key not in table:
        raise NotFound(f"no {thing} {key}; GET /api/v1/snapshot lists what there is")
    return table[key]
