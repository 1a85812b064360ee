"""The gazetteer in memory: streets, crossings, house numbers, places and wards, ready to be asked."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree

from dispatch.geocoding.geometry import Floats, from_plane, to_plane
from dispatch.geocoding.index import NameIndex, Thing
from dispatch.geocoding.tables import FILE_NAME, Tables, Zone, read_tables, unpack_points
from dispatch.geocoding.words import canonical, split_alley
from dispatch.geocoding.zones import zone_finder
from dispatch.text import fold

# A name from `old_name`, `name:en` or an odd spelling is a weaker sign than the name itself (guess).
OTHER_NAME_QUALITY = 0.94
_AREA_WORDS = frozenset({"phuong", "xa", "quan", "huyen", "thi", "tran", "dac", "khu"})


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
        self.house_is_sure = np.frombuffer(tables.house_is_sure, dtype="u1")
        self.house_street = np.frombuffer(tables.house_streets, dtype="<i4")
        self.place_points = to_plane(*unpack_points(tables.place_points))
        self.place_zone = np.frombuffer(tables.place_zone, dtype="<u2")
        self.place_radius_m = np.frombuffer(tables.place_radius_m, dtype="<u2")
        self.find_zones = zone_finder(self.zones)
        self.zone_points = to_plane(
            np.array([zone.lon for zone in self.zones]), np.array([zone.lat for zone in self.zones])
        )
        self.wards_by_key = self._wards_by_key()
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

    def street_shape(self, street: int) -> shapely.Geometry:
        """The street as lines on the plane."""
        parts = range(self._first_part[street], self._first_part[street + 1])
        cut = [self.points[self._first_point[part] : self._first_point[part + 1]] for part in parts]
        return shapely.MultiLineString([list(line) for line in cut])

    def houses_of(self, street: int) -> range:
        """Rows of the house numbers on a street (they are sorted by street)."""
        first, last = np.searchsorted(self.house_street, [street, street + 1])
        return range(int(first), int(last))

    def zone_row_at(self, point: Floats) -> int:
        """The old ward around a point on the plane, as a row of `zones`, or NO_ZONE."""
        return int(self.find_zones(from_plane(point.reshape(1, 2)))[0])

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
        parts = shapely.linestrings(self.points, indices=line_of_point)
        owner = np.repeat(np.arange(len(self._first_part) - 1), np.diff(self._first_part))
        return shapely.STRtree(parts), owner.tolist()

    def _wards_by_key(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, zone in enumerate(self.zones):
            if zone.level != "district":
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
        things: dict[str, dict[tuple[str, int], Thing]] = defaultdict(dict)

        def put(name: str, thing: Thing) -> None:
            if key := canonical(name):
                mine = things[key]
                if (thing.kind, thing.row) not in mine:
                    mine[thing.kind, thing.row] = thing

        tables = self.tables
        for row, key in enumerate(self.street_keys):
            if split_alley(key) is None:
                put(tables.street_names[row], Thing("street", row))
        for row, name in enumerate(tables.place_names):
            put(name, Thing("place", row))
        for row, zone in enumerate(self.zones):
            put(zone.name, Thing("zone", row))
            if not (bare := bare_area_name(zone.name))[:1].isdigit():
                put(bare, Thing("zone", row))
        for kind, columns in (("street", tables.street_other_names), ("place", tables.place_other_names)):
            for row, others in enumerate(columns):
                if kind == "place" or split_alley(self.street_keys[row]) is None:
                    for other in others:
                        put(other, Thing("street" if kind == "street" else "place", row, OTHER_NAME_QUALITY))
        streets = [key for key in dict.fromkeys(self.street_keys) if split_alley(key) is None]
        return NameIndex({key: list(mine.values()) for key, mine in things.items()}, streets)


def bare_area_name(name: str) -> str:
    """ "Phường Bến Nghé" → "ben nghe", "Phường 13" → "13", folded."""
    words = fold(name).split(" ")
    while len(words) > 1 and words[0] in _AREA_WORDS:
        words = words[1:]
    return " ".join(words)
