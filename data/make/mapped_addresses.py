"""
Remake gazetteer/addresses-osm.csv: `python data/make/mapped_addresses.py SOURCE_FOLDER`.

SOURCE_FOLDER holds the extract of 2018, hcmc-2018-01-01.osm.pbf, and beside it small newer extracts that public
repositories hold (`NEWER`), each with OpenStreetMap's own notice of the ODbL inside. Kept are house numbers with their
street that the old extract lacks there, on streets that have a name on the map.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.osm_names import House, Names, read_names
from dispatch.geocoding.words import canonical

OUT = Path(__file__).resolve().parent.parent / "hcmc" / "gazetteer" / "addresses-osm.csv"
OLD = "hcmc-2018-01-01.osm.pbf"
NEWER = {
    "quan-3-2026-03.osm": ("Kaos1105/sumo_hcmc_map, multi-tl-map.osm", "2026-03-05"),
    "quan-5-2026-03.osm": ("NhanPhamQuang/risk-aware-its-control, data/map.osm", "2026-03-30"),
}
COLUMNS = ["number", "street", "lon", "lat", "source", "source_date"]
# The same number of a street this near is known already (guess).
SAME_HOUSE_M = 60.0
# Mappers' words around a street's name, and numbers that they repeat before it.
_AROUND = re.compile(r"^(?:\d+\s)?(?:đường |đ\. ?)?(?=\D)(.+?)(?: - .*| P\d.*)?$", re.IGNORECASE)


def main(folder: Path) -> None:
    """Write the table."""
    old: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    names = read_names(folder / OLD, print)
    streets = {canonical(road.name) for road in names.roads}
    for house in _with_street(names):
        old[house.number, canonical(house.street or "")].append((house.lon, house.lat))
    rows = []
    for name, (source, date) in NEWER.items():
        for house in _with_street(read_names(folder / name, print)):
            street, point = _AROUND.sub(r"\1", house.street or ""), (house.lon, house.lat)
            if canonical(street) in streets and all(
                distance_m(point, other) > SAME_HOUSE_M for other in old[house.number, canonical(street)]
            ):
                old[house.number, canonical(street)].append(point)
                rows.append(
                    [house.number, street, f"{house.lon:.5f}", f"{house.lat:.5f}", f"OpenStreetMap: {source}", date]
                )
    with OUT.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *sorted(rows, key=_by_street)])
    print(f"{len(rows)} house numbers")


def _with_street(names: Names) -> Iterator[House]:
    yield from (house for house in names.houses if house.street)


def _by_street(row: list[str]) -> tuple[str, int, list[str]]:
    return row[1], int(re.match(r"\d+", row[0])[0]), row  # type: ignore[index]  # house numbers begin with a digit


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python data/make/mapped_addresses.py SOURCE_FOLDER")
    main(Path(sys.argv[1]))
