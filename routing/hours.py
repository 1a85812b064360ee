"""
The hour of the week → how much of its free-flow speed a road still has.

A table of shares by road group and area (`hours.csv`) and the outlines of the areas (`areas.geojson`) in one directory;
how the city's own were made, and from what: `docs/traffic.md`. A centre with newer data puts its own two files there.

`hours.csv` has the columns `group` (`main`, `collector`, `local`), `area` (a name from `areas.geojson`, or `outer`),
`hour` (0–167 local, Monday 00:00 is 0) and `share` (0 to 1, 0 excluded), each combination once, and any others besides:
the city's own counts the reports behind each row. `areas.geojson` has one feature an area with the property `area`; of
overlapping ones the later counts, and where none is, it is `outer`.

Assumes that a group's roads in one area slow down alike. Ferries never do.
"""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from routing.errors import TrafficTableError
from routing.roads import CLASS_INDEX, ROAD_CLASSES

HOURS: Final = 168
GROUPS: Final = ("main", "collector", "local")
OUTER: Final = "outer"
# Vietnam has no summer time.
LOCAL: Final = timedelta(hours=7)
HOURS_FILE: Final = "hours.csv"
AREAS_FILE: Final = "areas.geojson"

Cells = NDArray[np.uint8]


@dataclass(frozen=True)
class HourOfWeek:
    """
    `share[hour, cell]` of the free-flow speed; cell `area * len(GROUPS) + group`, and one last that is always 1.

    `bands[hour]` is the first hour of the week with the very same shares everywhere: hours of one band can share an
    engine.
    """

    areas: tuple[str, ...]
    outlines: tuple[BaseGeometry, ...]
    share: NDArray[np.float64]
    bands: NDArray[np.int32]

    @classmethod
    def load(cls, directory: Path) -> "HourOfWeek":
        """Read both files; raises `TrafficTableError` with file, line, fact and way out."""
        named = _read_areas(directory / AREAS_FILE)
        areas = (*named, OUTER)
        share = _read_shares(directory / HOURS_FILE, areas)
        _, first, band = np.unique(share, axis=0, return_index=True, return_inverse=True)
        return cls(areas, tuple(named.values()), share, first[band.ravel()].astype(np.int32))

    def cells(self, way_class: NDArray[np.uint8], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Cells:
        """
        The cell of each road: worked out once for a graph, then good for every hour.

        `way_class` indexes `ROAD_CLASSES`; `lon`, `lat` are a point of each road, its middle say. A road across a
        border belongs to the side its point lies on.
        """
        area = np.full(len(lon), len(self.outlines), dtype=np.uint8)
        for index, outline in enumerate(self.outlines):
            shapely.prepare(outline)
            area[shapely.contains_xy(outline, lon, lat)] = index
        cell = area * np.uint8(len(GROUPS)) + _GROUP_OF_CLASS[way_class]
        return np.where(way_class == CLASS_INDEX["ferry"], np.uint8(self.share.shape[1] - 1), cell)

    def shares_of(self, cells: Cells, hour: int) -> NDArray[np.float64]:
        """The share of each road's free-flow speed at an hour of the week, 0 to 167."""
        return np.take(self.share[checked_hour(hour)], cells)

    def shares(
        self, way_class: NDArray[np.uint8], lon: NDArray[np.float64], lat: NDArray[np.float64], hour: int
    ) -> NDArray[np.float64]:
        """`shares_of(cells(…), hour)`, for a single use."""
        return self.shares_of(self.cells(way_class, lon, lat), hour)

    def band(self, hour: int) -> int:
        """A key for the engine of this hour."""
        return int(self.bands[checked_hour(hour)])


def hour_of_week(at: datetime) -> int:
    """
    The local hour of the week of a moment, 0 (Monday 00:00–01:00) to 167.

    Raises `ValueError` for a time without a zone, and for one that lies in no year from 1 to 9999 here or in UTC.
    """
    if not isinstance(at, datetime):
        raise ValueError(f"{at!r} is no datetime; give one with a time zone")
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give it one, such as +07:00 or Z")
    try:
        local = at.astimezone(UTC) + LOCAL
    except OverflowError:
        raise ValueError(f"{at.isoformat()} lies outside the years 1 to 9999; give a time of this century") from None
    return local.weekday() * 24 + local.hour


def felt_share(share: NDArray[np.float64], congestion: float) -> NDArray[np.float64]:
    """
    The share of its speed left to a vehicle that feels only part of the slowdown, 0 (nothing) to 1 (all of it).

    Assumes the part is the same in a crawl as in a light queue.
    """
    if not 0.0 <= congestion <= 1.0:
        raise ValueError(f"congestion {congestion} is no share; give 0 (feels nothing) to 1 (feels all)")
    return 1.0 - congestion * (1.0 - share)


def _group(name: str) -> int:
    stem = name.removesuffix("_link")
    if stem in ("motorway", "trunk", "primary"):
        return GROUPS.index("main")
    return GROUPS.index("collector" if stem in ("secondary", "tertiary") else "local")


_GROUP_OF_CLASS: Final = np.array([_group(name) for name in ROAD_CLASSES], dtype=np.uint8)


def checked_hour(hour: int) -> int:
    """The hour of the week as it was given; raises `ValueError` for what is none."""
    if not isinstance(hour, int | np.integer) or not 0 <= hour < HOURS:
        raise ValueError(f"hour {hour!r} is not in the week; give 0 (Monday 00:00 local) to {HOURS - 1}")
    return hour


def _read_areas(path: Path) -> dict[str, BaseGeometry]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found: dict[str, BaseGeometry] = {
            each["properties"]["area"]: shapely.from_geojson(json.dumps(each["geometry"])) for each in features
        }
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise TrafficTableError(f"{path} cannot be read ({error!r}); {_REMAKE}") from error
    if len(found) != len(features) or OUTER in found:
        raise TrafficTableError(f"{path} names an area twice, or draws {OUTER!r}, which is what nobody drew; {_REMAKE}")
    return found


def _read_shares(path: Path, areas: tuple[str, ...]) -> NDArray[np.float64]:
    share = np.full((HOURS, len(areas) * len(GROUPS) + 1), np.nan)
    share[:, -1] = 1.0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := {"group", "area", "hour", "share"} - set(reader.fieldnames or ()):
                raise TrafficTableError(f"{path} lacks the column {', '.join(sorted(missing))}; {_REMAKE}")
            for row in reader:
                hour, cell, value = _read_row(row, areas, f"{path}, line {reader.line_num}")
                if not np.isnan(share[hour, cell]):
                    raise TrafficTableError(f"{path}, line {reader.line_num}: this hour was given before; {_REMAKE}")
                share[hour, cell] = value
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrafficTableError(f"{path} cannot be read as CSV in UTF-8 ({error}); {_REMAKE}") from error
    if len(gaps := np.argwhere(np.isnan(share))):
        hour, cell = gaps[0].tolist()
        where = f"{GROUPS[cell % len(GROUPS)]} in {areas[cell // len(GROUPS)]}"
        raise TrafficTableError(f"{path} lacks {len(gaps)} rows, such as {where} at hour {hour}; {_REMAKE}")
    return share


def _read_row(row: dict[str, str], areas: tuple[str, ...], where: str) -> tuple[int, int, float]:
    try:
        hour, share = int(row["hour"]), float(row["share"])
    except (TypeError, ValueError):
        raise TrafficTableError(f"{where}: hour or share is no number; {_REMAKE}") from None
    if row["group"] not in GROUPS:
        raise TrafficTableError(f"{where}: no group {row['group']!r}; it must be one of {', '.join(GROUPS)}")
    if row["area"] not in areas:
        raise TrafficTableError(f"{where}: no area {row['area']!r}; {AREAS_FILE} knows {', '.join(areas)}")
    if not 0 <= hour < HOURS:
        raise TrafficTableError(f"{where}: hour {hour} is not in the week; it must be 0 to {HOURS - 1}")
    if not 0.0 < share <= 1.0:
        raise TrafficTableError(f"{where}: share {share} is not above 0 and at most 1; a closed road is a closure")
    return hour, areas.index(row["area"]) * len(GROUPS) + GROUPS.index(row["group"]), share


_REMAKE: Final = "restore it from the repository, or remake it with data/make/traffic"
