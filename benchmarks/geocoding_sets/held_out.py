"""
Questions from OpenStreetMap itself. A third of the numbers is taken out before the index is built, so the geocoder has
never seen them, each third in turn; the same for a tenth of the places. Streets fall into the tuning or the reporting
half by their name.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely

from benchmarks.geocoding_sets.callers import WAYS
from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.osm_names import House, Names
from dispatch.geocoding.words import canonical
from dispatch.paths import data_dir
from dispatch.text import fold

Half = Literal["tuning", "reporting"]
INNER = frozenset((
    "Quận 1", "Quận 3", "Quận 4", "Quận 5", "Quận 6", "Quận 8", "Quận 10", "Quận 11",
    "Phú Nhuận", "Bình Thạnh", "Tân Bình", "Tân Phú", "Gò Vấp",
))  # fmt: skip
AREAS = ("ward and district", "district", "new ward", "no area", "wrong ward")


@dataclass(frozen=True)
class Question:
    """What a caller says and where it should lead; `area` and `way` say how, `group` what it tests."""

    query: str
    lon: float
    lat: float
    group: str
    way: str
    area: str
    half: Half

    @property
    def is_complete(self) -> bool:
        """Names its area, and rightly."""
        return self.area in {"ward and district", "district", "new ward"}


# The same number this near is the number that was taken out, whoever says it.
SAME_NUMBER_M = 600.0
Where = Callable[[float, float], tuple[str, str] | None]


def old_ward_finder(find_zone: Callable[[np.ndarray], np.ndarray], zones: Sequence[object]) -> Where:
    """A function from a point to its old ward and district."""

    def where(lon: float, lat: float) -> tuple[str, str] | None:
        row = int(find_zone(np.array([(lon, lat)]))[0])
        if row >= len(zones):
            return None
        return zones[row].name, zones[row].district  # type: ignore[attr-defined]  # zones of the tables

    return where


def new_ward_finder() -> Callable[[float, float], str | None]:
    """A function from a point to the ward in force since July 2025."""
    features = json.loads((data_dir() / "wards.geojson").read_text(encoding="utf-8"))["features"]
    tree = shapely.STRtree([shapely.geometry.shape(one["geometry"]) for one in features])

    def find(lon: float, lat: float) -> str | None:
        rows = tree.query(shapely.Point(lon, lat), predicate="intersects")
        return str(features[int(rows[0])]["properties"]["name"]) if len(rows) else None

    return find


def take_out(names: Names, third: int) -> tuple[Names, list[House]]:
    """
    The names without a third (0, 1 or 2) of the numbers that say their street; every house of a number goes together,
    and what stands beside one.
    """
    is_out = [bool(house.street) and int(3 * _share(_house_key(house))) == third for house in names.houses]
    gone = [house for house, out in zip(names.houses, is_out, strict=True) if out]
    left = [house for house, out in zip(names.houses, is_out, strict=True) if not out]
    where = defaultdict(list)
    for house in gone:
        where[house.number].append((house.lon, house.lat))
    beside = [
        one for one in names.beside
        if all(distance_m((one.lon, one.lat), point) > SAME_NUMBER_M for point in where[one.number])
    ]  # fmt: skip
    return replace(names, houses=left, beside=beside), gone


def house_questions(gone: Sequence[House], names: Names, where: Where) -> Iterator[Question]:
    """One question for each number taken out whose street is on the map near it."""
    near = _roads_near(names)
    new_ward = new_ward_finder()
    seen: set[str] = set()
    for house in sorted(gone, key=lambda one: (one.street or "", one.number, one.lon, one.lat)):
        street = near(house)
        old = where(house.lon, house.lat)
        if street is None or old is None or (key := _house_key(house)) in seen:
            continue
        seen.add(key)
        chance = random.Random(key)
        area, way = chance.choice((*AREAS[:3], *AREAS)), chance.choice(list(WAYS))
        text = f"{house.number.upper()} {street}{_area_words(area, old, new_ward(house.lon, house.lat), chance)}"
        group = ("alley " if "/" in house.number else "house ") + ("inner" if old[1] in INNER else "outer")
        yield Question(WAYS[way](text, chance), house.lon, house.lat, group, way, area, half_of(fold(street)))


def half_of(key: str) -> Half:
    """By street, so that what is learnt of a street in one half says nothing of the other."""
    return "tuning" if _share(f"half {key}") < 0.5 else "reporting"


def _area_words(area: str, old: tuple[str, str], new: str | None, chance: random.Random) -> str:
    ward, district = old
    said = district if district.startswith("Quận") else f"Quận {district}"
    if area == "no area":
        return ""
    if area == "district":
        return f", {said}"
    if area == "new ward":
        return f", {new or ward}"
    if area == "wrong ward":
        ward = f"Phường {chance.randint(1, 15)}"
    return f", {ward}, {said}"


def _house_key(house: House) -> str:
    return f"{fold((house.street or '').split(',')[0])} {house.number} {house.lon:.2f} {house.lat:.2f}"


def _share(key: str) -> float:
    """A number from 0 to 1 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48


def _roads_near(names: Names) -> Callable[[House], str | None]:
    """The name of the road that a house says it is on, as the map spells it, when that road is within 300 m."""
    roads: dict[str, list[tuple[str, shapely.LineString]]] = defaultdict(list)
    for road in names.roads:
        line = shapely.LineString(np.column_stack((road.lon, road.lat)))
        roads[canonical(road.name)].append((road.name, line))

    def find(house: House) -> str | None:
        here = shapely.Point(house.lon, house.lat)
        mine = roads.get(canonical((house.street or "").split(",")[0]), [])
        best = min(mine, key=lambda pair: float(pair[1].distance(here)), default=None)
        return best[0] if best is not None and best[1].distance(here) < 300 / 110_000 else None

    return find
