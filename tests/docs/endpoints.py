"""Every endpoint as a page, drawn from the application: `python -m tests.docs.endpoints > docs/endpoints.md`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

from dispatch.api_page import Endpoint, list_endpoints
from dispatch.app import Loaded, create_app
from dispatch.services import Services
from dispatch.settings import Settings

HEAD: Final = """# Endpoints

Drawn from the application. `/api/docs` of a running desk has every field and word; [api.md](api.md) shows how to
ask. The roles behind a permission stand in `dispatch/access/permissions.py`; `public` needs nobody to sign in.
"""


def page() -> str:
    """The whole page, in Markdown."""
    endpoints = sorted(_list(), key=lambda one: (one.tag, one.path, one.method))
    rooms = groupby(endpoints, key=lambda one: one.tag)
    return HEAD + "".join(_table(room, list(its)) for room, its in rooms)


def _list() -> list[Endpoint]:
    """To describe itself the application needs no city: nothing is loaded, no service started."""
    loaded = cast("Loaded", SimpleNamespace(city_dir=Path("nowhere")))
    return list(list_endpoints(create_app(Settings(), Services("", "", False), loaded)))


def _table(room: str, endpoints: list[Endpoint]) -> str:
    rows = "".join(f"| `{one.method} {one.path}` | `{one.permission}` | {_first(one.says)} |\n" for one in endpoints)
    return f"\n## {room.capitalize()}\n\n| request | permission | does |\n|---|---|---|\n{rows}"


def _first(says: str) -> str:
    """The first paragraph of a description, fit for a cell."""
    return " ".join(says.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
