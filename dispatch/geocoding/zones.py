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

from dispatch.geocoding.geometry import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, Floats, to_plane
from dispatch.geocoding.tables import NO_ZONE, STEP_DEGREES, Integers, Zone
from dispatch.text import fold

# A point this far from the nearest old ward's middle is outside the old city (guess: Cần Giờ's wards are wide).
FARTHEST_FROM_WARD_M = 9_000.0
_RING_SIMPLIFY_DEGREES = 2.5e-4


def ward_polygons(extract: Path) -> list[tuple[str, shapely.Geometry]]:
    """The wards (admin_level 10) whose boundary closes in an OpenStreetMap extract: name and polygon in degrees."""
    make, found = osmium.geom.WKBFactory(), []
    boundaries = osmium.filter.TagFilter(("admin_level", "10"))
    for thing in osmium.FileProcessor(str(extract)).with_locations().with_areas(boundaries).with_filter(boundaries):
        if not isinstance(thing, osmium.osm.Area) or "name" not in thing.tags:
            continue
        try:
            found.append((thing.tags["name"], shapely.from_wkb(make.create_multipolygon(thing))))
        except RuntimeError:  # libosmium's word for a boundary that does not close
            continue
    return found


def make_zones(old_wards: Path, new_wards: Path, polygons: Sequence[tuple[str, shapely.Geometry]]) -> list[Zone]:
    """
    All zones: old wards from a table of middles (given their polygon where one of that name holds the middle),
    old districts from their wards, new wards from their polygons.
    """
    with old_wards.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    middles = to_plane(np.array([float(row["lon"]) for row in rows]), np.array([float(row["lat"]) for row in rows]))
    gaps = cKDTree(middles).query(middles, k=2)[0][:, 1]
    wards = [_old_ward(row, _polygon_of(row, polygons), float(gap)) for row, gap in zip(rows, gaps, strict=True)]
    return [*wards, *_districts(wards), *_new_wards(new_wards)]


def _polygon_of(row: dict[str, str], polygons: Sequence[tuple[str, shapely.Geometry]]) -> shapely.Geometry | None:
    middle = shapely.Point(float(row["lon"]), float(row["lat"]))
    name = fold(row["name"])
    return next((shape for title, shape in polygons if fold(title) == name and shape.contains(middle)), None)


def _old_ward(row: dict[str, str], shape: shapely.Geometry | None, gap_m: float) -> Zone:
    rings: list[list[int]] = []
    radius_m = 0.75 * gap_m
    if shape is not None:
        radius_m = _radius_m(shape)
        rings = [_ring(part) for part in shapely.get_parts(shape.simplify(_RING_SIMPLIFY_DEGREES))]
    lon, lat = float(row["lon"]), float(row["lat"])
    return Zone(row["name"], "old_ward", row["district"], lon, lat, round(radius_m), rings)


def _ring(part: shapely.Polygon) -> list[int]:
    return [round(number / STEP_DEGREES) for point in part.exterior.coords for number in point]


def _radius_m(shape: shapely.Geometry) -> float:
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
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        middle = shape.representative_point()
        yield Zone(
            feature["properties"]["name"], "new_ward", None, round(middle.x, 5), round(middle.y, 5), round(_radius_m(shape))
        )  # fmt: skip


def zone_finder(zones: Sequence[Zone]) -> Callable[[Floats], Integers]:
    """
    A function from points (degrees, n × 2) to old wards (indices into `zones`, or NO_ZONE outside the old city).

    Where no ward's polygon holds the point, the nearest middle among the wards without a polygon answers: near
    their edges that is a guess.
    """
    shapes = [
        shapely.union_all([shapely.Polygon(np.array(ring).reshape(-1, 2) * STEP_DEGREES).buffer(0) for ring in zone.rings])
        for zone in zones if zone.level == "old_ward" and zone.rings
    ]  # fmt: skip
    with_shape = np.array([i for i, zone in enumerate(zones) if zone.level == "old_ward" and zone.rings])
    wards = np.array([i for i, zone in enumerate(zones) if zone.level == "old_ward"])
    bare = np.array([i for i in wards if not zones[i].rings] or wards)
    tree = shapely.STRtree(shapes)
    middles = cKDTree(to_plane(np.array([zones[i].lon for i in bare]), np.array([zones[i].lat for i in bare])))

    def find(points: Floats) -> Integers:
        answer = np.full(len(points), NO_ZONE, dtype=np.uint16)
        gap_m, nearest = middles.query(to_plane(points[:, 0], points[:, 1]))
        close = gap_m < FARTHEST_FROM_WARD_M
        answer[close] = bare[nearest[close]]
        inside = tree.query(shapely.points(points), predicate="within")
        answer[inside[0]] = with_shape[inside[1]]
        return answer

    return find
