"""
Streets as Overpass answered them (`nodes` and `ways` apart, gzip) → a layer with OSM ids and all tags.

The file joins a dense box in the middle of the city with stray streets around places somebody asked about. The strays
are roads like others: they are laid over as well, and end where the file ends.
"""

from pathlib import Path
from typing import Any

from routing.overlay.layer import Layer, make_roads, read_json


def read_centre(path: Path) -> Layer:
    """The layer in a file; raises `OverlayError` when it is damaged or something else."""
    return read_json(path, lambda found: _layer(path.name, found))


def _layer(name: str, found: Any) -> Layer:
    nodes = {node["id"]: node for node in found["nodes"]}
    ways = [
        (way["id"], [node for node in way["nodes"] if node in nodes], way["tags"])
        for way in {way["id"]: way for way in found["ways"]}.values()
    ]
    roads = make_roads(
        ((node["id"], node["lon"], node["lat"], node.get("tags", {})) for node in nodes.values()),
        ways,
    )
    return Layer(name, max(found["timestamp"], default="")[:10] or None, roads, by_id=True)
