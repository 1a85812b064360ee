"""
A `RoadGraph` on disk: `roads.npz` and, beside it, `roads.json` with format, checksum and the facts about it.

A file of another format, another length or another checksum is refused with `CityCacheError`, never half-read.
"""

import hashlib
import json
import zipfile
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from routing.errors import CityCacheError
from routing.graph import CLOSED, RoadGraph

FORMAT: Final = 1
GRAPH_FILE: Final = "roads.npz"
FACTS_FILE: Final = "roads.json"
_NOT_ARRAYS: Final = ("names", "time_ms", "data_at")
_TIME: Final = "time_ms."


def save_graph(graph: RoadGraph, city_dir: Path) -> None:
    """Write both files into an existing directory."""
    arrays = {field.name: getattr(graph, field.name) for field in fields(graph) if field.name not in _NOT_ARRAYS}
    arrays |= {_TIME + profile: ms for profile, ms in graph.time_ms.items()}
    arrays["names"] = np.frombuffer("\n".join(graph.names).encode(), dtype=np.uint8)
    path = city_dir / GRAPH_FILE
    np.savez(path, **arrays)
    facts = {"format": FORMAT, "sha256": file_sha256(path), **graph_facts(graph)}
    (city_dir / FACTS_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def graph_facts(graph: RoadGraph) -> dict[str, Any]:
    """Counts, box (west, south, east, north) and date. `nodes` and `arcs` are those open to at least one profile."""
    open_ = {profile: graph.count_arcs(profile) for profile in graph.time_ms}
    arcs = np.any([ms < CLOSED for ms in graph.time_ms.values()], axis=0).sum()
    return {
        "date": graph.data_at.isoformat() if graph.data_at else None,
        "nodes": graph.nodes,
        "arcs": int(arcs),
        "bbox": list(graph.bbox),
        "profiles": {name: {"nodes": graph.count_nodes(name), "arcs": count} for name, count in open_.items()},
    }


def load_facts(city_dir: Path) -> dict[str, Any]:
    """The facts file alone; raises `CityCacheError` when it is not ours."""
    path = city_dir / FACTS_FILE
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CityCacheError(f"no built city in {city_dir}; build it with 'saigon115 city build'") from None
    except (OSError, ValueError) as error:
        raise CityCacheError(f"{path} cannot be read ({error}); build the city again") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise CityCacheError(f"{path} is not of format {FORMAT}; build the city again")
    return facts


def load_graph(city_dir: Path) -> RoadGraph:
    """The graph as it was saved; raises `CityCacheError` when anything about it is not as it was written."""
    facts = load_facts(city_dir)
    path = city_dir / GRAPH_FILE
    try:
        if file_sha256(path) != facts.get("sha256"):
            raise CityCacheError(f"{path} is damaged (checksum differs); build the city again")
        with np.load(path, allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise CityCacheError(f"{path} cannot be read ({error}); build the city again") from error
    return _to_graph(columns, facts, path)


def _to_graph(columns: dict[str, Any], facts: dict[str, Any], path: Path) -> RoadGraph:
    times = {name[len(_TIME) :]: columns.pop(name) for name in list(columns) if name.startswith(_TIME)}
    try:
        names = tuple(columns.pop("names").tobytes().decode().split("\n"))
        data_at = datetime.fromisoformat(facts["date"]) if facts["date"] else None
        return RoadGraph(**columns, names=names, time_ms=times, data_at=data_at)
    except (KeyError, TypeError, ValueError) as error:
        raise CityCacheError(f"{path} lacks a part ({error}); build the city again") from error


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
