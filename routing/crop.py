"""A country's extract → the city's: the objects within some boxes, whole and with all their nodes."""

from collections.abc import Sequence
from pathlib import Path

import osmium

from routing.osm import reading

# West, south, east, north in degrees.
Box = tuple[float, float, float, float]


def crop_extract(extract: Path, out: Path, boxes: Sequence[Box]) -> int:
    """
    Write what lies in the boxes to `out`, which must not exist, and say how many ways that is.

    A way belongs when its first or last node does, a relation when a member does; members outside are not added.
    Takes a few minutes and about 1 GB of memory for a country like Vietnam (guess, from the counts of its objects).
    """
    kept: dict[str, set[int]] = {"n": set(), "w": set(), "r": set()}
    with reading(extract), osmium.BackReferenceWriter(str(out), str(extract), remove_tags=False) as writer:
        processor = osmium.FileProcessor(str(extract)).with_locations().with_filter(osmium.filter.EmptyTagFilter())
        for entity in processor:
            if isinstance(entity, osmium.osm.Node):
                if _inside(entity.location, boxes):
                    kept["n"].add(entity.id)
                    writer.add_node(entity)
            elif isinstance(entity, osmium.osm.Way):
                nodes = entity.nodes
                if len(nodes) and any(_inside(node.location, boxes) for node in (nodes[0], nodes[-1])):
                    kept["w"].add(entity.id)
                    writer.add_way(entity)
            elif isinstance(entity, osmium.osm.Relation) and any(
                member.ref in kept[member.type] for member in entity.members
            ):
                writer.writer.add_relation(entity)  # past the reference tracker: borders would bring the country along
    return len(kept["w"])


def _inside(location: osmium.osm.Location, boxes: Sequence[Box]) -> bool:
    if not location.valid():
        return False
    lon, lat = location.lon, location.lat
    return any(west <= lon <= east and south <= lat <= north for west, south, east, north in boxes)
