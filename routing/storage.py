"""
A `RoadGraph` on disk: `roads/` with one memory-mapped file a column, and `roads.json` beside it with format, checksums
and the facts about it.

A file of another format, another length or another checksum is refused with `CityCacheError`, never half-read. Columns
are mapped, not read: processes on one machine share them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from routing.errors import CityCacheError
from routing.facts import graph_facts
from routing.graph import RoadGraph, Turns

FORMAT: Final = 3
GRAPH_DIR: Final = "roads"
FACTS_FILE: Final = "roads.json"
_NOT_COLUMNS: Final = ("names", "turns", "data_at")
_TURNS: Final = "turns."
_NAMES: Final = "names"


def save_graph(graph: RoadGraph, city_dir: Path) -> Mapping[str, Any]:
    """Write the graph into an existing directory; returns the facts about it (`facts.graph_facts`)."""
    folder = city_dir / GRAPH_DIR
    folder.mkdir()
    checksums = {}
    for name, column in _columns(graph):
        path = folder / f"{name}.npy"
        np.save(path, column, allow_pickle=False)
        checksums[name] = file_sha256(path)
    facts = graph_facts(graph)
    whole = {"format": FORMAT, **facts, "sha256": checksums}
    (city_dir / FACTS_FILE).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return facts


def load_facts(city_dir: Path) -> dict[str, Any]:
    """The facts file alone; raises `CityCacheError` when it is not ours."""
    path = city_dir / FACTS_FILE
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CityCacheError(f"no built city in {city_dir}; build it with 'saigon115 city build'") from None
    except (OSError, ValueError) as error:
        raise CityCacheError(f"{path} cannot be read ({error}); build the city again") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or not isinstance(facts.get("sha256"), dict):
        raise CityCacheError(f"{path} is not of format {FORMAT}; build the city again")
    return facts


def load_graph(city_dir: Path) -> RoadGraph:
    """The graph as it was saved; raises `CityCacheError` when anything about it is not as it was written."""
    facts = load_facts(city_dir)
    columns = {}
    for name, checksum in facts["sha256"].items():
        path = city_dir / GRAPH_DIR / f"{name}.npy"
        try:
            if file_sha256(path) != checksum:
                raise CityCacheError(f"{path} is damaged (checksum differs); build the city again")
            columns[name] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError) as error:
            raise CityCacheError(f"{path} cannot be read ({error}); build the city again") from error
    return _to_graph(columns, facts, city_dir / GRAPH_DIR)


def _columns(graph: RoadGraph) -> Iterator[tuple[str, Any]]:
    for field in fields(graph):
        if field.name not in _NOT_COLUMNS:
            yield field.name, getattr(graph, field.name)
    for field in fields(graph.turns):
        yield _TURNS + field.name, getattr(graph.turns, field.name)
    yield _NAMES, np.frombuffer("\n".join(graph.names).encode(), dtype=np.uint8)


def _to_graph(columns: dict[str, Any], facts: dict[str, Any], folder: Path) -> RoadGraph:
    turns = {name[len(_TURNS) :]: columns.pop(name) for name in list(columns) if name.startswith(_TURNS)}
    try:
        names = tuple(columns.pop(_NAMES).tobytes().decode().split("\n"))
        data_at = datetime.fromisoformat(facts["date"]) if facts["date"] else None
        return RoadGraph(**columns, turns=Turns(**turns), names=names, data_at=data_at)
    except (KeyError, TypeError, ValueError) as error:
        raise CityCacheError(f"{folder} lacks a part ({error}); build the city again") from error


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
