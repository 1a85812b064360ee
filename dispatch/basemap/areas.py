"""Areas: water, green, land use, buildings, aprons. Closed ways and assembled multipolygons alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapely.geometry.base import BaseGeometry

from dispatch.basemap import words
from dispatch.basemap.features import MAX_ZOOM, Feature, zoom_to_see

Tags = Mapping[str, str]

FLOWING = ("river", "canal", "sea")  # water that is melted together before it is drawn

_WATER = {
    ("waterway", "riverbank"): "river",
    ("waterway", "dock"): "dock",
    ("natural", "water"): "lake",
    ("natural", "bay"): "sea",
    ("natural", "strait"): "sea",
    ("landuse", "reservoir"): "reservoir",
    ("landuse", "basin"): "basin",
    ("landuse", "salt_pond"): "salt_pond",
    ("landuse", "aquaculture"): "pond",
}
_WATER_TAG = {"river": "river", "stream": "river", "canal": "canal", "lagoon": "lake", "pond": "pond"} | {
    "reservoir": "reservoir",
    "basin": "basin",
}
_GREEN = {
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "golf_course"): "golf",
    ("leisure", "nature_reserve"): "forest",
    ("leisure", "recreation_ground"): "park",
    ("leisure", "pitch"): "pitch",
    ("leisure", "playground"): "park",
    ("leisure", "stadium"): "pitch",
    ("landuse", "recreation_ground"): "park",
    ("landuse", "village_green"): "park",
    ("landuse", "grass"): "grass",
    ("landuse", "meadow"): "grass",
    ("landuse", "greenfield"): "grass",
    ("landuse", "forest"): "forest",
    ("landuse", "cemetery"): "cemetery",
    ("amenity", "grave_yard"): "cemetery",
    ("landuse", "farmland"): "farmland",
    ("landuse", "farmyard"): "farmland",
    ("landuse", "orchard"): "farmland",
    ("landuse", "plant_nursery"): "farmland",
    ("natural", "wood"): "forest",
    ("natural", "scrub"): "scrub",
    ("natural", "grassland"): "grass",
    ("natural", "grass"): "grass",
    ("natural", "wetland"): "wetland",
}
_LANDUSE = {
    ("amenity", "hospital"): "hospital",
    ("amenity", "clinic"): "hospital",
    ("healthcare", "hospital"): "hospital",
    ("amenity", "school"): "school",
    ("amenity", "kindergarten"): "school",
    ("amenity", "college"): "school",
    ("amenity", "university"): "school",
    ("aeroway", "aerodrome"): "airport",
    ("landuse", "military"): "military",
    ("landuse", "industrial"): "industrial",
    ("landuse", "port"): "industrial",
    ("landuse", "railway"): "industrial",
    ("landuse", "commercial"): "commercial",
    ("landuse", "retail"): "commercial",
}
_AEROWAY = {"apron": 12, "terminal": 13, "helipad": 14, "hangar": 14, "runway": 10}


def area_features(tags: Tags, shape: BaseGeometry) -> Iterator[Feature]:
    """Every feature that an area makes: a hospital's building is both a building and hospital ground."""
    if (feature := _water(tags, shape) or _green(tags, shape) or _landuse(tags, shape)) is not None:
        yield feature
    kind = words.kind_of(tags.get("building"))
    if kind and kind != "no":
        properties = {"kind": kind, **words.name_property(words.name_of(tags))}
        yield Feature("building", shape, properties, MAX_ZOOM)
    aeroway = tags.get("aeroway") or ""
    if aeroway in _AEROWAY:
        yield Feature("aeroway", shape, {"kind": aeroway}, _AEROWAY[aeroway])


def _first(rules: Mapping[tuple[str, str], str], tags: Tags) -> str | None:
    return next((kind for (key, value), kind in rules.items() if tags.get(key) == value), None)


def _water(tags: Tags, shape: BaseGeometry) -> Feature | None:
    kind = _first(_WATER, tags)
    if kind is None:
        return None
    kind = _WATER_TAG.get(tags.get("water") or "", kind)
    zoom = zoom_to_see(shape, pixels=12)
    return Feature("water", shape, {"kind": kind, **words.name_property(words.name_of(tags))}, zoom)


def _green(tags: Tags, shape: BaseGeometry) -> Feature | None:
    kind = _first(_GREEN, tags)
    if kind is None:
        return None
    if kind == "wetland" and tags.get("wetland") in {"mangrove", "swamp"}:
        kind = "forest"
    return Feature("green", shape, {"kind": kind}, zoom_to_see(shape))


def _landuse(tags: Tags, shape: BaseGeometry) -> Feature | None:
    kind = _first(_LANDUSE, tags)
    if kind is None and kind_military(tags):
        kind = "military"
    return None if kind is None else Feature("landuse", shape, {"kind": kind}, zoom_to_see(shape))


def kind_military(tags: Tags) -> bool:
    """Ground of the army that is not tagged as land use."""
    return words.kind_of(tags.get("military")) is not None
