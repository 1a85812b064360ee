"""A point → words a dispatcher can say: the house, the place or the street it is at, and how far off it is."""

from __future__ import annotations

import math

import numpy as np
import shapely
from scipy.spatial import cKDTree

from dispatch.domain.place import Place, PlaceKind
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import WardAt, zone_label
from dispatch.geocoding.geometry import Floats, is_on_earth, to_plane
from dispatch.geocoding.streets import NEAREST_ROAD
from dispatch.geocoding.tables import NO_ZONE

AT_HOUSE_M = 35.0
AT_PLACE_M = 60.0
FARTHEST_STREET_M = 2_000.0


def describe(city: CityNames, lon: float, lat: float, ward_at: WardAt | None) -> Place:
    """
    The nearest thing with a name, with its distance; a point far from all names is given by its coordinates.

    Never refuses a point: beyond the city it says so by an empty ward. Numbers that are no degrees give a place
    without confidence at 0, 0.
    """
    if not is_on_earth(lon, lat):
        return Place(lon=0.0, lat=0.0, kind="point", label="Không rõ vị trí", confidence=0.0)
    point = to_plane(np.array([lon]), np.array([lat]))[0]
    zone = city.zone_row_at(point)
    kind, title, gap_m = _nearest(city, point) or ("point", f"{lat:.5f}, {lon:.5f}", 0.0)
    if gap_m >= 15:
        title = f"{title} (cách {gap_m:.0f} m)"
    return Place(
        lon=lon,
        lat=lat,
        kind=kind,
        label=", ".join(part for part in (title, zone_label(city, zone)) if part),
        radius_m=round(gap_m, 1),
        confidence=1.0,
        new_ward=ward_at(lon, lat) if ward_at else None,
        old_ward=city.zones[zone].name if zone != NO_ZONE else None,
        old_district=city.zones[zone].district if zone != NO_ZONE else None,
    )


def _nearest(city: CityNames, point: Floats) -> tuple[PlaceKind, str, float] | None:
    tables = city.tables
    gap_m, row = _closest(city.house_tree, point)
    if row is not None and gap_m <= AT_HOUSE_M and city.house_source[row] != NEAREST_ROAD:
        name = tables.street_names[int(city.house_street[row])]
        return "address", f"{tables.house_numbers[row].upper()} {name}", gap_m
    gap_m, row = _closest(city.place_tree, point)
    if row is not None and gap_m <= AT_PLACE_M:
        return "poi", tables.place_names[row], gap_m
    tree, owner = city.lines
    rows, gaps_m = tree.query_nearest(shapely.Point(point), max_distance=FARTHEST_STREET_M, return_distance=True)
    if len(rows):
        return "street", tables.street_names[owner[int(rows[0])]], float(gaps_m[0])
    return None


def _closest(tree: cKDTree, point: Floats) -> tuple[float, int | None]:
    gap_m, row = tree.query(point)
    return (float(gap_m), int(row)) if math.isfinite(gap_m) else (math.inf, None)
