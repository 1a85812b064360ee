"""
Names that came after the extract: streets of newer road files, places and hospitals of newer lists, tables of known
house numbers, where they lie beside the extract. Reading only; a damaged file is passed by and said so.

Only what the extract lacks is added: a newer piece of a street that the extract knows here under this name is left.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import shapely

from dispatch.geocoding.geometry import Floats, to_plane
from dispatch.geocoding.known_numbers import read_all
from dispatch.geocoding.osm_names import NamedPlace, NamedRoad, Names, Progress, clean_name
from dispatch.geocoding.words import canonical

Thing = TypeVar("Thing", NamedRoad, NamedPlace)

# A newer piece this near a road of its name is that road (guess: the width of an avenue with its service roads).
SAME_ROAD_M = 60.0
_NUMBER = re.compile(r"^[A-ZĐ]{2,3}[.\s]?\d+[A-Z]?$")
_OTHER_NAMES = ("alt_name", "old_name", "name:vi", "official_name", "short_name", "name:en")
_CATEGORY_OF_KIND = {
    "Bệnh viện": "hospital", "Khu công nghiệp": "industrial", "Đại học": "university", "Siêu thị": "supermarket",
    "Cao đẳng · Trung cấp": "college", "Trường phổ thông": "school", "Trung tâm thương mại": "mall",
    "giao-duc": "school", "y-te": "clinic", "kcn": "industrial", "hanh-chinh": "townhall", "mall": "mall",
    "cong-vien": "park", "sieu-thi": "supermarket",
}  # fmt: skip


@dataclass(frozen=True)
class Newer:
    """The files there are; none by default."""

    roads: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()
    numbers: tuple[Path, ...] = ()


def find_numbers(*folders: Path) -> tuple[Path, ...]:
    """Every table of known house numbers in some folders."""
    return tuple(path for folder in folders for path in sorted(folder.glob("addresses-*.csv")))


def find_places(*folders: Path) -> tuple[Path, ...]:
    """The newest list of hospitals and the newest folder of places in the first folder that has any."""
    for folder in folders:
        lists = sorted(folder.glob("hospitals-*.json"))[-1:]
        for places in sorted(path for path in folder.glob("places-*") if path.is_dir())[-1:]:
            lists += sorted(places.glob("*.json"))
        if lists:
            return tuple(lists)
    return ()


def add_newer(names: Names, newer: Newer, progress: Progress) -> Names:
    """The names with what the newer files add."""
    roads, places = list(names.roads), list(names.places)
    for path in newer.roads:
        found = _read(path, _roads, progress)
        fresh = _unknown(found, roads)
        progress(f"{path.name}: {len(fresh)} of {len(found)} named pieces are new")
        roads += fresh
    for path in newer.places:
        places += _read(path, _places, progress)
    return Names(roads, places, names.houses, names.beside + read_all(newer.numbers, progress))


def _read(path: Path, take: Callable[[Any], Iterator[Thing]], progress: Progress) -> list[Thing]:
    try:
        content = path.read_bytes()
        text = gzip.decompress(content) if path.suffix == ".gz" else content
        return list(take(json.loads(text)))
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
        progress(f"{path.name} cannot be read ({error}): its names are left out")
        return []


def _roads(found: Any) -> Iterator[NamedRoad]:
    yield from _of_overpass(found) if "ways" in found else _of_edges(found["features"])


def _of_overpass(found: Any) -> Iterator[NamedRoad]:
    """OSM ids are kept, so that a newer street crosses an older one where they share a node."""
    where = {node["id"]: (float(node["lon"]), float(node["lat"])) for node in found["nodes"]}
    for way in found["ways"]:
        tags, nodes = way["tags"], [node for node in way["nodes"] if node in where]
        if (name := clean_name(tags.get("name"))) is not None and len(nodes) >= 2:
            others = [clean_name(part) for key in _OTHER_NAMES for part in tags.get(key, "").split(";")]
            yield _road(name, others, nodes, [where[node] for node in nodes])


def _of_edges(features: Any) -> Iterator[NamedRoad]:
    """Edges without node ids: a point is known by its coordinates."""
    number: dict[tuple[float, float], int] = {}
    for feature in features:
        facts = feature["properties"]
        said = [name for one in facts.get("name") or () if (name := clean_name(one)) is not None]
        plain = [name for name in said if not _NUMBER.match(name)]
        line = [(round(float(lon), 6), round(float(lat), 6)) for lon, lat in feature["geometry"]["coordinates"]]
        if facts.get("way_id") and said and len(line) >= 2 and facts.get("use") != 41:
            name = (plain or said)[0]
            yield _road(name, said, [number.setdefault(point, -1 - len(number)) for point in line], line)


def _road(
    name: str, others: Sequence[str | None], nodes: Sequence[int], points: Sequence[tuple[float, float]]
) -> NamedRoad:
    lon, lat = np.array(points, dtype=float).T
    kept = tuple(dict.fromkeys(other for other in others if other and other != name))
    return NamedRoad(name, kept, tuple(nodes), lon, lat)


def _unknown(found: Sequence[NamedRoad], known: Sequence[NamedRoad]) -> list[NamedRoad]:
    """Pieces that lie away from every known road of their name."""
    lines: dict[str, list[Floats]] = defaultdict(list)
    for road in known:
        lines[canonical(road.name)].append(to_plane(road.lon, road.lat))
        for other in road.other_names:
            lines[canonical(other)].append(to_plane(road.lon, road.lat))
    shapes: dict[str, shapely.MultiLineString] = {}
    fresh = []
    for road in found:
        key = canonical(road.name)
        if key not in shapes and key in lines:
            shapes[key] = shapely.MultiLineString([line.tolist() for line in lines[key]])
            shapely.prepare(shapes[key])
        line = shapely.LineString(to_plane(road.lon, road.lat))
        middle = line.interpolate(0.5, normalized=True)
        if key and (key not in shapes or shapes[key].distance(middle) > SAME_ROAD_M):
            fresh.append(road)
    return fresh


def _places(found: Any) -> Iterator[NamedPlace]:
    """Lists of `items` (name, `c` = lat, lon, kind, perhaps an outline), stations, and amenities around a few spots."""
    for item in found.get("items", ()):
        yield from _place(item, _CATEGORY_OF_KIND.get(item.get("kind", ""), "shop"))
    for item in found.get("stations", ()):
        name = item["name"]
        yield from _place({**item, "name": name if name.lower().startswith("ga ") else f"Ga {name}"}, "station")
    for group in found["duLieu"].values() if isinstance(found.get("duLieu"), dict) else ():
        for item in group["diem"]:
            yield from _place(item, _CATEGORY_OF_KIND.get(item.get("nhom", ""), "shop"))


def _place(item: Any, category: str) -> Iterator[NamedPlace]:
    if (name := clean_name(item.get("name"))) is None:
        return
    lat, lon = (float(number) for number in item["c"])
    radius_m = 0.0
    if len(outline := item.get("poly") or ()) >= 3:
        corners = np.array(outline, dtype=float)
        plane = to_plane(corners[:, 1], corners[:, 0])
        radius_m = float(np.hypot(*np.ptp(plane, axis=0))) / 2
    yield NamedPlace(name, (), category, lon, lat, radius_m)
