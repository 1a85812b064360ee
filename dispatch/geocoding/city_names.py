"""The gazetteer in memory: streets, crossings, house numbers, places and wards, ready to be asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from dispatch.geocoding.geometry import Floats, from_plane, to_plane
from dispatch.geocoding.index import NameIndex, Thing, ThingKind
from dispatch.geocoding.numbering import NumberLine
from dispatch.geocoding.sounds import sound_of
from dispatch.geocoding.street_numbers import number_line
from dispatch.geocoding.tables import FILE_NAME, NO_ZONE, Integers, Tables, Zone, read_tables, unpack_points
from dispatch.geocoding.words import abbreviations, canonical, canonical_words, split_alley
from dispatch.geocoding.zones import shape_of, zone_finder
from dispatch.text import fold

# A name from `old_name`, `name:en` or an odd spelling is a weaker sign than the name itself, the more so where
# another street or place bears it as its own (guesses).
OTHER_NAME_QUALITY, BORROWED_NAME_QUALITY = 0.95, 0.8
# A name without its city or its "trường" is nearly the name itself (guess).
SHORTER_NAME_QUALITY = 0.97
# Of 100: how alike the name of a ward must be (guess).
LEAST_WARD = 82.0
# "Cầu Kiệu" is the bridge rather than the ward that was named after it (guess).
BARE_WARD_QUALITY = 0.97
_JUNCTION_WORDS = ("nga tu", "nga ba", "nga nam", "nga sau", "nga bay", "vong xoay", "bung binh")
_JUNCTION = re.compile(rf"^(?:{'|'.join(_JUNCTION_WORDS)}) (.{{3,}})$")
# The highway is signed 1, mapped 1A, and called either.
_HIGHWAY_1A = re.compile(r"^quoc lo 1(a)?$")
_TWIN_BRIDGE = re.compile(r"^(cau .{3,}) [12]$")
# Two sides of one street may lie in two districts; numbers are told by either (guess: a wide avenue).
BESIDE_BORDER_M = 60.0
# A ward's circle is drawn wide, to hold it; this share of it is surely inside (guess).
BARE_ZONE_SHARE = 0.6
# Look-up tables kept for sets of wards that callers name (64 kB each).
MOST_TABLES = 400
_AROUND = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
_AREA_WORDS = frozenset({"phuong", "xa", "quan", "huyen", "thi", "tran", "dac", "khu"})


class PutOther(Protocol):
    """Adds a name of a thing to the index."""

    def __call__(self, name: str, kind: ThingKind, row: int, quality: float = 1.0) -> None: ...


class CityNames:
    """Rows of the tables as arrays; points on the plane in metres, zones as indices into `zones`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.zones: list[Zone] = tables.zones
        self.street_keys = [canonical(name) for name in tables.street_names]
        self._first_part = np.frombuffer(tables.street_first_part, dtype="<i4")
        self._first_point = np.frombuffer(tables.part_first_point, dtype="<i4")
        self.points = to_plane(*unpack_points(tables.points))
        self.point_zone = np.frombuffer(tables.point_zone, dtype="<u2")
        self.house_points = to_plane(*unpack_points(tables.house_points))
        self.house_zone = np.frombuffer(tables.house_zone, dtype="<u2")
        self.house_source = np.frombuffer(tables.house_source, dtype="u1")
        self.house_street = np.frombuffer(tables.house_streets, dtype="<i4")
        self.place_points = to_plane(*unpack_points(tables.place_points))
        self.place_zone = np.frombuffer(tables.place_zone, dtype="<u2")
        self.place_radius_m = np.frombuffer(tables.place_radius_m, dtype="<u2")
        self.point_along = np.frombuffer(tables.point_along, dtype="<f4")
        self.house_along = np.frombuffer(tables.house_along, dtype="<f4")
        self.find_zones = zone_finder(self.zones)
        self._shapes: dict[int, BaseGeometry] = {}
        self._zone_shapes: dict[frozenset[int], BaseGeometry] = {}
        self._lines: dict[int, NumberLine] = {}
        self._tables_of_wards: dict[frozenset[int], NDArray[np.bool_]] = {}
        self.zone_points = to_plane(
            np.array([zone.lon for zone in self.zones]), np.array([zone.lat for zone in self.zones])
        )
        self.wards_by_key = self._wards_by_key()
        self.wards_of_district: dict[str, list[int]] = defaultdict(list)
        for row, zone in enumerate(self.zones):
            if zone.level == "old_ward" and zone.district:
                self.wards_of_district[zone.district].append(row)
        self.crossings = self._crossings()
        self.alleys = self._alleys()
        self.index = self._index()

    @classmethod
    def read(cls, folder: Path) -> CityNames:
        """Read the files that `build_gazetteer` wrote."""
        return cls(read_tables(folder / FILE_NAME))

    def street_points(self, street: int) -> slice:
        """Where the street's points lie in `points` and `point_zone`."""
        first, last = self._first_part[street], self._first_part[street + 1]
        return slice(int(self._first_point[first]), int(self._first_point[last]))

    def street_shape(self, street: int) -> BaseGeometry:
        """The street as lines on the plane."""
        if (known := self._shapes.get(street)) is not None:
            return known
        parts = range(self._first_part[street], self._first_part[street + 1])
        cut = [self.points[self._first_point[part] : self._first_point[part + 1]] for part in parts]
        shape = self._shapes[street] = shapely.MultiLineString([list(line) for line in cut])
        return shape

    def number_line(self, street: int) -> NumberLine:
        """How the street is numbered; worked out when first asked for."""
        if (known := self._lines.get(street)) is not None:
            return known
        line = self._lines[street] = number_line(self, street)
        return line

    def zone_gap_m(self, zones: Collection[int], points: Floats) -> Floats:
        """Metres from points on the plane to the nearest of some zones, 0 inside; a bare zone is taken as a circle."""
        key = frozenset(zones)
        shape = self._zone_shapes.get(key)
        if shape is None:
            shape = shapely.union_all([self._zone_shape(zone) for zone in sorted(key)])
            shapely.prepare(shape)
            self._zone_shapes[key] = shape
        return np.asarray(shapely.distance(shape, shapely.points(points)))

    def _zone_shape(self, zone: int) -> BaseGeometry:
        shape = shape_of(self.zones[zone])
        if shape.is_empty:
            return shapely.Point(self.zone_points[zone]).buffer(BARE_ZONE_SHARE * self.zones[zone].radius_m)
        return shapely.transform(shape, lambda degrees: to_plane(degrees[:, 0], degrees[:, 1]))

    def street_length_m(self, street: int) -> float:
        """Length of all parts: both sides of a divided road count."""
        return float(self.street_shape(street).length)

    def houses_of(self, street: int) -> range:
        """Rows of the house numbers on a street (they are sorted by street)."""
        first, last = np.searchsorted(self.house_street, [street, street + 1])
        return range(int(first), int(last))

    def zone_row_at(self, point: Floats) -> int:
        """The old ward around a point on the plane, as a row of `zones`, or NO_ZONE."""
        return int(self.find_zones(from_plane(point.reshape(1, 2)))[0])

    def wards_meant(self, district: str) -> list[int]:
        """The old wards of a district; since 2020 Thủ Đức has meant three of the old districts."""
        names = (district, *abbreviations().joined.get(district, ()))
        return [row for name in names for row in self.wards_of_district.get(name, ())]

    def among(self, zones: Integers, wards: Collection[int]) -> NDArray[np.bool_]:
        """Which of a column of zones are some wards; a look-up, as this is asked for every street of a name."""
        key = frozenset(wards)
        table = self._tables_of_wards.get(key)
        if table is None:
            if len(self._tables_of_wards) > MOST_TABLES:
                self._tables_of_wards.clear()
            table = self._tables_of_wards[key] = np.zeros(NO_ZONE + 1, dtype=np.bool_)
            table[list(key)] = True
        return np.asarray(table[zones])

    def wards_like(self, key: str) -> list[int]:
        """The wards of a name, or of one that sounds the same, or is spelled nearly so; numbers must be right."""
        if (rows := self.wards_by_key.get(key)) is not None or key.isdigit():
            return rows or []
        alike = self._wards_by_sound.get(sound_of(key), [])
        if not alike:
            found = process.extractOne(key, self._ward_names, scorer=fuzz.ratio, score_cutoff=LEAST_WARD)
            alike = [found[0]] if found else []
        return [row for other in alike for row in self.wards_by_key[other]]

    @cached_property
    def _ward_names(self) -> list[str]:
        return [key for key in self.wards_by_key if not key.isdigit()]

    @cached_property
    def _wards_by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in self._ward_names:
            found[sound_of(key)].append(key)
        return found

    def are_in(self, wards: Collection[int], zones: Integers, points: Floats) -> NDArray[np.bool_]:
        """Which points lie in one of the old wards, or so near it that the far side of the street does."""
        inside = self.among(zones, wards)
        outside = np.flatnonzero(~inside)
        if len(outside):
            around = (points[outside][:, None, :] + BESIDE_BORDER_M * _AROUND).reshape(-1, 2)
            found = self.among(self.find_zones(from_plane(around)), wards)
            inside[outside] = found.reshape(-1, len(_AROUND)).any(axis=1)
        return inside

    def is_in(self, wards: Collection[int], zone: int, point: Floats) -> bool:
        """`are_in` for one point."""
        return bool(wards) and bool(self.are_in(wards, np.array([zone]), point.reshape(1, 2))[0])

    @cached_property
    def crossings_of(self) -> dict[int, list[tuple[int, Floats]]]:
        """The other streets that each street meets, and where."""
        found: dict[int, list[tuple[int, Floats]]] = defaultdict(list)
        for (a, b), points in self.crossings.items():
            for point in points:
                found[a].append((b, point))
                found[b].append((a, point))
        return dict(found)

    @cached_property
    def house_tree(self) -> cKDTree:
        return cKDTree(self.house_points)

    @cached_property
    def place_tree(self) -> cKDTree:
        return cKDTree(self.place_points)

    @cached_property
    def lines(self) -> tuple[shapely.STRtree, list[int]]:
        """A tree of all street parts on the plane, and the street of each."""
        line_of_point = np.repeat(np.arange(len(self._first_point) - 1), np.diff(self._first_point))
        parts = np.asarray(shapely.linestrings(self.points, indices=line_of_point))
        owner = np.repeat(np.arange(len(self._first_part) - 1), np.diff(self._first_part))
        return shapely.STRtree(parts), owner.tolist()

    def _wards_by_key(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, zone in enumerate(self.zones):
            if zone.level in {"old_ward", "new_ward"}:
                found[canonical(bare_area_name(zone.name))].append(row)
        return dict(found)

    def _crossings(self) -> dict[tuple[int, int], list[Floats]]:
        pairs = np.frombuffer(self.tables.crossing_streets, dtype="<i4").reshape(-1, 2).tolist()
        found: dict[tuple[int, int], list[Floats]] = defaultdict(list)
        for (a, b), point in zip(pairs, to_plane(*unpack_points(self.tables.crossing_points)), strict=True):
            found[a, b].append(point)
        return dict(found)

    def _alleys(self) -> dict[tuple[str, str], list[int]]:
        """(key of the street, number) → the alleys that leave it."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for street, key in enumerate(self.street_keys):
            if (split := split_alley(key)) is not None:
                found[split[1], split[0]].append(street)
        return dict(found)

    def _index(self) -> NameIndex:
        """Own names first, then other names: those are worth less where they are another's own."""
        things: dict[str, dict[tuple[str, int], Thing]] = defaultdict(dict)
        tables = self.tables

        def put(name: str, kind: ThingKind, row: int, quality: float = 1.0) -> None:
            if key := canonical(name):
                others = any(owner != row and thing.quality == 1.0 for (_, owner), thing in things[key].items())
                if quality == OTHER_NAME_QUALITY and others:
                    quality = BORROWED_NAME_QUALITY
                things[key].setdefault((kind, row), Thing(kind, row, quality))

        self._put_own_names(put)
        self._put_other_names(put)
        for row, name in enumerate(tables.street_names):
            if name.casefold().startswith("dương "):  # keys leave out "duong": kept here for slips of it
                things[canonical_words(name)].setdefault(("street", row), Thing("street", row, SHORTER_NAME_QUALITY))
        streets = [key for key in dict.fromkeys(self.street_keys) if split_alley(key) is None]
        return NameIndex({key: list(mine.values()) for key, mine in things.items() if mine}, streets)

    def _put_own_names(self, put: PutOther) -> None:
        tables = self.tables
        for row, key in enumerate(self.street_keys):
            if split_alley(key) is None:
                put(key, "street", row)
                if (twin := _TWIN_BRIDGE.match(key)) is not None:
                    put(twin[1], "street", row)
                if (highway := _HIGHWAY_1A.match(key)) is not None:
                    put("quoc lo 1" if highway[1] else "quoc lo 1a", "street", row, SHORTER_NAME_QUALITY)
        for row, name in enumerate(tables.place_names):
            put(name, "place", row)
        for row, zone in enumerate(self.zones):
            if zone.level != "old_city":
                put(zone.name, "zone", row)
                if not (bare := bare_area_name(zone.name))[:1].isdigit():
                    put(bare, "zone", row, BARE_WARD_QUALITY)

    def _put_other_names(self, put: PutOther) -> None:
        for row, key in enumerate(self.street_keys):
            for other in junction_names(key):
                put(other, "street", row, OTHER_NAME_QUALITY)
        for row, name in enumerate(self.tables.place_names):
            key = canonical(name)
            for other in junction_names(key):
                put(other, "place", row, OTHER_NAME_QUALITY)
            for other in shorter_names(key):
                put(other, "place", row, SHORTER_NAME_QUALITY)
        for row, others in enumerate(self.tables.street_other_names):
            if split_alley(self.street_keys[row]) is None:
                for other in others:
                    put(other, "street", row, OTHER_NAME_QUALITY)
        for row, others in enumerate(self.tables.place_other_names):
            for other in others:
                put(other, "place", row, OTHER_NAME_QUALITY)


def junction_names(key: str) -> list[str]:
    """Other words for a junction: who says "vòng xoay Hàng Xanh" means "ngã tư Hàng Xanh"."""
    found = _JUNCTION.match(key)
    return [f"{word} {found[1]}" for word in _JUNCTION_WORDS] if found else []


_OF_THE_CITY = re.compile(r"^(.{6,}?) (?:thanh pho ho chi minh|tp ho chi minh|tp hcm|ho chi minh|hcm)$")


def shorter_names(key: str) -> list[str]:
    """What is left out or put in front when a name is said: the city, "trường" before "đại học"."""
    found = _OF_THE_CITY.match(key)
    keys = [key, found[1]] if found else [key]
    for one in list(keys):
        if one.startswith("truong "):
            keys.append(one.removeprefix("truong "))
        elif one.startswith(("dai hoc ", "cao dang ", "tieu hoc ", "mam non ", "trung hoc ")):
            keys.append(f"truong {one}")
    return keys[1:]


def bare_area_name(name: str) -> str:
    """ "Phường Bến Nghé" → "ben nghe", "Phường 13" → "13", folded."""
    words = fold(name).split(" ")
    while len(words) > 1 and words[0] in _AREA_WORDS:
        words = words[1:]
    return " ".join(words)
