"""The gazetteer as it lies on disk: columns of numbers and names in one MessagePack file."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from dispatch.geocoding.geometry import Floats

FILE_NAME = "gazetteer.msgpack"
VERSION = 2
# Coordinates are stored as whole numbers of this many degrees (1.1 m).
STEP_DEGREES = 1e-5
NO_ZONE = 0xFFFF

Integers = NDArray[np.integer[Any]]


class Zone(msgspec.Struct, frozen=True, array_like=True):
    """An area: `level` is old_ward, district, new_ward or old_city; `rings` hold lon, lat in steps, by turns."""

    name: str
    level: str
    district: str | None
    lon: float
    lat: float
    radius_m: float
    rings: list[list[int]] = []


class Tables(msgspec.Struct, kw_only=True):
    """
    Everything the search needs. Row i of each column of a group belongs together.

    `street_first_part[i]:street_first_part[i + 1]` are the parts of street i, `part_first_point` likewise. Zone
    columns hold an index into `zones` (an old ward) or NO_ZONE; along columns hold metres from the street's end. The
    carried table leaves both empty, and has fewer points to a line. `doubtful_places` are rows of places whose point
    nobody has confirmed.
    """

    version: int = VERSION
    source: str
    date: str
    street_names: list[str]
    street_other_names: list[list[str]]
    street_first_part: bytes
    part_first_point: bytes
    points: bytes
    point_zone: bytes = b""
    point_along: bytes = b""
    crossing_streets: bytes
    crossing_points: bytes
    house_streets: bytes
    house_numbers: list[str]
    house_source: bytes
    house_points: bytes
    house_zone: bytes = b""
    house_along: bytes = b""
    place_names: list[str]
    place_other_names: list[list[str]]
    place_categories: list[str]
    place_points: bytes
    place_radius_m: bytes
    place_zone: bytes = b""
    doubtful_places: list[int] = []
    zones: list[Zone]


def pack_points(lon: Floats, lat: Floats) -> bytes:
    """Degrees → differences from row to row in steps, all low bytes before all high ones: small after gzip."""
    rows = np.column_stack((np.rint(lon / STEP_DEGREES), np.rint(lat / STEP_DEGREES))).astype("<i4")
    steps = np.diff(rows, axis=0, prepend=np.zeros((1, 2), dtype="<i4"))
    return np.ascontiguousarray(steps.reshape(-1).view(np.uint8).reshape(-1, 4).T).tobytes()


def unpack_points(packed: bytes) -> tuple[Floats, Floats]:
    """The inverse of `pack_points`: lon and lat in degrees."""
    columns = np.frombuffer(packed, dtype=np.uint8).reshape(4, -1)
    steps = np.ascontiguousarray(columns.T).view("<i4").reshape(-1, 2)
    rows = np.cumsum(steps, axis=0, dtype=np.int64).astype(np.float64) * STEP_DEGREES
    return rows[:, 0], rows[:, 1]


def pack_integers(values: Integers | list[int], kind: str) -> bytes:
    return np.asarray(values).astype(kind).tobytes()


def write_tables(tables: Tables, path: Path) -> None:
    """Write whole or not at all; `.gz` is compressed, without a time inside: the same data, the same bytes."""
    content = msgspec.msgpack.encode(tables)
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


def read_tables(path: Path) -> Tables:
    """Read a table file of this version."""
    content = path.read_bytes()
    tables = msgspec.msgpack.decode(gzip.decompress(content) if path.suffix == ".gz" else content, type=Tables)
    if tables.version != VERSION:
        raise ValueError(f"{path} has gazetteer version {tables.version}, this program reads {VERSION}; build again")
    return tables
