"""Main roads of a newer year, as edges of a road graph (Valhalla's words), → road features."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString

from dispatch.basemap.features import Feature
from dispatch.basemap.lines import LINK_ZOOM, ROAD_CLASS, ROAD_ZOOM
from dispatch.basemap.words import clean_name

_CAR = 1  # access bit
_RAMPS = {1, 2}  # Valhalla's `use`: ramp, turn channel
_FERRY = 41
_WALKS = range(20, 41)  # cycleways, pavements, crossings, steps
_OTHER = "service_other"


def read_arterials(path: Path) -> Iterator[Feature]:
    """The roads of the table, edges of one way joined. `way_id` 0 is an artefact of its decoding: left out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        edges = json.load(lines)["features"]
    ways: dict[tuple[tuple[str, str | int], ...], list[LineString]] = defaultdict(list)
    for edge in edges:
        found = edge["properties"]
        if found["way_id"] and (properties := _properties(found)) is not None:
            ways[(("way", found["way_id"]), *properties.items())].append(LineString(edge["geometry"]["coordinates"]))
    for key, pieces in ways.items():
        properties = dict(key[1:])
        joined = shapely.line_merge(shapely.multilinestrings(pieces), directed=True)
        zoom = max(ROAD_ZOOM[str(properties["class"])], LINK_ZOOM if properties["link"] else 0)
        for line in shapely.get_parts(joined):
            yield Feature("road", line, properties, zoom)


def _properties(found: Mapping[str, Any]) -> dict[str, str | int] | None:
    if found["use"] in _WALKS:
        return None
    word = "service" if found["class"] == _OTHER else found["class"]
    road_class = "ferry" if found["use"] == _FERRY else ROAD_CLASS.get(word)
    if road_class is None:
        return None
    forward, back = (int(found[key] or 0) & _CAR for key in ("fwd_access", "rev_access"))
    properties: dict[str, str | int] = {
        "class": road_class,
        "link": int(found["use"] in _RAMPS),
        "oneway": forward - back if road_class != "ferry" else 0,
        "bridge": 0,
        "tunnel": 0,
        "layer": 0,
    }
    name = clean_name((found["name"] or [None])[0])
    return properties | ({"name": name} if name else {})
