"""
Remake gazetteer/addresses.csv: `python data/make/addresses.py SOURCE_FOLDER`.

address_choices.csv beside this file names public places with the number and street they publish (general knowledge,
unconfirmed) and the OpenStreetMap object that is the place. SOURCE_FOLDER holds osm/ with the extract of 2018 and the
lists of 2026 (ODbL): the point comes from there, the middle of the object's box.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "hcmc" / "gazetteer" / "addresses.csv"
EXTRACT, EXTRACT_DATE = "hcmc-2018-01-01.osm.pbf", "2018-01-01"
LISTS_DATE = "2026-07-31"
COLUMNS = ["number", "street", "district", "place", "lon", "lat", "source", "source_date", "status"]


def main(source: Path) -> None:
    """Write the table, or say which object is not there."""
    with (HERE / "address_choices.csv").open(encoding="utf-8", newline="") as file:
        choices = list(csv.DictReader(file))
    wanted = {row["osm"] for row in choices}
    points = {EXTRACT_DATE: dict(points_of_extract(source, wanted)), LISTS_DATE: dict(points_of_lists(source))}
    with OUT.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        for row in sorted(choices, key=lambda one: (one["street"], one["number"], one["place"])):
            date, osm = row.pop("osm_date"), row.pop("osm")
            if osm not in points[date]:
                sys.exit(f"{osm} ({row['place']}) is not in the OpenStreetMap files of {date}")
            lon, lat = points[date][osm]
            out.writerow(row | {
                "lon": round(lon, 5), "lat": round(lat, 5), "source": f"OpenStreetMap {osm}; number: general knowledge",
                "source_date": date, "status": "assumed",
            })  # fmt: skip


def points_of_extract(source: Path, wanted: set[str]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Nodes as n123, ways as w123, relations of areas as r123."""
    areas = osmium.filter.KeyFilter("name")
    for thing in osmium.FileProcessor(str(source / "osm" / EXTRACT)).with_locations().with_areas(areas):
        if isinstance(thing, osmium.osm.Node):
            name, spots = f"n{thing.id}", [thing.location]
        elif isinstance(thing, osmium.osm.Way):
            name, spots = f"w{thing.id}", [node.location for node in thing.nodes]
        elif isinstance(thing, osmium.osm.Area) and not thing.from_way():
            name, spots = f"r{thing.orig_id()}", [node.location for ring in thing.outer_rings() for node in ring]
        else:
            continue
        if name in wanted:
            corners = np.array([(spot.lon, spot.lat) for spot in spots if spot.valid()])
            lon, lat = (corners.min(axis=0) + corners.max(axis=0)) / 2
            yield name, (float(lon), float(lat))


def points_of_lists(source: Path) -> Iterator[tuple[str, tuple[float, float]]]:
    """The lists of hospitals and places."""
    folder = source / "osm" / f"places-{LISTS_DATE}"
    for path in (source / "osm" / f"hospitals-{LISTS_DATE}.json", *sorted(folder.glob("*.json"))):
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        groups = found["duLieu"].values() if isinstance(found.get("duLieu"), dict) else ()
        for item in [*found.get("items", ()), *(one for group in groups for one in group["diem"])]:
            lat, lon = item["c"]
            yield item["id"], (float(lon), float(lat))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python data/make/addresses.py SOURCE_FOLDER")
    main(Path(sys.argv[1]))
