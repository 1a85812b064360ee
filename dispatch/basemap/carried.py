"""The compact tables of the city pack, for a machine that has no extract."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import Feature
from dispatch.basemap.packed import unpack

FOLDER = "basemap"
ENDING = ".jsonl.gz"
BEYOND = "beyond"  # the table of what the city's own extract does not show


def read_carried(pack: Path) -> Iterator[Feature]:
    """Every feature of `pack`/basemap/*.jsonl.gz, which hold the layers as `carry` wrote them."""
    tables = sorted((pack / FOLDER).glob(f"*{ENDING}"))
    if not tables:
        raise BasemapError(f"{pack.name}/{FOLDER} has no tables. Restore them from the repository, or give --osm FILE.")
    return _read(tables)


def read_beyond(pack: Path) -> Iterator[Feature]:
    """The table of what lies beyond an extract; nothing when the pack has none."""
    table = pack / FOLDER / f"{BEYOND}{ENDING}"
    return _read([table] if table.is_file() else [])


def _read(tables: Iterable[Path]) -> Iterator[Feature]:
    for table in tables:
        try:
            with gzip.open(table, "rt", encoding="utf-8") as lines:
                yield from map(unpack, lines)
        except (OSError, EOFError, ValueError, LookupError, TypeError) as problem:
            raise BasemapError(f"{table.name} is damaged ({problem}). Restore it from the repository.") from problem
