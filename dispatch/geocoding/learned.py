"""
House numbers learnt at the desk: an address that was read back to the caller, and where the unit that answered stood.

Pure but for the file at the end. Several visits of a number give their median; visits that disagree are listed for a
person and not merged. A table holds number, street and a point to about ten metres, no person, no incident and no hour.
Assumes that crews press "on scene" at the house; a stop at the alley's mouth is a fault of that many metres.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dispatch.domain.place import Place
from dispatch.geocoding.geometry import distance_m
from dispatch.geocoding.known_numbers import COLUMNS
from dispatch.geocoding.osm_names import house_numbers
from dispatch.paths import default_state_dir

FILE_NAME = "addresses-learned.csv"
SOURCE = "read-back"
# The unit must have stood inside the radius of what was settled, at least this wide: parking, a bad fix (guess).
LEAST_NEAR_M = 150.0
# Visits of one number farther apart than this contradict each other (guess).
AGREE_M = 120.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A settled place, and where a unit stood when it said it was there (degrees)."""

    place: Place
    lon: float
    lat: float
    day: str


@dataclass(frozen=True, slots=True)
class Learned:
    """Rows for the table, and the numbers on which visits disagree."""

    rows: list[dict[str, str]]
    disagree: list[str]


def learn(visits: Iterable[Visit]) -> Learned:
    """What visits teach; the same visits always give the same rows."""
    points: dict[tuple[str, str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        if (key := _key(visit.place)) is not None and _stood_there(visit):
            points[key].append(visit)
    found = Learned([], [])
    for (street, number, district), mine in sorted(points.items()):
        lon, lat = np.median([(one.lon, one.lat) for one in mine], axis=0).tolist()
        if any(distance_m((one.lon, one.lat), (lon, lat)) > AGREE_M for one in mine):
            found.disagree.append(f"{number} {street}, {district}: {len(mine)} visits lie apart")
            continue
        values = (number, street, f"{lon:.4f}", f"{lat:.4f}", SOURCE, max(one.day for one in mine)[:7])
        found.rows.append(dict(zip(COLUMNS, values, strict=True)))
    return found


def _key(place: Place) -> tuple[str, str, str] | None:
    """Street, number and old district of a settled address; none for anything else."""
    said, street = place.understood.get("house_number", ""), place.understood.get("street")
    numbers = house_numbers(said.split(" (")[0])
    if not place.settled or not street or not numbers:
        return None
    return street, numbers[0], place.old_district or ""


def _stood_there(visit: Visit) -> bool:
    gap_m = distance_m((visit.lon, visit.lat), (visit.place.lon, visit.place.lat))
    return gap_m <= max(visit.place.radius_m, LEAST_NEAR_M)


def write_learned(rows: Sequence[dict[str, str]], path: Path) -> None:
    """The table, whole or not at all; ours alone to read: a number with its month tells that 115 was at a house."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with beside.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    beside.replace(path)


def learned_path() -> Path:
    """Where this machine keeps what was learnt."""
    return default_state_dir() / "city" / FILE_NAME


def learned_numbers() -> tuple[Path, ...]:
    """The table of learnt numbers, if there is one: the next build reads it."""
    path = learned_path()
    return (path,) if path.is_file() else ()
