"""The wards in force since July 2025: their borders, their names, and the land that they make up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import MIN_ZOOM, Feature
from dispatch.basemap.places import place
from dispatch.basemap.water import polygons
from dispatch.basemap.words import clean_name

_BORDER_ZOOM = 10
_SAME = 4e-4  # degrees, 45 m: two wards' drawings of one border differ by so much, each simplified by itself
_SHORTEST = 6e-4  # degrees, 65 m: shorter pieces are noise of that kind


def read_wards(path: Path) -> Iterator[Feature]:
    """Borders as lines, each drawn once and named after both sides; a label per ward; the city's land."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.make_valid(shapely.from_geojson(json.dumps(f["geometry"]))) for f in found]
        names = [clean_name(f["properties"]["name"]) or "" for f in found]
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as problem:
        raise BasemapError(
            f"{path.name} is no table of wards ({problem}). Restore it from the repository."
        ) from problem
    for shape, name in zip(shapes, names, strict=True):
        yield place("ward", name, shape.representative_point())
    yield from _borders(shapes, names)
    for part in land(shapes):
        yield Feature("land", part, {"kind": "city"}, MIN_ZOOM)


def land(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """The wards as one, slivers between them closed."""
    grown = shapely.union_all([shape.buffer(_SAME / 2) for shape in shapes])
    return [shapely.simplify(part, 1e-5) for part in polygons(grown.buffer(-_SAME / 2))]


def _borders(shapes: list[BaseGeometry], names: list[str]) -> Iterator[Feature]:
    """One line for each two neighbours, as the first of them draws it, and the rest as the city's outer border."""
    tree = shapely.STRtree(shapes)
    bands = [shape.boundary.buffer(_SAME) for shape in shapes]
    for index, shape in enumerate(shapes):
        others = [int(i) for i in tree.query(bands[index], predicate="intersects") if i != index]
        for other in sorted(i for i in others if i > index):
            shared = shape.boundary.intersection(bands[other])
            yield from _lines(shared, f"{names[index]} · {names[other]}", sides=2)
        outside = shape.boundary.difference(shapely.union_all([bands[i] for i in others]))
        yield from _lines(outside, names[index], sides=1)


def _lines(shape: BaseGeometry, name: str, *, sides: int) -> Iterator[Feature]:
    for line in shapely.get_parts(shapely.line_merge(shape)):
        if line.length >= _SHORTEST:
            yield Feature("ward", line, {"name": name, "sides": sides}, _BORDER_ZOOM)
