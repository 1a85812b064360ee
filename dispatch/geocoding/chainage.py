"""Where the kilometres of a road are known: `data/hcmc/gazetteer/chainage.csv`, for a person to extend."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dispatch.geocoding.geometry import Floats, to_plane
from dispatch.geocoding.words import canonical
from dispatch.paths import data_dir

FILE = Path("gazetteer") / "chainage.csv"


@dataclass(frozen=True, slots=True)
class KnownKilometre:
    """A point on the plane that is at `km` of its road, within `doubt_m` metres."""

    km: float
    point: Floats
    doubt_m: float


@dataclass(frozen=True, slots=True)
class CountedRoad:
    """A road by the keys of all its names, and the kilometres known of it."""

    keys: frozenset[str]
    known: tuple[KnownKilometre, ...]


@cache
def counted_roads() -> dict[str, CountedRoad]:
    """The roads of the table by each of their keys; read once, a fault in the file is an error."""
    found: dict[frozenset[str], list[KnownKilometre]] = defaultdict(list)
    with (data_dir() / FILE).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            point = to_plane(np.array([float(row["lon"])]), np.array([float(row["lat"])])).reshape(2)
            keys = frozenset(canonical(name) for name in row["road"].split(";"))
            found[keys].append(KnownKilometre(float(row["km"]), point, float(row["doubt_m"])))
    return {key: CountedRoad(keys, tuple(known)) for keys, known in found.items() for key in keys}
