"""The compact tables of the city pack, for a machine that has no extract."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import Feature, from_line

FOLDER = "basemap"
ENDING = ".geojsonl.gz"


def read_carried(pack: Path) -> Iterator[Feature]:
    """Every feature of `pack`/basemap/*.geojsonl.gz, which hold the layers as `carry` wrote them."""
    tables = sorted((pack / FOLDER).glob(f"*{ENDING}"))
    if not tables:
        raise BasemapError(f"{pack.name}/{FOLDER} has no tables. Restore them from the repository, or give --osm FILE.")
    for table in tables:
        try:
            with gzip.open(table, "rt", encoding="utf-8") as lines:
                yield from map(from_line, lines)
        except (OSError, EOFError, ValueError, KeyError) as problem:
            raise BasemapError(f"{table.name} is damaged ({problem}). Restore it from the repository.") from problem
