"""
Phrases of callers, written by hand, with the thing of OpenStreetMap that each means; halves by the thing.

`python -m benchmarks.geocoding_sets.phrases EXTRACT.osm.pbf` looks every thing up again and says where the file is off.
What `object` says: n1 or w1 an OSM node or way, x:A|B two streets that meet, a:51|B the alley of that number, h:9|B a
house, W:ward|district an old ward, N:ward a new one. The hand that wrote the phrases also wrote the grammar.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import osmium
import shapely

from benchmarks.geocoding_sets.held_out import Half
from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.words import canonical, split_alley
from dispatch.paths import data_dir

FILE = Path(__file__).with_name("phrases.csv")
Point = tuple[float, float]


@dataclass(frozen=True)
class Phrase:
    """What a caller says, the thing it means, and how far off is still right."""

    query: str
    object: str
    kind: str
    half: Half
    point: Point
    tolerance_m: float


def read_phrases(half: Half | None = None) -> list[Phrase]:
    """All phrases, or those of one half."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        Phrase(
            row["query"],
            row["object"],
            row["kind"],
            "tuning" if row["half"] == "tuning" else "reporting",
            (float(row["lon"]), float(row["lat"])),
            float(row["tolerance_m"]),
        )
        for row in rows
        if half in (None, row["half"])
    ]


class Extract:
    """Everything in an extract that a phrase may mean, looked up by id or by name, without the geocoder's tables."""

    def __init__(self, path: Path) -> None:
        self.by_id: dict[str, Point] = {}
        self.nodes: dict[str, dict[int, Point]] = defaultdict(dict)
        self.houses: dict[tuple[str, str], list[Point]] = defaultdict(list)
        keys = osmium.filter.KeyFilter("name", "addr:housenumber")
        for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(keys):
            tags = {tag.k: tag.v for tag in thing.tags}
            if isinstance(thing, osmium.osm.Node):
                self._take(f"n{thing.id}", (thing.location.lon, thing.location.lat), tags)
            elif isinstance(thing, osmium.osm.Way):
                points = {n.ref: (n.location.lon, n.location.lat) for n in thing.nodes if n.location.valid()}
                if points:
                    lons, lats = zip(*points.values(), strict=True)
                    self._take(f"w{thing.id}", ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2), tags)
                    if "highway" in tags and "name" in tags:
                        self.nodes[canonical(tags["name"])].update(points)

    def _take(self, key: str, point: Point, tags: dict[str, str]) -> None:
        self.by_id[key] = point
        if "addr:housenumber" in tags and "addr:street" in tags:
            self.houses[tags["addr:housenumber"].lower(), canonical(tags["addr:street"])].append(point)

    def find(self, thing: str) -> list[Point]:
        """The points of what a phrase means; empty when it is not here."""
        if ":" not in thing:
            return [self.by_id[thing]] if thing in self.by_id else []
        kind, (first, *rest) = thing[0], thing[2:].split("|")
        if kind == "x":
            ones, others = self.nodes[canonical(first)], self.nodes[canonical(rest[0])]
            return [ones[node] for node in ones.keys() & others.keys()] or list(
                _nearest(ones.values(), others.values())
            )
        if kind == "a":
            wanted = (first.lower(), canonical(rest[0]))
            return [
                point for key, points in self.nodes.items() if split_alley(key) == wanted for point in points.values()
            ]
        if kind == "h":
            return self.houses[first.lower(), canonical(rest[0])]
        return list(_old_ward(first, rest[0]) if kind == "W" else _new_ward(first))


def _nearest(ones: Iterable[Point], others: Iterable[Point]) -> Iterator[Point]:
    """Streets that only come near each other: the middle of the shortest gap of less than 90 m."""
    pairs = [(distance_m(one, other), one, other) for one in ones for other in others]
    gap_m, one, other = min(pairs, default=(1e9, (0.0, 0.0), (0.0, 0.0)))
    if gap_m < 90:
        yield (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _old_ward(name: str, district: str) -> Iterator[Point]:
    with (data_dir() / "old_wards.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if (row["name"], row["district"]) == (name, district):
                yield float(row["lon"]), float(row["lat"])


def _new_ward(name: str) -> Iterator[Point]:
    for feature in json.loads((data_dir() / "wards.geojson").read_text(encoding="utf-8"))["features"]:
        if feature["properties"]["name"] == name:
            middle = shapely.geometry.shape(feature["geometry"]).representative_point()
            yield middle.x, middle.y


def check(path: Path) -> list[str]:
    """What is wrong with the file, one line each: a thing that is not in the extract, or lies elsewhere."""
    extract = Extract(path)
    faults = []
    for thing, point in {phrase.object: phrase.point for phrase in read_phrases()}.items():
        points = extract.find(thing)
        middle = tuple(sum(axis) / len(points) for axis in zip(*points, strict=True)) if points else None
        if middle is None:
            faults.append(f"{thing}: not in {path.name}")
        elif distance_m((middle[0], middle[1]), point) > 30:
            faults.append(f"{thing}: lies at {middle[0]:.5f},{middle[1]:.5f}, the file says {point}")
    return faults


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.geocoding_sets.phrases EXTRACT.osm.pbf")
    found = check(Path(sys.argv[1]))
    print("\n".join(found) or f"{len(read_phrases())} phrases, every thing where the file says")
    sys.exit(1 if found else 0)
