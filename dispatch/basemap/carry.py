"""
Make the pack's tables anew:

    python -m dispatch.basemap.carry EXTRACT OUT [--streets F] [--arterials F] [--water F] [--wards F]

Each table holds features as `packed.pack` writes them, simplified to a few metres, so that a machine with no
extract draws the same city. `beyond` holds what the extract lacks: newer roads, rivers further out, the sea.
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import shapely

from dispatch.basemap.around import read_water, sea_beside
from dispatch.basemap.arterials import read_arterials
from dispatch.basemap.carried import BEYOND, ENDING
from dispatch.basemap.extract import read_extract
from dispatch.basemap.features import Feature
from dispatch.basemap.overpass import read_overpass
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
    parser.add_argument("--streets", type=Path, help="newer streets of a part (Overpass JSON, gzip)")
    parser.add_argument("--arterials", type=Path, help="newer main roads (GeoJSON, gzip)")
    parser.add_argument("--water", type=Path, help="rivers and lakes of the whole city (JSON)")
    parser.add_argument("--wards", type=Path, help="wards (GeoJSON), whose coast bounds the sea")
    asked = parser.parse_args()
    around = Around(asked.streets, asked.arterials, asked.water, asked.wards)
    for name, size in carry(asked.extract, asked.out, around).items():
        print(f"{name}\t{size:,} bytes")


@dataclass(frozen=True)
class Around:
    """Files that show what the extract does not; each may be absent."""

    streets: Path | None = None
    arterials: Path | None = None
    water: Path | None = None
    wards: Path | None = None


def carry(extract: Path, out: Path, around: Around) -> dict[str, int]:
    """Write the tables into `out`; their sizes in bytes by name."""
    coverage = Coverage()
    tables: dict[str, list[Feature]] = defaultdict(list)
    for feature in read_extract(extract, lambda _text, _share: None):
        coverage.see(feature)
        tables[_table(feature)].append(feature)
    for source in _sources(around, coverage):
        tables[BEYOND] += (new := list(coverage.missing(source)))
        for feature in new:
            coverage.see(feature)
    out.mkdir(parents=True, exist_ok=True)
    return {name: _write(out / f"{name}{ENDING}", tables[name]) for name in sorted(tables)}


def _sources(around: Around, coverage: Coverage) -> Iterator[Iterator[Feature]]:
    """Water first, before newer roads count as mapped country; the newest roads before the older ones.

    Stray streets far from the rest, as a box around a few calls catches them, are left out.
    """
    if around.water is not None:
        yield read_water(around.water)
    if around.wards is not None:
        yield sea_beside([f.geometry for f in read_wards(around.wards) if f.layer == "land"])
    if around.streets is not None:
        yield filter(coverage.reaches, read_overpass(around.streets))
    if around.arterials is not None:
        yield read_arterials(around.arterials)


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
