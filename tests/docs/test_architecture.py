"""ARCHITECTURE.md against the tree: what it names exists, and every package is named."""

from __future__ import annotations

import re
from pathlib import Path

from dispatch.paths import repo_root

PAGE = (repo_root() / "ARCHITECTURE.md").read_text(encoding="utf-8")
TOP = ("dispatch", "routing", "simulator")


def is_module(name: str) -> bool:
    path = repo_root() / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_every_package_is_named() -> None:
    packages = [path.parent for top in ("dispatch", "routing") for path in (repo_root() / top).glob("*/__init__.py")]
    assert [str(one) for one in packages if not re.search(rf"\b{one.name}(/|`)", PAGE)] == []


def test_every_routing_module_of_the_table_exists() -> None:
    rows = re.findall(r"^\| [a-z ]+ \| (`routing\..*?) \|", PAGE, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)]
    whole = [name if name.startswith(TOP) else f"routing.{name}" for name in named]
    assert len(rows) >= 10
    assert [name for name in whole if not is_module(name)] == []


def test_every_file_and_folder_linked_or_written_out_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE) + re.findall(r"`((?:web|dispatch|docs)/[a-z_/.]+)`", PAGE)
    assert [link for link in links if not Path(repo_root() / link).exists()] == []
