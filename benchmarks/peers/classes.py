"""
Everybody's free-flow speed by road class, beside what the law allows and what is posted.

The peers' speeds are read off the ways they choose, piece by piece, junction delays left out; a mean is by length. It
shows where class speeds differ, and it is what the `car` profile's table can be argued with, not fitted to.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from rich.console import Console
from rich.table import Table

from benchmarks.peers.client import Peer
from benchmarks.peers.pairs import Pairs

# Circular 31/2019/TT-BGTVT, art. 6 and 7, and the same in Circular 38/2024/TT-BGTVT in force since 2025: cars in
# built-up areas 60 km/h on divided and on one-way roads of two lanes or more, 50 km/h on others; outside 90 and 80.
LAW: Final = "built-up 60 divided, 50 other; outside 90 divided, 80 other; motorways 120 at most"
# Fewer kilometres than this say little.
_LEAST_KM: Final = 3.0


@dataclass
class Map:
    """Of every way its class ("residential", "service alley", …) and posted limit (km/h, 0 = none), and its nodes."""

    road_class: dict[int, str] = field(default_factory=dict)
    posted_kph: dict[int, float] = field(default_factory=dict)
    way_between: dict[tuple[int, int], int] = field(default_factory=dict)


def read_map(extract: Path) -> Map:
    """The roads and ferries of an extract, as far as tables of speeds need them."""
    found = Map()
    for way in osmium.FileProcessor(str(extract)).with_filter(osmium.filter.KeyFilter("highway", "route")):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = dict(way.tags)
        found.road_class[way.id] = _class_of(tags)
        posted = tags.get("maxspeed", "")
        found.posted_kph[way.id] = float(posted) if posted.isascii() and posted.isdigit() else 0.0
        refs = [node.ref for node in way.nodes]
        for one, other in pairwise(refs):
            found.way_between[one, other] = found.way_between[other, one] = way.id
    return found


def _class_of(tags: Mapping[str, str]) -> str:
    if tags.get("route") == "ferry":
        return "ferry"
    highway = tags.get("highway", "")
    return f"service {tags.get('service', '')}".strip() if highway == "service" else highway


def run(console: Console, extract: Path, peers: list[Peer], pairs: Pairs) -> None:
    """Print one row a class, with and without a posted limit."""
    roads = read_map(extract)
    ways = {peer.name: peer.ways(pairs.origins, pairs.destinations) for peer in peers}
    speeds = {name: class_speeds(found, roads) for name, found in ways.items()}
    table = Table("class", "limit", "median posted", *(f"{name}: km/h (km)" for name in speeds), title=f"law: {LAW}")
    for road_class, is_posted in sorted({key for by_class in speeds.values() for key in by_class}):
        posted = _median_posted(roads, road_class) if is_posted else ""
        cells = [_cell(by_class.get((road_class, is_posted))) for by_class in speeds.values()]
        if any(cells):
            table.add_row(road_class, "posted" if is_posted else "none", posted, *cells)
    console.print(table)
    for name, found in ways.items():
        way_km = sum(way["distance_m"] for way in found if way) / 1000
        lost_s = sum(way["turns_s"] for way in found if way)
        total_s = sum(way["time_s"] for way in found if way)
        console.print(f"{name}: junctions take {lost_s / way_km:.1f} s a kilometre, {lost_s / total_s:.1%} of the time")


def class_speeds(ways: list[dict[str, Any] | None], roads: Map) -> dict[tuple[str, bool], tuple[float, float]]:
    """By class and whether a limit is posted: mean speed (km/h, by length) and kilometres seen."""
    metres: dict[tuple[str, bool], float] = defaultdict(float)
    seconds: dict[tuple[str, bool], float] = defaultdict(float)
    for part in (part for way in ways if way for part in way["parts"]):
        way_id = _way_of(part, roads)
        if way_id in roads.road_class and part["time_s"] > 0:
            key = roads.road_class[way_id], roads.posted_kph[way_id] > 0
            metres[key] += part["distance_m"]
            seconds[key] += part["time_s"]
    return {key: (3.6 * metres[key] / seconds[key], metres[key] / 1000) for key in metres}


def _way_of(part: Mapping[str, Any], roads: Map) -> int:
    """Valhalla names the way, OSRM the nodes at both ends; −1 where it is none of the map's."""
    if "way_id" in part:
        return int(part["way_id"])
    return roads.way_between.get((part["from_node"], part["to_node"]), -1)


def _median_posted(roads: Map, road_class: str) -> str:
    values = [kph for way, kph in roads.posted_kph.items() if kph > 0 and roads.road_class[way] == road_class]
    return f"{np.median(values):.0f} ({len(values)} ways)" if values else ""


def _cell(seen: tuple[float, float] | None) -> str:
    return f"{seen[0]:.1f} ({seen[1]:.0f})" if seen and seen[1] >= _LEAST_KM else ""
