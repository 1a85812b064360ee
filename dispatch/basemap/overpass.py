"""Newer streets as Overpass answered them (`nodes` and `ways` apart, gzip) → road features."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from shapely.geometry import LineString

from dispatch.basemap.features import Feature
from dispatch.basemap.lines import line_feature


def read_overpass(path: Path) -> Iterator[Feature]:
    """Every way that is drawn as a line; a node that the file lacks is left out of its way."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        found = json.load(text)
    points = {node["id"]: (node["lon"], node["lat"]) for node in found["nodes"]}
    for way in found["ways"]:
        line = [points[node] for node in way["nodes"] if node in points]
        if len(set(line)) > 1 and (feature := line_feature(way["tags"], LineString(line))) is not None:
            yield feature
