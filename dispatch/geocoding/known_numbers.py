"""
Tables of known house numbers, in CSV: what the pack carries of public places and of newer maps, what a centre adds of
its own as `addresses-*.csv` beside the extract, and what was learnt at the desk.

Columns: number, street, lon, lat (degrees), source, source_date; others are for the reader. A row stands for the number
it names, within some tens of metres; where a place is deep, its middle is meant.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from dispatch.geocoding.geometry import is_on_earth
from dispatch.geocoding.osm_names import House, Progress, house_numbers

COLUMNS = ("number", "street", "lon", "lat", "source", "source_date")
# What the pack carries: public places, and houses that newer maps number.
PUBLIC_PLACES, NEWLY_MAPPED = Path("gazetteer") / "addresses.csv", Path("gazetteer") / "addresses-osm.csv"
CARRIED = (PUBLIC_PLACES, NEWLY_MAPPED)


class KnownNumbersError(ValueError):
    """A table of known numbers is not as it should be: the file, the line, the fact and the way out."""


def read_known_numbers(path: Path) -> list[House]:
    """All rows of one table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if absent := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
                raise KnownNumbersError(f"{path}: no column {', '.join(absent)}; the first line must name {COLUMNS}")
            return [house for line, row in enumerate(rows, start=2) for house in _houses(row, f"{path}, line {line}")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise KnownNumbersError(f"{path} cannot be read as a UTF-8 CSV table: {error}") from None


def _houses(row: dict[str, str], where: str) -> Iterator[House]:
    numbers, street = house_numbers(row["number"] or ""), (row["street"] or "").strip()
    if not numbers or not street:
        raise KnownNumbersError(f"{where}: '{row['number']}' of '{row['street']}' is no house number of a street")
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except (TypeError, ValueError):
        raise KnownNumbersError(f"{where}: lon '{row['lon']}' and lat '{row['lat']}' must be degrees") from None
    if not is_on_earth(lon, lat):
        raise KnownNumbersError(f"{where}: lon {lon}, lat {lat} is no place on earth; lon comes first")
    for number in numbers:
        yield House(number, street, lon, lat, is_listed=True)


def read_all(paths: tuple[Path, ...], progress: Progress) -> list[House]:
    """The rows of several tables; a faulty one is passed by and said so."""
    found: list[House] = []
    for path in paths:
        try:
            found += read_known_numbers(path)
        except KnownNumbersError as error:
            progress(f"left out: {error}")
    return found
