"""Old wards, old districts and new wards: where a point lies, and how far a ward reaches."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import osmium
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from dispatch.geocoding.geometry import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, Floats, to_plane
from dispatch.geocoding.tables import NO_ZONE, STEP_DEGREES, Integers, Zone
from dispatch.text import fold

_RING_SIMPLIFY_DEGREES = 2.5e-4
_SLIVER_DEGREES = 1.5e-3


def ward_polygons(extract: Path) -> list[tuple[str, BaseGeometry]]:
    """The wards (admin_level 10) whose boundary closes in an OpenStreetMap extract: name and polygon in degrees."""
    make = osmium.geom.WKBFactory()
    found: list[tuple[str, BaseGeometry]] = []
    boundaries = osmium.filter.TagFilter(("admin_level", "10"))
    for thing in osmium.FileProcessor(str(extract)).with_locations().with_areas(boundaries).with_filter(boundaries):
        if not isinstance(thing, osmium.osm.Area) or "name" not in thing.tags:
            continue
        try:
            found.append((thing.tags["name"], shapely.from_wkb(make.create_multipolygon(thing))))
        except RuntimeError:  # libosmium's word for a boundary that does not close
            continue
    return found


def make_zones(old_wards: Path, new_wards: Path, polygons: Sequence[tuple[str, BaseGeometry]]) -> list[Zone]:
    """
    All zones: old wards from a table of middles (given their polygon where one of that name holds the middle),
    old districts from their wards, new wards from their polygons.
    """
    with old_wards.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    middles = to_plane(np.array([float(row["lon"]) for row in rows]), np.array([float(row["lat"]) for row in rows]))
    gaps = np.asarray(cKDTree(middles).query(middles, k=2)[0])[:, 1]
    wards = [_old_ward(row, _polygon_of(row, polygons), float(gap)) for row, gap in zip(rows, gaps, strict=True)]
    return [*wards, *_districts(wards), *_new_wards(new_wards)]


def _polygon_of(row: dict[str, str], polygons: Sequence[tuple[str, BaseGeometry]]) -> BaseGeometry | None:
    middle = shapely.Point(float(row["lon"]), float(row["lat"]))
    name = fold(row["name"])
    return next((shape for title, shape in polygons if fold(title) == name and shape.contains(middle)), None)


def _old_ward(row: dict[str, str], shape: BaseGeometry | None, gap_m: float) -> Zone:
    rings: list[list[int]] = []
    radius_m = 0.75 * gap_m
    if shape is not None:
        radius_m = _radius_m(shape)
        rings = [_ring(part) for part in shapely.get_parts(shape.simplify(_RING_SIMPLIFY_DEGREES))]
    lon, lat = float(row["lon"]), float(row["lat"])
    return Zone(row["name"], "old_ward", row["district"], lon, lat, round(radius_m), rings)


def _ring(part: shapely.Polygon) -> list[int]:
    return [round(number / STEP_DEGREES) for point in part.exterior.coords for number in point]


def _radius_m(shape: BaseGeometry) -> float:
    """A circle a fifth wider than one of the same area: holds nine tenths of most wards (guess)."""
    return 1.2 * math.sqrt(shape.area * METRES_PER_DEGREE_LON * METRES_PER_DEGREE_LAT / math.pi)


def _districts(wards: Sequence[Zone]) -> Iterable[Zone]:
    for name in dict.fromkeys(ward.district for ward in wards if ward.district):
        mine = [ward for ward in wards if ward.district == name]
        middles = to_plane(np.array([ward.lon for ward in mine]), np.array([ward.lat for ward in mine]))
        lon, lat = (float(np.mean([getattr(ward, axis) for ward in mine])) for axis in ("lon", "lat"))
        reach = np.hypot(*(middles - middles.mean(axis=0)).T) + [ward.radius_m for ward in mine]
        yield Zone(name, "district", None, round(lon, 5), round(lat, 5), round(float(reach.max())))


def _new_wards(path: Path) -> Iterable[Zone]:
    """The new wards, and the outline of the old city: the new wards that were mostly in it."""
    old_city = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape, facts = shapely.geometry.shape(feature["geometry"]), feature["properties"]
        middle = shape.representative_point()
        lon, lat = round(middle.x, 5), round(middle.y, 5)
        rings = [_ring(part) for part in shapely.get_parts(shape.simplify(_RING_SIMPLIFY_DEGREES))]
        yield Zone(facts["name"], "new_ward", None, lon, lat, round(_radius_m(shape)), rings)
        if facts["share_in_old_city"] > 0.5:
            old_city.append(shape.buffer(_RING_SIMPLIFY_DEGREES))
    city = shapely.union_all(old_city)
    rings = [_ring(part) for part in shapely.get_parts(city.simplify(_RING_SIMPLIFY_DEGREES))]
    yield Zone("Thành phố Hồ Chí Minh", "old_city", None, city.centroid.x, city.centroid.y, _radius_m(city), rings)


def zone_finder(zones: Sequence[Zone]) -> Callable[[Floats], Integers]:
    """
    A function from points (degrees, n × 2) to old wards (indices into `zones`, or NO_ZONE outside the old city).

    Where no ward's polygon holds the point, the nearest middle among the wards without a polygon answers: near
    their edges that is a guess.
    """
    wards = [row for row, zone in enumerate(zones) if zone.level == "old_ward"]
    with_shape = np.array([row for row in wards if zones[row].rings])
    bare = np.array([row for row in wards if not zones[row].rings] or wards)
    tree = shapely.STRtree([shape_of(zones[row]) for row in with_shape])
    middles = cKDTree(to_plane(np.array([zones[row].lon for row in bare]), np.array([zones[row].lat for row in bare])))
    old_city = shapely.union_all([shape_of(zone) for zone in zones if zone.level == "old_city"])
    shapely.prepare(old_city)

    def _nearest(points: Floats) -> Integers:
        """The nearest ward without a polygon, but slivers between polygons go to the polygon beside them."""
        gap_m, nearest = (np.asarray(column) for column in middles.query(to_plane(points[:, 0], points[:, 1])))
        answer: Integers = bare[nearest]
        beside = tree.query_nearest(shapely.points(points), max_distance=_SLIVER_DEGREES, all_matches=False)
        for row, shape in beside.T if len(tree) else ():
            if gap_m[row] > zones[int(answer[row])].radius_m:
                answer[row] = with_shape[shape]
        return answer

    def find(points: Floats) -> Integers:
        answer = np.full(len(points), NO_ZONE, dtype=np.uint16)
        spots = shapely.points(points)
        inside = tree.query(spots, predicate="within")
        answer[inside[0]] = with_shape[inside[1]]
        open_rows = np.flatnonzero((answer == NO_ZONE) & shapely.contains(old_city, spots))
        if len(open_rows):
            answer[open_rows] = _nearest(points[open_rows])
        return answer

    return find


def shape_of(zone: Zone) -> BaseGeometry:
    """The area in degrees; empty where no outline is known."""
    rings = [shapely.Polygon(np.array(ring).reshape(-1, 2) * STEP_DEGREES).buffer(0) for ring in zone.rings]
    return shapely.union_all(rings)
