"""One thing on the map, and the line of text by which tippecanoe takes it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

MIN_ZOOM = 8
MAX_ZOOM = 15  # the web map stretches these tiles further

_METRES_PER_DEGREE = 111_320.0
_METRES_PER_PIXEL_AT_ZOOM_0 = 78_271.5  # 512-pixel tiles, at the equator
_DECIMALS = 6  # 0.1 m


@dataclass(frozen=True, slots=True)
class Feature:
    """A shape (degrees, lon before lat) in one layer, drawn from `minzoom` on."""

    layer: str
    geometry: BaseGeometry
    properties: dict[str, str | int]
    minzoom: int


def to_line(feature: Feature) -> str:
    """One GeoJSON feature in one line, with the member that tippecanoe reads for layer and zoom."""
    rounded = shapely.transform(feature.geometry, lambda xy: np.round(xy, _DECIMALS))
    head = {
        "type": "Feature",
        "tippecanoe": {"layer": feature.layer, "minzoom": feature.minzoom},
        "properties": feature.properties,
    }
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "geometry": {shapely.to_geojson(rounded)}}}'


def area_m2(shape: BaseGeometry) -> float:
    """Area in square metres; flat-earth, good to a percent within a city."""
    if shape.is_empty:
        return 0.0
    latitude = (shape.bounds[1] + shape.bounds[3]) / 2
    return float(shape.area * _METRES_PER_DEGREE**2 * math.cos(math.radians(latitude)))


def zoom_to_see(shape: BaseGeometry, *, pixels: float = 40.0, first: int = MIN_ZOOM) -> int:
    """The first zoom where an area covers so many screen pixels (a guess at what the eye still reads)."""
    area = area_m2(shape)
    if area <= 0:
        return MAX_ZOOM
    zoom = math.ceil(math.log2(_METRES_PER_PIXEL_AT_ZOOM_0 * math.sqrt(pixels / area)))
    return max(first, min(MAX_ZOOM, zoom))
