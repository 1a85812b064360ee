"""What an OpenStreetMap extract says about names: named roads, house numbers, named places. Reading only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from dispatch.geocoding.geometry import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON
from dispatch.geocoding.written import addresses_in

OsmThing = osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation | osmium.osm.Area | osmium.osm.Changeset
Progress = Callable[[str], None]

# First tag that is there decides the category of a named place; its value is kept ("amenity=hospital" → "hospital").
_CATEGORY_TAGS = (
    "amenity", "aeroway", "healthcare", "tourism", "historic", "leisure", "railway", "shop", "office", "junction",
    "building", "landuse", "place", "man_made", "public_transport", "bridge",
)  # fmt: skip
_ROADS = frozenset({
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "service", "living_street", "pedestrian", "footway",
    "cycleway", "path", "track", "road", "steps",
})  # fmt: skip
# Not places a caller names, or names of areas the ward table knows better.
_SKIPPED_CATEGORIES = frozenset({
    "atm", "taxiway", "runway", "gate", "helipad", "administrative", "stop_position", "platform", "construction",
    "neighbourhood", "suburb", "city", "town", "county", "district", "region", "state", "country", "grass", "forest",
    "farmland", "proposed", "toilets", "bench", "waste_basket", "artwork",
})  # fmt: skip
_JUNCTION_NAME = re.compile(r"(?i)^(ngã|nga|vòng xoay|vong xoay|bùng binh|nút giao)\b")
_TYPO_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ"})
_NUMBER = re.compile(r"^\d+[A-Za-z]{0,2}\d{0,3}(?:/\d*[A-Za-z]{0,3}\d*)*$")
_NUMBER_AND_STREET = re.compile(r"^(\d+[A-Za-z]?(?:/\d+[A-Za-z]?)*) (\D.{3,}|\d+ [Tt]háng.+)$")
_OTHER_NAMES = ("alt_name", "old_name", "name:vi", "official_name", "short_name", "loc_name", "name:en")


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """One named way with its nodes; degrees."""

    name: str
    other_names: tuple[str, ...]
    nodes: tuple[int, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """
    A named thing that is not a road; `radius_m` is half the diagonal of its box, 0 for a point. `is_doubtful` where
    nobody has confirmed the point: then `radius_m` is the doubt.
    """

    name: str
    other_names: tuple[str, ...]
    category: str
    lon: float
    lat: float
    radius_m: float
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """
    A house number; `street` is None where the mapper gave none. `is_listed` when it comes from a table of known
    numbers.
    """

    number: str
    street: str | None
    lon: float
    lat: float
    is_listed: bool = False


@dataclass(slots=True)
class Names:
    """Everything read from one extract."""

    roads: list[NamedRoad] = field(default_factory=list)
    places: list[NamedPlace] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    beside: list[House] = field(default_factory=list)
    """Numbers of tables, and those a bus stop or a shop is named by: there `street` may say more than the street."""


def clean_name(name: str | None) -> str | None:
    """A name fit to show: blanks in order, Ð (eth) as Đ, one letter or more; otherwise None."""
    if name is None:
        return None
    tidy = " ".join(name.translate(_TYPO_LETTERS).split()).strip(" ,;-")
    return tidy if 1 < len(tidy) <= 120 and any(letter.isalpha() for letter in tidy) else None


def house_numbers(text: str) -> list[str]:
    """The numbers in one `addr:housenumber`: "82-84" and "14;16" give both ends; words and phone numbers give none."""
    tidy = text.strip().removeprefix("Số").removeprefix("số").replace(" ", "")
    parts = re.split(r"[-;,]", tidy)
    return [part.lower() for part in parts if len(part) <= 20 and _NUMBER.match(part)]


def read_names(extract: Path, progress: Progress) -> Names:
    """Read all names of a pbf (or any file libosmium reads), passing by broken geometry and junk tags."""
    progress(f"reading names from {extract.name}")
    names = Names()
    tagged = osmium.filter.KeyFilter("name", "addr:housenumber", "addr:street", "bridge:name", "note")
    areas = osmium.filter.KeyFilter("name")
    processor = osmium.FileProcessor(str(extract)).with_locations().with_areas(areas).with_filter(tagged)
    for thing in processor:
        if isinstance(thing, osmium.osm.Relation) or (isinstance(thing, osmium.osm.Area) and thing.from_way()):
            continue
        box = _points_of(thing)
        if box is None:
            continue
        _take(names, thing, *box)
    progress(f"read {len(names.roads)} named ways, {len(names.places)} places, {len(names.houses)} house numbers")
    return names


def _take(names: Names, thing: OsmThing, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    tags = {tag.k: tag.v for tag in thing.tags}
    name = clean_name(tags.get("name"))
    highway = tags.get("highway")
    middle = (float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2)
    radius_m = float(np.hypot(np.ptp(lon) * METRES_PER_DEGREE_LON, np.ptp(lat) * METRES_PER_DEGREE_LAT)) / 2
    if (bridge := clean_name(tags.get("bridge:name"))) is not None:
        names.places.append(NamedPlace(bridge, (), "bridge", *middle, radius_m))
    if name and isinstance(thing, osmium.osm.Way) and highway in _ROADS and tags.get("area") != "yes":
        nodes = tuple(node.ref for node in thing.nodes if node.location.valid())
        if len(nodes) >= 2:
            names.roads.append(NamedRoad(name, _other_names(tags, name), nodes, lon, lat))
        return
    addresses = list(_addresses(tags))
    names.houses += [House(number, street, *middle) for number, street in addresses]
    if not addresses and isinstance(thing, osmium.osm.Node | osmium.osm.Way):
        names.beside += [House(number, street, *middle) for number, street in _written(tags)]
    category = _category(tags, name)
    if name and category:
        names.places.append(NamedPlace(name, _other_names(tags, name), category, *middle, radius_m))


def _addresses(tags: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    """Number and street; mappers also write both into one tag: "249 Hoà Hảo, phường 3", "86 Nguyễn Văn Sáng"."""
    number, street = tags.get("addr:housenumber", ""), tags.get("addr:street", "")
    if not number or (not street and " " in number):
        found = _NUMBER_AND_STREET.match(number or street)
        if found is not None:
            number, street = found[1], found[2]
    for one in house_numbers(number):
        yield one, clean_name(street.split(",")[0])


def _written(tags: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Addresses in a place's name, or a bus stop's name, note and address tags ("Đối diện 174 - 176")."""
    if "boundary" in tags or "waterway" in tags or tags.get("highway") not in {None, "bus_stop"}:
        return
    texts = [tags.get("name", "")]
    if tags.get("highway") == "bus_stop":
        texts += [tags.get("note", ""), f"{tags.get('addr:housenumber', '')} {tags.get('addr:street', '')}"]
    yield from dict.fromkeys(address for text in texts for address in addresses_in(text))


def _category(tags: dict[str, str], name: str | None) -> str | None:
    if name is None or "waterway" in tags or "boundary" in tags or "natural" in tags or "route" in tags:
        return None
    if _JUNCTION_NAME.match(name):
        return "junction" if tags.get("highway") != "bus_stop" else None
    if "highway" in tags:
        return None
    for key in _CATEGORY_TAGS:
        if (value := tags.get(key)) is not None:
            return (
                None if value in _SKIPPED_CATEGORIES else ("place" if value == "yes" and key != "junction" else value)
            )
    return "place"


def _other_names(tags: dict[str, str], name: str) -> tuple[str, ...]:
    found = (clean_name(part) for key in _OTHER_NAMES for part in tags.get(key, "").split(";"))
    return tuple(dict.fromkeys(other for other in found if other and other != name))


def _points_of(thing: OsmThing) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    points = list(_locations(thing))
    if not points:
        return None
    array = np.array(points)
    return array[:, 0], array[:, 1]


def _locations(thing: OsmThing) -> Iterator[tuple[float, float]]:
    if isinstance(thing, osmium.osm.Node):
        if thing.location.valid():
            yield thing.location.lon, thing.location.lat
    elif isinstance(thing, osmium.osm.Way):
        for node in thing.nodes:
            if node.location.valid():
                yield node.location.lon, node.location.lat
    elif isinstance(thing, osmium.osm.Area):
        for ring in thing.outer_rings():
            for node in ring:
                if node.location.valid():
                    yield node.location.lon, node.location.lat
