"""
Three areas from the city pack's own wards: centre, inner, and outer for everything else.

The division is the general plan's (Prime Minister's decision 24/QĐ-TTg of 6 January 2010): thirteen existing inner
districts, six new urban districts, the rest. A ward of 2025 belongs where most of its inhabitants of 2019 lived.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

CENTRE: Final = {f"Quận {n}" for n in (1, 3, 4, 5, 6, 8, 10, 11)} | {
    "Bình Thạnh", "Gò Vấp", "Phú Nhuận", "Tân Bình", "Tân Phú",
}  # fmt: skip
INNER: Final = {f"Quận {n}" for n in (2, 7, 9, 12)} | {"Bình Tân", "Thủ Đức"}
# Closes the slits that simplifying left between neighbouring wards (about 55 m), and thins the outline (about 22 m).
SLIT_DEG: Final = 0.0005
TOLERANCE_DEG: Final = 0.0002
# A hole or island below this (about 1.2 km²) is left over from drawing.
SMALLEST_DEG2: Final = 0.0001


def draw_areas(pack: Path) -> dict[str, BaseGeometry]:
    """Outlines of `centre` and `inner`; everywhere else is `outer`."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    with (pack / "old_wards.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            area = "centre" if row["district"] in CENTRE else "inner" if row["district"] in INNER else "outer"
            people[row["new_ward"]][area] += int(row["population_2019"])
    wards: dict[str, list[BaseGeometry]] = {"centre": [], "inner": []}
    for ward in json.loads((pack / "wards.geojson").read_text(encoding="utf-8"))["features"]:
        counts = people.get(ward["properties"]["code"])
        if counts and (area := counts.most_common(1)[0][0]) != "outer":
            wards[area].append(shape(ward["geometry"]))
    return {area: _join(members) for area, members in wards.items()}


def to_geojson(areas: dict[str, BaseGeometry]) -> str:
    """One feature an area."""
    features: list[dict[str, Any]] = [
        {"type": "Feature", "properties": {"area": name}, "geometry": json.loads(shapely.to_geojson(outline))}
        for name, outline in areas.items()
    ]
    head = {"type": "FeatureCollection", "licence": "MIT (outlines of the wards)", "features": features}
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n"


def _join(members: list[BaseGeometry]) -> BaseGeometry:
    whole = shapely.union_all([member.buffer(SLIT_DEG, join_style="mitre") for member in members])
    whole = whole.buffer(-SLIT_DEG, join_style="mitre").simplify(TOLERANCE_DEG)
    parts = []
    for part in shapely.get_parts(whole):
        if part.area > SMALLEST_DEG2:
            holes = [ring for ring in part.interiors if shapely.Polygon(ring).area > SMALLEST_DEG2]
            parts.append(shapely.Polygon(part.exterior, holes))
    return shapely.set_precision(shapely.MultiPolygon(parts), 1e-5)
