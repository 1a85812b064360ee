"""Ways that are drawn as lines: roads, rails, ferries, rivers, runways."""

from __future__ import annotations

from collections.abc import Mapping

from shapely.geometry.base import BaseGeometry

from dispatch.basemap import words
from dispatch.basemap.features import MAX_ZOOM, Feature

Tags = Mapping[str, str]

# OpenStreetMap's word → our class. Only what a wheel or a stretcher can use.
ROAD_CLASS = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "residential": "residential",
    "unclassified": "residential",
    "living_street": "residential",
    "road": "residential",
    "service": "service",
    "track": "service",
    "busway": "service",
    "pedestrian": "path",
    "footway": "path",
    "path": "path",
    "steps": "path",
    "cycleway": "path",
    "bridleway": "path",
}
ROAD_ZOOM = {
    "motorway": 8,
    "trunk": 8,
    "primary": 8,
    "secondary": 10,
    "tertiary": 11,
    "residential": 13,
    "service": 14,
    "path": 14,
    "rail": 9,
    "ferry": 9,
}
LINK_ZOOM = 11  # ramps tangle below this
_RAILS = {"rail", "light_rail", "subway", "monorail", "tram", "narrow_gauge"}
_WATERWAY = {
    "river": ("river", 8),
    "canal": ("canal", 11),
    "stream": ("stream", 13),
    "ditch": ("stream", MAX_ZOOM),
    "drain": ("stream", MAX_ZOOM),
}
_AEROWAY = {"runway": 10, "taxiway": 13}


def line_feature(tags: Tags, shape: BaseGeometry) -> Feature | None:
    """The feature that a way makes, if any. A closed way that is a square or a pond is no line."""
    if words.is_true(tags.get("area")):
        return None
    for rule in (_road, _rail, _waterway, _aeroway):
        if (feature := rule(tags, shape)) is not None:
            return feature
    return None


def _road(tags: Tags, shape: BaseGeometry) -> Feature | None:
    value = (tags.get("highway") or "").strip().lower()
    name = value.removesuffix("_link")
    if name not in ROAD_CLASS:
        return None
    road_class, is_link = ROAD_CLASS[name], int(name != value)
    zoom = max(ROAD_ZOOM[road_class], LINK_ZOOM if is_link else 0)
    return Feature("road", shape, {"class": road_class, "link": is_link, **_road_details(tags)}, zoom)


def _rail(tags: Tags, shape: BaseGeometry) -> Feature | None:
    is_ferry = tags.get("route") == "ferry"
    if not is_ferry and tags.get("railway") not in _RAILS:
        return None
    road_class = "ferry" if is_ferry else "rail"
    is_siding = bool(tags.get("service"))
    zoom = 13 if is_siding else ROAD_ZOOM[road_class]
    return Feature("road", shape, {"class": road_class, "link": 0, **_road_details(tags)}, zoom)


def _road_details(tags: Tags) -> dict[str, str | int]:
    details: dict[str, str | int] = {
        "oneway": one_way(tags),
        "bridge": words.is_true(tags.get("bridge")),
        "tunnel": words.is_true(tags.get("tunnel")),
        "layer": words.level(tags.get("layer")),
    }
    ref = (tags.get("ref") or "").strip()
    if ref and len(ref) <= 20:
        details["ref"] = ref
    return details | words.name_property(words.name_of(tags))


def one_way(tags: Tags) -> int:
    """1 along the drawn line, -1 against it, 0 both ways. Motorways and roundabouts are one-way unsaid."""
    said = (tags.get("oneway") or "").strip().lower()
    if said in {"yes", "true", "1"}:
        return 1
    if said in {"-1", "reverse"}:
        return -1
    is_implied = tags.get("junction") == "roundabout" or tags.get("highway") == "motorway"
    return int(is_implied and said not in {"no", "0", "false"})


def _waterway(tags: Tags, shape: BaseGeometry) -> Feature | None:
    found = _WATERWAY.get(tags.get("waterway") or "")
    if found is None or words.is_true(tags.get("tunnel")):
        return None
    kind, zoom = found
    return Feature("waterway", shape, {"kind": kind, **words.name_property(words.name_of(tags))}, zoom)


def _aeroway(tags: Tags, shape: BaseGeometry) -> Feature | None:
    kind = tags.get("aeroway") or ""
    if kind not in _AEROWAY:
        return None
    ref = (tags.get("ref") or "").strip()
    return Feature("aeroway", shape, {"kind": kind, **words.name_property(ref or None)}, _AEROWAY[kind])
