"""
Builds the gazetteer of the city: from an OpenStreetMap extract, or from the table the repository carries.

`python -m dispatch.geocoding.gazetteer EXTRACT.pbf` remakes the carried table.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from dispatch.geocoding.along import densified, metres_along, project
from dispatch.geocoding.geometry import Floats, distance_m, from_plane, to_plane
from dispatch.geocoding.known_numbers import CARRIED as CARRIED_NUMBERS
from dispatch.geocoding.known_numbers import read_known_numbers
from dispatch.geocoding.landmarks import FILE as LANDMARKS
from dispatch.geocoding.landmarks import read_landmarks
from dispatch.geocoding.newer import Newer, add_newer
from dispatch.geocoding.osm_names import House, NamedPlace, Names, Progress, read_names
from dispatch.geocoding.streets import BESIDE, LISTED, Crossing, HouseOnStreet, Street, merge_roads, place_houses
from dispatch.geocoding.tables import (
    FILE_NAME,
    Tables,
    Zone,
    pack_integers,
    pack_points,
    read_tables,
    unpack_points,
    write_tables,
)
from dispatch.geocoding.words import canonical
from dispatch.geocoding.zones import make_zones, ward_polygons, zone_finder
from dispatch.paths import data_dir

CARRIED = Path("gazetteer") / "gazetteer.msgpack.gz"
# A node and a building of one name this near each other are one place (guess).
SAME_PLACE_M = 250.0


def build_gazetteer(
    extract: Path | None,
    out_dir: Path,
    progress: Progress = print,
    *,
    pack: Path | None = None,
    newer: Newer | None = None,
) -> dict[str, Any]:
    """
    Write the gazetteer files into `out_dir` and return what is in them.

    Without an extract the carried table is taken. Wards come from the carried table in both cases: the old ones
    no longer change. `newer` files add names to those of an extract.
    """
    pack = pack or data_dir()
    carried = read_tables(pack / CARRIED)
    tables = carried
    if extract is not None:
        names = names_of(extract, pack, progress)
        tables = _tables_with_carried(names, extract, carried, newer or Newer(), progress)
    finish(tables)
    out_dir.mkdir(parents=True, exist_ok=True)
    write_tables(tables, out_dir / FILE_NAME)
    progress(f"gazetteer: {len(tables.street_names)} streets, {len(tables.place_names)} places")
    return {
        "source": tables.source,
        "date": tables.date,
        "streets": len(tables.street_names),
        "crossings": len(tables.crossing_streets) // 8,
        "house_numbers": len(tables.house_numbers),
        "places": len(tables.place_names),
        "old_wards": sum(zone.level == "old_ward" for zone in tables.zones),
        "new_wards": sum(zone.level == "new_ward" for zone in tables.zones),
        "files": [FILE_NAME],
    }


def _tables_with_carried(names: Names, extract: Path, carried: Tables, newer: Newer, progress: Progress) -> Tables:
    """What an extract lacks altogether (a map of roads only has no places) comes from the carried table."""
    if not names.roads:
        progress(f"{extract.name} names no roads: the carried gazetteer is taken")
        return carried
    if not names.houses:
        names.houses, beside = _carried_houses(carried)
        names.beside += beside
    has_places = bool(names.places)
    names = add_newer(names, newer, progress)
    tables = tables_of(names, extract, carried.zones, progress)
    if not has_places:
        tables.place_names, tables.place_other_names = carried.place_names, carried.place_other_names
        tables.place_categories, tables.place_points = carried.place_categories, carried.place_points
        tables.place_radius_m, tables.doubtful_places = carried.place_radius_m, carried.doubtful_places
    return tables


def names_of(extract: Path, pack: Path, progress: Progress) -> Names:
    """The names of an extract, and the numbers that the pack's own tables know."""
    names = read_names(extract, progress)
    for table in CARRIED_NUMBERS:
        names.beside += read_known_numbers(pack / table)
    names.places += read_landmarks(pack / LANDMARKS)
    return names


def _carried_houses(carried: Tables) -> tuple[list[House], list[House]]:
    """The carried numbers: houses, and what stands beside one."""
    streets = np.frombuffer(carried.house_streets, dtype="<i4")
    points = zip(*unpack_points(carried.house_points), strict=True)
    sources = np.frombuffer(carried.house_source, dtype="u1").tolist()
    found: tuple[list[House], list[House]] = ([], [])
    for number, street, source, (lon, lat) in zip(carried.house_numbers, streets, sources, points, strict=True):
        house = House(number, carried.street_names[street], float(lon), float(lat), is_listed=source == LISTED)
        found[source in {BESIDE, LISTED}].append(house)
    return found


def tables_of(names: Names, extract: Path, zones: list[Zone], progress: Progress) -> Tables:
    """Merge and pack; the same extract always gives the same tables."""
    progress("merging streets and finding their crossings")
    streets, crossings = merge_roads(names.roads)
    houses = place_houses(names.houses, streets, crossings, names.beside)
    return _pack(extract, streets, crossings, houses, _merge_places(names), zones)


def _merge_places(names: Names) -> list[NamedPlace]:
    """One place per name and neighbourhood, the largest outline first: it knows the extent. Doubtful ones last."""
    kept: dict[str, list[NamedPlace]] = {}
    for place in sorted(names.places, key=lambda one: (one.is_doubtful, -one.radius_m, one.name, one.lon, one.lat)):
        twins = kept.setdefault(canonical(place.name), [])
        if place.category == "aerodrome":
            place = _at_terminals(place, names.places)
        here = (place.lon, place.lat)
        for at, twin in enumerate(twins):
            if distance_m(here, (twin.lon, twin.lat)) < SAME_PLACE_M:
                others = dict.fromkeys((*twin.other_names, *place.other_names))
                twins[at] = replace(twin, other_names=tuple(others))
                break
        else:
            twins.append(place)
    return [place for key in sorted(kept) if key for place in kept[key]]


def _at_terminals(airport: NamedPlace, places: Sequence[NamedPlace]) -> NamedPlace:
    """An airport is where its terminals are, not the middle of its runways."""
    here = (airport.lon, airport.lat)
    inside = [
        one for one in places
        if one.category == "terminal" and distance_m((one.lon, one.lat), here) < airport.radius_m
    ]  # fmt: skip
    if not inside:
        return airport
    lon, lat = float(np.mean([one.lon for one in inside])), float(np.mean([one.lat for one in inside]))
    reach_m = max(distance_m((one.lon, one.lat), (lon, lat)) + one.radius_m for one in inside)
    return replace(airport, lon=lon, lat=lat, radius_m=reach_m)


def _pack(
    extract: Path,
    streets: Sequence[Street],
    crossings: Sequence[Crossing],
    houses: Sequence[HouseOnStreet],
    places: Sequence[NamedPlace],
    zones: list[Zone],
) -> Tables:
    parts = [part for street in streets for part in street.parts]
    degrees = from_plane(np.concatenate(parts))
    return Tables(
        source=f"OpenStreetMap contributors (ODbL), {extract.name}",
        date=_date_of(extract),
        street_names=[street.name for street in streets],
        street_other_names=[list(street.other_names) for street in streets],
        street_first_part=pack_integers(_firsts(len(street.parts) for street in streets), "<i4"),
        part_first_point=pack_integers(_firsts(len(part) for part in parts), "<i4"),
        points=pack_points(degrees[:, 0], degrees[:, 1]),
        crossing_streets=pack_integers([end for one in crossings for end in (one.a, one.b)], "<i4"),
        crossing_points=_pack_all(crossings),
        house_streets=pack_integers([house.street for house in houses], "<i4"),
        house_numbers=[house.number for house in houses],
        house_source=pack_integers([house.source for house in houses], "u1"),
        house_points=_pack_all(houses),
        place_names=[place.name for place in places],
        place_other_names=[list(place.other_names) for place in places],
        place_categories=[place.category for place in places],
        place_points=_pack_all(places),
        place_radius_m=pack_integers([min(round(place.radius_m), 65_000) for place in places], "<u2"),
        doubtful_places=[row for row, place in enumerate(places) if place.is_doubtful],
        zones=zones,
    )


def _firsts(lengths: Iterable[int]) -> list[int]:
    return [0, *np.cumsum(list(lengths)).tolist()]


def _pack_all(things: Sequence[Crossing] | Sequence[HouseOnStreet] | Sequence[NamedPlace]) -> bytes:
    return pack_points(np.array([one.lon for one in things], float), np.array([one.lat for one in things], float))


def _date_of(extract: Path) -> str:
    """The extract's own date, or the one in its file name; an export without either gives an empty text."""
    with osmium.io.Reader(str(extract)) as reader:
        stamp = reader.header().get("osmosis_replication_timestamp", "")
    found = re.search(r"\d{4}-\d{2}-\d{2}", stamp or extract.name)
    return found[0] if found else ""


def finish(tables: Tables) -> None:
    """Fill in what follows from the rest: points close enough to measure by, metres along streets, and zones."""
    _measure_streets(tables)
    find = zone_finder(tables.zones)
    tables.point_zone = find(np.column_stack(unpack_points(tables.points))).tobytes()
    tables.house_zone = find(np.column_stack(unpack_points(tables.house_points))).tobytes()
    tables.place_zone = find(np.column_stack(unpack_points(tables.place_points))).tobytes()


def _measure_streets(tables: Tables) -> None:
    points = to_plane(*unpack_points(tables.points))
    first_part = np.frombuffer(tables.street_first_part, dtype="<i4")
    first_point = np.frombuffer(tables.part_first_point, dtype="<i4")
    parts = [densified(points[first:last])[0] for first, last in itertools.pairwise(first_point)]
    along: list[Floats] = []
    for first, last in itertools.pairwise(first_part):
        along.extend(metres_along(parts[first:last]))
    house_street = np.frombuffer(tables.house_streets, dtype="<i4")
    house_points = to_plane(*unpack_points(tables.house_points))
    house_along = [
        project(point, parts[(own := slice(*first_part[street : street + 2]))], along[own])
        for street, point in zip(house_street, house_points, strict=True)
    ]
    degrees = from_plane(np.concatenate(parts))
    tables.points = pack_points(degrees[:, 0], degrees[:, 1])
    tables.part_first_point = pack_integers(_firsts(len(part) for part in parts), "<i4")
    tables.point_along = np.concatenate(along).astype("<f4").tobytes()
    tables.house_along = np.array(house_along, dtype="<f4").tobytes()


def make_carried(extract: Path, pack: Path) -> Path:
    """Remake the table that the repository carries from an extract and the pack's ward files."""
    zones = make_zones(pack / "old_wards.csv", pack / "wards.geojson", ward_polygons(extract))
    tables = tables_of(names_of(extract, pack, print), extract, zones, print)
    write_tables(tables, pack / CARRIED)
    return pack / CARRIED


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m dispatch.geocoding.gazetteer EXTRACT.osm.pbf")
    path = make_carried(Path(sys.argv[1]), data_dir())
    print(f"wrote {path.name}: {path.stat().st_size:,} bytes")
