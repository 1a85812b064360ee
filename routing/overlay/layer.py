"""
A layer: a newer map of part of the roads, read by the same rules as the extract itself.

Files that are no OSM extract are written out as one in memory's stead (a small temporary pbf) and read back by
`routing.osm`: tags, signals and barriers then mean the same in every source.
"""

import gzip
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import osmium

from routing.errors import NoRoadsError, OverlayError
from routing.osm import read_roads
from routing.roads import Roads

T = TypeVar("T")

# Nodes that have no OSM id get ids below zero, as OSM editors number what is not uploaded yet. While in a pbf they
# stand above every real id (14e9 in 2026).
_MADE_UP: Final = 10**12


@dataclass
class Tally:
    """So many edges (ways, for a layer with node ids) and their length in metres."""

    edges: int = 0
    length_m: float = 0.0

    def add(self, length_m: float) -> None:
        """One edge more."""
        self.edges += 1
        self.length_m += length_m

    def to_json(self) -> dict[str, float]:
        """Counts and kilometres."""
        return {"edges": self.edges, "km": round(self.length_m / 1000, 1)}


@dataclass(frozen=True)
class Layer:
    """
    A newer map to lay over an older one.

    `by_id`: its nodes carry OSM ids, and it shows every street of its area down to residential ones, with bridges and
    tunnels marked; all of it is taken. Without, nodes are known by coordinates only (whole 1e-6 degrees), bridges are
    not marked, and only what the older map lacks or shows otherwise is taken.
    """

    name: str
    date: str | None
    roads: Roads
    by_id: bool
    left_out: Mapping[str, Tally] = field(default_factory=dict)


def read_json(path: Path, convert: Callable[[Any], T]) -> T:
    """What `convert` makes of a gzipped JSON file; a damaged or foreign one ends in `OverlayError`."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as text:
            return convert(json.load(text))
    except FileNotFoundError:
        fact = "is not there"
    except NoRoadsError:
        fact = "holds no roads"
    except (OSError, EOFError, zlib.error, RuntimeError, ValueError, LookupError, TypeError, AttributeError) as error:
        fact = f"cannot be read as one ({type(error).__name__}: {error})"
    raise OverlayError(
        f"the overlay file {path} {fact}: put a whole one there, or build without: "
        "'saigon115 city build --overlay none'"
    )


def make_roads(
    nodes: Iterable[tuple[int, float, float, Mapping[str, str]]],
    ways: Iterable[tuple[int, list[int], Mapping[str, str]]],
) -> Roads:
    """Roads of nodes (id, lon, lat, tags) and ways (id, node ids, tags); negative node ids are made up."""
    with tempfile.TemporaryDirectory(prefix="saigon115-") as folder:
        path = Path(folder) / "layer.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for node, lon, lat, tags in nodes:
                writer.add_node(osmium.osm.mutable.Node(id=_outward(node), location=(lon, lat), tags=dict(tags)))
            for way, line, tags in ways:
                line = [_outward(node) for node in line]
                writer.add_way(osmium.osm.mutable.Way(id=way, nodes=line, tags=dict(tags)))
        roads = read_roads(path)
    made_up = roads.node_id >= _MADE_UP
    return replace(roads, node_id=np.where(made_up, _MADE_UP - 1 - roads.node_id, roads.node_id), data_at=None)


def _outward(node: int) -> int:
    return node if node >= 0 else _MADE_UP - 1 - node


def count_lengths(lengths: Iterable[tuple[str, float]]) -> dict[str, Tally]:
    """Reasons and metres → how many edges and how long, by reason, the longest first."""
    edges: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for reason, length_m in lengths:
        edges[reason] += 1
        total[reason] += cast(Any, length_m)
    return {reason: Tally(edges[reason], total[reason]) for reason, _ in total.most_common()}
