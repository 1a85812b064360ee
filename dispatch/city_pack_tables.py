"""Read the tables of a city pack into rows; whatever is wrong is said with its file, its line and the way out."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import shapely
from shapely.geometry import shape

from dispatch.city_pack_schema import Complaint, DestinationNeed, Package, Row, WardRow
from dispatch.errors import StartError

RowT = TypeVar("RowT", bound=Row)

LISTS = {"skills", "capabilities", "new_wards_by_area"}
TABLES = (
    "complaints.toml",
    "demand.toml",
    "destinations.toml",
    "hospitals.csv",
    "hour_of_week.csv",
    "old_wards.csv",
    "stations.csv",
    "units.csv",
    "wards.geojson",
)


class CityPackError(StartError):
    """The city pack cannot be used as it stands."""

    def __init__(self, where: str, fact: str, way_out: str) -> None:
        super().__init__(f"{where}: {fact}; {way_out}")


def read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        way_out = "give the folder of a city pack (data/hcmc of the repository), or restore the file"
        raise CityPackError(str(path), "the table is missing", way_out) from None
    except UnicodeDecodeError as error:
        raise CityPackError(str(path), f"not UTF-8 at byte {error.start}", "save the file as UTF-8") from None


def hash_tables(folder: Path) -> str:
    """SHA-256 over the tables' names and contents (line ends as \\n): changes when any fact changes."""
    digest = hashlib.sha256()
    for name in TABLES:
        content = read_text(folder / name).replace("\r\n", "\n").encode()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def convert(cells: dict[str, Any], kind: type[RowT], where: str, way_out: str) -> RowT:
    try:
        return msgspec.convert(cells, kind, strict=False)
    except msgspec.ValidationError as error:
        raise CityPackError(where, str(error), way_out) from None


def read_csv(path: Path, kind: type[RowT]) -> tuple[RowT, ...]:
    """The rows of a table with a header line; lists are separated by `;` and an empty cell is absent."""
    lines = csv.reader(read_text(path).splitlines())
    header = next(lines, [])
    rows = []
    for values in lines:
        where = f"{path.name} line {lines.line_num}"
        if len(values) != len(header):
            fact = f"{len(values)} cells under a header of {len(header)}"
            raise CityPackError(where, fact, "put a text with commas in quotes, or give every column its cell")
        cells: dict[str, Any] = {}
        for column, value in zip(header, values, strict=True):
            if value.strip():
                cells[column] = value.split(";") if column in LISTS else value.strip()
        rows.append(convert(cells, kind, where, f"correct the line ({', '.join(kind.__struct_fields__)})"))
    if not rows:
        raise CityPackError(path.name, "no rows", "restore the table from the repository")
    return tuple(rows)


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise CityPackError(path.name, f"not TOML: {error}", "correct the line it names") from None


def read_complaints(path: Path) -> tuple[Package, tuple[Complaint, ...]]:
    """The package header and its complaints; the line named in an error is that of its [[complaint]]."""
    whole = read_toml(path)
    marks = [n for n, line in enumerate(read_text(path).splitlines(), 1) if line.strip() == "[[complaint]]"]
    package = convert(whole.get("package", {}), Package, f"{path.name} [package]", "complete the header")
    found = whole.get("complaint", [])
    if not found:
        raise CityPackError(path.name, "no [[complaint]]", "restore the table from the repository")
    numbers = marks if len(marks) == len(found) else list(range(1, len(found) + 1))
    rows = tuple(
        convert(cells, Complaint, f"{path.name} line {line}", "correct this [[complaint]]")
        for line, cells in zip(numbers, found, strict=True)
    )
    return package, rows


def read_destinations(path: Path) -> tuple[Package, tuple[DestinationNeed, ...]]:
    """The package header and what each complaint asks of a hospital."""
    whole = read_toml(path)
    package = convert(whole.get("package", {}), Package, f"{path.name} [package]", "complete the header")
    rows = tuple(
        convert(cells, DestinationNeed, f"{path.name} [[destination]] {number}", "correct this [[destination]]")
        for number, cells in enumerate(whole.get("destination", []), 1)
    )
    return package, rows


def read_wards(path: Path) -> tuple[tuple[WardRow, ...], tuple[shapely.Geometry, ...]]:
    """The wards and their outlines in degrees, in the same order."""
    try:
        features = json.loads(read_text(path))["features"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise CityPackError(path.name, f"not GeoJSON: {error}", "remake it with data/make/wards.py") from None
    rows, outlines = [], []
    for number, feature in enumerate(features, 1):
        where = f"{path.name} feature {number}"
        properties = {key: value for key, value in feature["properties"].items() if value is not None}
        rows.append(convert(properties, WardRow, where, "remake it with data/make/wards.py"))
        outlines.append(shape(feature["geometry"]))
    return tuple(rows), tuple(outlines)


def unique(keys: Iterable[str], table: str, column: str) -> None:
    """Refuse a key that stands twice in a column."""
    seen: dict[str, int] = {}
    for number, key in enumerate(keys, 1):
        if key in seen:
            fact = f"{column} {key!r} stands twice (rows {seen[key]} and {number})"
            raise CityPackError(table, fact, "give every row its own")
        seen[key] = number
