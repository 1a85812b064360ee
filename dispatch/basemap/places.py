"""Names of parts of the city: city, old districts, towns, villages, neighbourhoods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from dispatch.basemap import words
from dispatch.basemap.features import Feature
from dispatch.text import fold

Tags = Mapping[str, str]

# kind → (rank: 1 is drawn first, first zoom)
PLACE = {
    "city": (1, 8),
    "district": (2, 9),
    "town": (3, 9),
    "island": (6, 12),
    "suburb": (4, 11),
    "ward": (5, 12),
    "village": (5, 12),
    "quarter": (7, 13),
    "neighbourhood": (8, 14),
    "hamlet": (8, 13),
    "locality": (9, 14),
}
_DISTRICT_LEVEL = "6"  # of the administrative boundaries in Việt Nam before July 2025
_TITLES = ("thanh pho ", "thi xa ", "thi tran ", "quan ", "huyen ", "phuong ", "xa ")
_WARD_TITLES = ("phuong ", "xa ")  # a mapper's ward is no town, whatever its tag says


def place_feature(tags: Tags, shape: BaseGeometry) -> Feature | None:
    """A place node, or the area of an old district; callers still speak of districts."""
    name = words.name_of(tags)
    if name is None:
        return None
    if isinstance(shape, Point):
        kind = tags.get("place") or ""
        is_ward = kind in {"town", "suburb"} and fold(name).startswith(_WARD_TITLES)
        return place("village" if is_ward else kind, name, shape) if kind in PLACE else None
    is_district = (
        tags.get("boundary") == "administrative"
        and tags.get("admin_level") == _DISTRICT_LEVEL
        and not fold(name).startswith(_WARD_TITLES)
    )
    return place("district", name, shape.representative_point()) if is_district else None


def place(kind: str, name: str, point: Point) -> Feature:
    """A place label of one of the kinds in `PLACE`."""
    rank, zoom = PLACE[kind]
    return Feature("place", point, {"kind": kind, "name": name, "rank": rank}, zoom)


def settle(found: Iterable[Feature]) -> Iterator[Feature]:
    """
    One label for each district: the mapper's node says where, the boundary says that it is a district.

    Nodes of the same name elsewhere in the extract are taken for the same place (assumption).
    """
    features = list(found)
    nodes = {_bare(f): f for f in features if f.properties["kind"] in {"suburb", "town"}}
    districts = {_bare(f) for f in features if f.properties["kind"] == "district"}
    for feature in features:
        is_district = feature.properties["kind"] == "district"
        if is_district and (node := nodes.get(_bare(feature))) is not None:
            yield Feature("place", node.geometry, feature.properties, feature.minzoom)
        elif is_district or nodes.get(_bare(feature)) is not feature or _bare(feature) not in districts:
            yield feature


def _bare(feature: Feature) -> str:
    name = fold(str(feature.properties["name"]))
    title = next((t for t in _TITLES if name.startswith(t)), "")
    return name.removeprefix(title)
