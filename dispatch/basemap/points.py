"""Points with a name: hospitals, markets, schools, and the numbers of houses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from dispatch.basemap import words
from dispatch.basemap.features import MAX_ZOOM, Feature, zoom_to_see

Tags = Mapping[str, str]

# tag → (kind, rank: 1 is drawn first, first zoom). Ranks and zooms are guesses at what a dispatcher needs.
_POI = {
    ("amenity", "hospital"): ("hospital", 1, 11),
    ("healthcare", "hospital"): ("hospital", 1, 11),
    ("aeroway", "aerodrome"): ("airport", 1, 10),
    ("amenity", "fire_station"): ("fire", 2, 13),
    ("amenity", "police"): ("police", 3, 14),
    ("railway", "station"): ("station", 3, 12),
    ("amenity", "bus_station"): ("bus_station", 4, 13),
    ("amenity", "ferry_terminal"): ("ferry", 4, 13),
    ("amenity", "marketplace"): ("market", 4, 13),
    ("shop", "mall"): ("mall", 4, 13),
    ("amenity", "university"): ("university", 4, 13),
    ("amenity", "college"): ("university", 5, 14),
    ("leisure", "stadium"): ("stadium", 4, 13),
    ("leisure", "water_park"): ("attraction", 5, 13),
    ("tourism", "zoo"): ("attraction", 4, 13),
    ("tourism", "theme_park"): ("attraction", 4, 13),
    ("tourism", "museum"): ("museum", 5, 14),
    ("tourism", "attraction"): ("attraction", 6, 14),
    ("amenity", "townhall"): ("townhall", 5, 14),
    ("amenity", "clinic"): ("clinic", 3, 14),
    ("amenity", "doctors"): ("clinic", 4, 14),
    ("healthcare", "clinic"): ("clinic", 3, 14),
    ("amenity", "school"): ("school", 6, 14),
    ("amenity", "kindergarten"): ("school", 7, 15),
    ("amenity", "place_of_worship"): ("worship", 6, 14),
    ("amenity", "pharmacy"): ("pharmacy", 7, 15),
    ("shop", "supermarket"): ("supermarket", 6, 15),
    ("building", "apartments"): ("apartments", 7, 15),
    ("tourism", "hotel"): ("hotel", 7, 15),
    ("amenity", "fuel"): ("fuel", 8, 15),
    ("amenity", "post_office"): ("post_office", 8, 15),
    ("amenity", "theatre"): ("theatre", 6, 15),
    ("amenity", "cinema"): ("cinema", 7, 15),
}
_NAMED_AREAS = {  # drawn when their ground is large enough to be seen
    ("leisure", "park"): ("park", 5),
    ("leisure", "golf_course"): ("golf", 6),
    ("landuse", "industrial"): ("industrial", 5),
    ("landuse", "cemetery"): ("cemetery", 6),
    ("landuse", "retail"): ("mall", 6),
}
_NAMELESS = {"hospital", "fire", "police", "clinic"}  # worth a sign even with no name, from near
_NOT_YET = ("(dự kiến)", "(đang xây dựng)")  # planned, being built: as mappers write it here


def point_features(tags: Tags, shape: BaseGeometry) -> Iterator[Feature]:
    """The sign and the house number of a node or an area."""
    point = shape if isinstance(shape, Point) else shape.representative_point()
    if (feature := _poi(tags, point) or _named_area(tags, shape, point)) is not None:
        yield feature
    number = words.house_number(tags.get("addr:housenumber"))
    if number:
        yield Feature("housenumber", point, {"number": number}, MAX_ZOOM)


def _poi(tags: Tags, point: Point) -> Feature | None:
    found = next((poi for (key, value), poi in _POI.items() if tags.get(key) == value), None)
    if found is None:
        return None
    kind, rank, zoom = found
    name = words.name_of(tags)
    if name is None:
        return Feature("poi", point, {"kind": kind, "rank": 8}, MAX_ZOOM) if kind in _NAMELESS else None
    if any(mark in name.casefold() for mark in _NOT_YET):
        return None
    return Feature("poi", point, {"kind": kind, "rank": rank, "name": name}, zoom)


def _named_area(tags: Tags, shape: BaseGeometry, point: Point) -> Feature | None:
    if shape is point:
        return None
    found = next((poi for (key, value), poi in _NAMED_AREAS.items() if tags.get(key) == value), None)
    name = words.name_of(tags)
    if found is None or name is None:
        return None
    kind, rank = found
    zoom = zoom_to_see(shape, pixels=1500, first=12)
    return Feature("poi", point, {"kind": kind, "rank": rank, "name": name}, zoom)
