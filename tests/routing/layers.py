"""Tiny overlay files on the grid of `worlds`, and questions about what came out of laying them over."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from routing.roads import Roads
from tests.routing.worlds import Cell, at

OPEN, CLOSED = 2031, 258  # Valhalla's masks: all but emergency bits; people on foot and in wheelchairs
EDGE = {
    "name": [],
    "class": "primary",
    "speed": 75,
    "speed_limit": 0,
    "lanes": 1,
    "use": 0,
    "roundabout": 0,
    "toll": 0,
    "fwd_access": OPEN,
    "rev_access": OPEN,
    "level": "0",
}


def write_arterials(
    folder: Path, *edges: tuple[int, Sequence[Cell], Mapping[str, Any]], day: str = "2030-01-01"
) -> Path:
    """Edges: way id, cells, and what differs from an open two-way primary road."""
    path = folder / f"arterials-{day}.geojson.gz"
    features = [
        {
            "type": "Feature",
            "properties": {"way_id": way, **EDGE, **said},
            "geometry": {"type": "LineString", "coordinates": [[round(d, 6) for d in at(*cell)] for cell in line]},
        }
        for way, line, said in edges
    ]
    return write_gzip(path, {"type": "FeatureCollection", "features": features})


def write_centre(
    folder: Path,
    nodes: Mapping[int, Cell],
    *ways: tuple[int, Sequence[int], Mapping[str, str]],
    tagged: Mapping[int, Mapping[str, str]] | None = None,
) -> Path:
    """Nodes by OSM id; ways: id, node ids, tags."""
    tags = tagged or {}
    found = {
        "timestamp": ["2030-02-01T00:00:00Z"],
        "nodes": [
            {"type": "node", "id": node, "lon": at(*cell)[0], "lat": at(*cell)[1]}
            | ({"tags": tags[node]} if node in tags else {})
            for node, cell in nodes.items()
        ],
        "ways": [{"type": "way", "id": way, "nodes": list(line), "tags": dict(said)} for way, line, said in ways],
    }
    return write_gzip(folder / "centre-roads-2030-02.overpass.json.gz", found)


def write_gzip(path: Path, found: Any) -> Path:
    """Any JSON, as these files are packed."""
    path.write_bytes(gzip.compress(json.dumps(found).encode()))
    return path


def lines(roads: Roads) -> list[tuple[int, list[int]]]:
    """Way ids with their node ids."""
    nodes = roads.node_id[roads.way_node].tolist()
    starts = roads.way_start.tolist()
    return [
        (way, nodes[first:last])
        for way, first, last in zip(roads.way_id.tolist(), starts[:-1], starts[1:], strict=True)
    ]


def meet(roads: Roads, way: int, other: int) -> bool:
    """Whether two ways share a node."""
    found = [{node for one, nodes in lines(roads) if one == wanted for node in nodes} for wanted in (way, other)]
    return bool(found[0] & found[1])
