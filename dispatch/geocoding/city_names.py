"""The gazetteer in memory: streets, crossings, house numbers, places and wards, ready to be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from dispatch.geocoding.geometry import Floats, from_plane, to_plane
from dispatch.geocoding.names_known import bare_area_name, name_index
from dispatch.geocoding.numbering import NumberLine
from dispatch.geocoding.sounds import sound_of
from dispatch.geocoding.street_numbers import number_line
from dispatch.geocoding.tables import FILE_NAME, NO_ZONE, Integers, Tables, Zone, read_tables, unpack_points
from dispatch.geocoding.words import abbreviations, canonical, split_alley
from dispatch.geocoding.zones import shape_of, zone_finder

# Of 100: how alike the name of a ward must be (guess).
LEAST_WARD = 82.0
# Two sides of one street may lie in two districts; numbers are told by either (guess: a wide avenue).
BESIDE_BORDER_M = 60.0
# A ward's circle is drawn wide, to hold it; this share of it is surely inside (guess).
BARE_ZONE_SHARE = 0.6
# Look-up tables kept for sets of wards that callers name (64 kB each).
MOST_TABLES = 400
_AROUND = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])


class CityNames:
    """Rows of the tables as arrays; points on the plane in metres, zones as indices into `zones`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.zones: list[Zone] = tables.zones
        self.street_keys = [canonical(name) for name in tables.street_names]
        self._first_part = np.frombuffer(tables.street_first_part, dtype="<i4")
        self.first_point = np.frombuffer(tables.part_first_point, dtype="<i4")
        self.points = to_plane(*unpack_points(tables.points))
        self.point_zone = np.frombuffer(tables.point_zone, dtype="<u2")
        self.house_points = to_plane(*unpack_points(tables.house_points))
        self.house_zone = np.frombuffer(tables.house_zone, dtype="<u2")
        self.house_source = np.frombuffer(tables.house_source, dtype="u1")
        self.house_street = np.frombuffer(tables.house_streets, dtype="<i4")
        self.place_points = to_plane(*unpack_points(tables.place_points))
        self.place_zone = np.frombuffer(tables.place_zone, dtype="<u2")
        self.doubtful_places = frozenset(tables.doubtful_places)
        self.place_radius_m = np.frombuffer(tables.place_radius_m, dtype="<u2")
        self.point_along = np.frombuffer(tables.point_along, dtype="<f4")
        self.house_along = np.frombuffer(tables.house_along, dtype="<f4")
        self.find_zones = zone_finder(self.zones)
        self._shapes: dict[int, BaseGeometry] = {}
        self._zone_shapes: dict[frozenset[int], BaseGeometry] = {}
        self._lines: dict[int, NumberLine] = {}
        self.measured_roads: dict[frozenset[str], tuple[Floats, Floats]] = {}  # filled by milestones
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
        self.index = name_index(tables, self.street_keys)

    @classmethod
    def read(cls, folder: Path) -> CityNames:
        """Read the files that `build_gazetteer` wrote."""
        return cls(read_tables(folder / FILE_NAME))

    def street_points(self, street: int) -> slice:
        """Where the street's points lie in `points` and `point_zone`."""
        first, last = self._first_part[street], self._first_part[street + 1]
        return slice(int(self.first_point[first]), int(self.first_point[last]))

    def street_shape(self, street: int) -> BaseGeometry:
        """The street as lines on the plane."""
        if (known := self._shapes.get(street)) is not None:
            return known
        parts = range(self._first_part[street], self._first_part[street + 1])
        cut = [self.points[self.first_point[part] : self.first_point[part + 1]] for part in parts]
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
        line_of_point = np.repeat(np.arange(len(self.first_point) - 1), np.diff(self.first_point))
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
