"""An OpenStreetMap extract (pbf, or XML) → features of the base map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium.filter import EmptyTagFilter
from osmium.geom import WKBFactory
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from dispatch.basemap import places, water
from dispatch.basemap.areas import area_features
from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import Feature
from dispatch.basemap.lines import line_feature
from dispatch.basemap.points import point_features

_THINGS_PER_BYTE = 0.025  # tagged things in a pbf, measured on the city of 2018; moves only the progress bar
_MARGIN = 0.01  # degrees, 1.1 km
_REPORT_EVERY = 2_000


def read_extract(path: Path, progress: Callable[[str, float], None]) -> Iterator[Feature]:
    """
    Every feature of the extract: most as they come, water and place names at the end, when all are known.

    Assumes an extract of a city: areas are assembled in memory. What has no valid shape is left out.
    """
    expected = max(1, path.stat().st_size * _THINGS_PER_BYTE)
    kept: dict[str, list[Feature]] = {"water": [], "place": []}
    coast: list[LineString] = []
    seen = 0
    for seen, (tags, shape) in enumerate(_shapes(path), start=1):
        if seen % _REPORT_EVERY == 0:
            progress(f"reading {path.name}: {seen:,} things", min(0.95, seen / expected))
        if isinstance(shape, LineString) and tags.get("natural") == "coastline":
            coast.append(shape)
        for feature in _features(tags, shape):
            if feature.layer in kept:
                kept[feature.layer].append(feature)
            else:
                yield feature
    if seen == 0:
        raise BasemapError(f"{path.name} holds nothing that could be drawn. Give another extract with --osm FILE.")
    yield from water.melt([*kept["water"], *_sea(coast, path)])
    yield from places.settle(kept["place"])


def _sea(coast: list[LineString], path: Path) -> Iterator[Feature]:
    """The sea within the box that the extract was cut to, less a margin in which its coasts may already have ended."""
    with osmium.io.Reader(str(path)) as reader:
        cut = reader.header().box()
    if not coast or not cut.valid():
        return iter(())
    west, south, east, north = cut.bottom_left.lon, cut.bottom_left.lat, cut.top_right.lon, cut.top_right.lat
    return water.sea(coast, (west + _MARGIN, south + _MARGIN, east - _MARGIN, north - _MARGIN))


def _features(tags: dict[str, str], shape: BaseGeometry) -> Iterator[Feature]:
    if isinstance(shape, LineString):
        if (line := line_feature(tags, shape)) is not None:
            yield line
        return
    if not isinstance(shape, Point):
        yield from area_features(tags, shape)
    yield from point_features(tags, shape)
    if (place := places.place_feature(tags, shape)) is not None:
        yield place


def _shapes(path: Path) -> Iterator[tuple[dict[str, str], BaseGeometry]]:
    """Every tagged node, way and assembled area with its tags. An unreadable file is a `BasemapError`."""
    factory = WKBFactory()
    try:
        for thing in osmium.FileProcessor(str(path)).with_areas().with_filter(EmptyTagFilter()):
            if (shape := _shape(thing, factory)) is not None:
                yield dict(thing.tags), shape
    except (RuntimeError, OSError) as problem:
        raise BasemapError(
            f"{path.name} cannot be read as an OpenStreetMap extract ({problem}). "
            "Fetch it again with `saigon115 city fetch`, or give another one with --osm FILE."
        ) from problem


def _shape(thing: Any, factory: WKBFactory) -> BaseGeometry | None:
    if thing.is_node():
        return Point(thing.lon, thing.lat) if thing.location.valid() else None
    if thing.is_way():
        points = [(n.lon, n.lat) for n in thing.nodes if n.location.valid()]
        line = LineString(points) if len(points) > 1 else None
        return line if line is not None and line.length > 0 else None
    if thing.is_area():
        return _area(thing, factory)
    return None


def _area(thing: Any, factory: WKBFactory) -> BaseGeometry | None:
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(thing))
    except RuntimeError:  # rings that could not be assembled
        return None
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    parts = list(water.polygons(whole))
    return shapely.multipolygons(parts) if parts else None
