"""
Landmarks that callers name and the map lacks, or knows by another name: `data/hcmc/gazetteer/landmarks.csv`.

Columns: name, other_names (kept apart by ";"), category (as OpenStreetMap's), lon, lat (degrees), radius_m, confirmed
("no" where the point is an estimate: radius_m is then its doubt, and no answer is sure), source.
"""

from __future__ import annotations

import csv
from pathlib import Path

from dispatch.geocoding.osm_names import NamedPlace

FILE = Path("gazetteer") / "landmarks.csv"


def read_landmarks(path: Path) -> list[NamedPlace]:
    """All rows of the table; a fault in it is an error."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            NamedPlace(
                row["name"],
                tuple(other for other in row["other_names"].split(";") if other),
                row["category"],
                float(row["lon"]),
                float(row["lat"]),
                float(row["radius_m"]),
                row["confirmed"] == "no",
            )
            for row in csv.DictReader(lines)
        ]
