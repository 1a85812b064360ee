"""Small OSM files, written as real pbf or XML."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import osmium

from tests.routing.worlds import Cell, at

MAPPED_AT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def write_map(
    path: Path,
    streets: Sequence[tuple[Sequence[Cell], Mapping[str, str]]],
    *,
    nodes: Sequence[tuple[Cell, Mapping[str, str]]] = (),
    absent: Sequence[Cell] = (),
    no_turns: Sequence[tuple[int, Cell, int]] = (),
    relations: Sequence[tuple[Mapping[str, str], Sequence[tuple[str, int | Cell]]]] = (),
) -> Path:
    """
    Ways are numbered from 1, nodes from 1 in order of appearance; `absent` nodes are referred to but not there.

    `no_turns` forbids turning left: from way, via cell, to way. `relations` are tags and members: role and way, or
    role and cell.
    """
    cells = list(dict.fromkeys(cell for line, _ in streets for cell in line))
    tagged = dict(nodes)
    number = {cell: index for index, cell in enumerate(cells, start=1)}
    with osmium.SimpleWriter(str(path)) as writer:
        for cell in cells:
            if cell not in absent:
                tags = dict(tagged.get(cell, {}))
                writer.add_node(osmium.osm.mutable.Node(id=number[cell], location=at(*cell), tags=tags))
        for index, (line, tags_) in enumerate(streets, start=1):
            refs = [number[cell] for cell in line]
            way = osmium.osm.mutable.Way(id=index, nodes=refs, tags=dict(tags_), timestamp=MAPPED_AT)
            writer.add_way(way)
        for index, (source, via, target) in enumerate(no_turns, start=1):
            members = [("w", source, "from"), ("n", number[via], "via"), ("w", target, "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(osmium.osm.mutable.Relation(id=index, members=members, tags=tags))
        for index, (tags_, members_) in enumerate(relations, start=len(no_turns) + 1):
            spelt = [("w", ref, role) if isinstance(ref, int) else ("n", number[ref], role) for role, ref in members_]
            writer.add_relation(osmium.osm.mutable.Relation(id=index, members=spelt, tags=dict(tags_)))
    return path
