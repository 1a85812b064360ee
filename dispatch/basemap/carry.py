"""
Make the pack's tables anew: python -m dispatch.basemap.carry EXTRACT OUT [--arterials F] [--water F] [--wards F]

Each table holds features as `packed.pack` writes them, simplified to a few metres, so that a machine with no
extract draws the same city. `beyond` holds what the extract lacks: newer roads, rivers further out, the sea.
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import shapely

from dispatch.basemap.around import read_water, sea_beside
from dispatch.basemap.arterials import read_arterials
from dispatch.basemap.carried import BEYOND, ENDING
from dispatch.basemap.extract import read_extract
from dispatch.basemap.features import Feature
from dispatch.basemap.packed import pack
from dispatch.basemap.supplement import Coverage
from dispatch.basemap.wards import read_wards

_TOLERANCE = 2e-5  # degrees, 2 m: how far a simplified line may leave its course
_TABLES = {
    "water": "water",
    "waterway": "water",
    "green": "ground",
    "landuse": "ground",
    "aeroway": "ground",
    "building": "buildings",
    "housenumber": "house-numbers",
    "place": "names",
    "poi": "names",
}
_ALLEYS = {"service", "path"}


def main() -> None:
    """The command of this module."""
    parser = argparse.ArgumentParser(prog="python -m dispatch.basemap.carry", description="Make the pack's map tables")
    parser.add_argument("extract", type=Path, help="OpenStreetMap extract (pbf or XML)")
    parser.add_argument("out", type=Path, help="folder for the tables")
    parser.add_argument("--arterials", type=Path, help="newer main roads (GeoJSON, gzip)")
    parser.add_argument("--water", type=Path, help="rivers and lakes of the whole city (JSON)")
    parser.add_argument("--wards", type=Path, help="wards (GeoJSON), whose coast bounds the sea")
    asked = parser.parse_args()
    for name, size in carry(asked.extract, asked.out, asked.arterials, asked.water, asked.wards).items():
        print(f"{name}\t{size:,} bytes")


def carry(extract: Path, out: Path, arterials: Path | None, water: Path | None, wards: Path | None) -> dict[str, int]:
    """Write the tables into `out`; their sizes in bytes by name."""
    coverage = Coverage()
    tables: dict[str, list[Feature]] = defaultdict(list)
    for feature in read_extract(extract, lambda _text, _share: None):
        coverage.see(feature)
        tables[_table(feature)].append(feature)
    tables[BEYOND] = list(coverage.missing(_around(arterials, water, wards)))
    out.mkdir(parents=True, exist_ok=True)
    return {name: _write(out / f"{name}{ENDING}", tables[name]) for name in sorted(tables)}


def _around(arterials: Path | None, water: Path | None, wards: Path | None) -> Iterator[Feature]:
    if arterials is not None:
        yield from read_arterials(arterials)
    if water is not None:
        yield from read_water(water)
    if wards is not None:
        yield from sea_beside([f.geometry for f in read_wards(wards) if f.layer == "land"])


def _table(feature: Feature) -> str:
    if feature.layer == "road":
        return "alleys" if feature.properties["class"] in _ALLEYS else "roads"
    return _TABLES[feature.layer]


def _write(path: Path, features: Iterable[Feature]) -> int:
    """One table, the same bytes for the same features."""
    lines = (pack(replace(f, geometry=shapely.simplify(f.geometry, _TOLERANCE))) for f in features)
    text = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
    return path.stat().st_size


if __name__ == "__main__":
    main()
