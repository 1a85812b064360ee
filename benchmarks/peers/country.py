"""
Vietnam as a rectangle, for Valhalla: without borders it takes every road to be driven on the left.

Found by its turn costs (left turns cheap, right turns dear) and its own attribute `drive_on_right`. The border itself
does not matter, only that the city lies in a country of that name.
"""

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

_CORNERS = ((102.0, 8.0), (110.0, 8.0), (110.0, 24.0), (102.0, 24.0))


def write_country(path: Path) -> Path:
    """Write the rectangle as an OSM extract (pbf) unless it is there."""
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    tags = {"boundary": "administrative", "admin_level": "2"}
    names = {"type": "boundary", "name": "Việt Nam", "name:en": "Vietnam", "ISO3166-1": "VN", "ISO3166-1:alpha2": "VN"}
    with osmium.SimpleWriter(str(part), overwrite=True) as writer:
        for number, corner in enumerate(_CORNERS, start=1):
            writer.add_node(Node(id=number, version=1, location=corner))
        writer.add_way(Way(id=1, version=1, nodes=[1, 2, 3, 4, 1], tags=tags))
        writer.add_relation(Relation(id=1, version=1, members=[("w", 1, "outer")], tags=tags | names))
    return part.replace(path)
