"""The wards in force since July 2025: their borders, their names, and the land that they make up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry import LineString
from shapely.ops import linemerge

from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import MIN_ZOOM, Feature
from dispatch.basemap.places import place
from dispatch.basemap.water import polygons
from dispatch.basemap.words import clean_name

_BORDER_ZOOM = 10
_TOUCH = 2e-5  # degrees, 2 m: how near a border passes to the wards it divides


def read_wards(path: Path) -> Iterator[Feature]:
    """Borders as lines, each drawn once and named after both sides; a label per ward; the city's land."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.make_valid(shapely.from_geojson(json.dumps(f["geometry"]))) for f in found]
        names = [clean_name(f["properties"]["name"]) or "" for f in found]
    except (ValueError, KeyError, TypeError, shapely.errors.GEOSException) as problem:
        raise BasemapError(
            f"{path.name} is no table of wards ({problem}). Restore it from the repository."
        ) from problem
    for shape, name in zip(shapes, names, strict=True):
        yield place("ward", name, shape.representative_point())
    yield from _borders(shapes, names)
    for part in polygons(shapely.union_all(shapes)):
        yield Feature("land", part, {"kind": "city"}, MIN_ZOOM)


def _borders(shapes: list[shapely.Geometry], names: list[str]) -> Iterator[Feature]:
    edges = shapely.union_all([shape.boundary for shape in shapes])
    tree = shapely.STRtree(shapes)
    for line in shapely.get_parts(linemerge(edges)):
        if not isinstance(line, LineString):
            continue
        middle = line.interpolate(0.5, normalized=True)
        sides = sorted(names[i] for i in tree.query(middle, predicate="dwithin", distance=_TOUCH))
        yield Feature("ward", line, {"name": " · ".join(sides), "sides": len(sides)}, _BORDER_ZOOM)
