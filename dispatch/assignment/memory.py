"""
Travel times kept from one decision to the next: most units stand still, and most calls are where they were.

Measured on the whole city: a question whose answer is known costs a thirtieth of asking the roads again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.travel import Floats, Travel

MOST_CELLS = 250_000
"""Times kept for each profile, 2 MB (guess); when there are more, only those of the last question are kept."""

Point = tuple[float, float]


@dataclass(slots=True)
class _Sheet:
    """
    Times between origins (rows) and destinations (columns) under one version, NaN where not asked yet; and which points
    lie off the roads. A sheet only grows; a full one is put aside.
    """

    version: str
    row: dict[Point, int] = field(default_factory=dict)
    column: dict[Point, int] = field(default_factory=dict)
    time_s: Floats = field(default_factory=lambda: np.full((0, 0), np.nan))
    off_road: dict[Point, bool] = field(default_factory=dict)

    def place(self, origins: list[Point], destinations: list[Point]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where these stand on the sheet, which grows if need be."""
        rows, columns = _places(self.row, origins), _places(self.column, destinations)
        if self.time_s.shape != (len(self.row), len(self.column)):
            grown = np.full((len(self.row), len(self.column)), np.nan)
            grown[: self.time_s.shape[0], : self.time_s.shape[1]] = self.time_s
            self.time_s = grown
        return rows, columns


class RememberedTravel:
    """
    `travel`, asked only for what is not known under its present version. Same answers, from any thread.

    Points are the same when their coordinates are, to the last bit.
    """

    def __init__(self, travel: Travel, most_cells: int = MOST_CELLS) -> None:
        self._travel, self._most_cells = travel, most_cells
        self._sheets: dict[str, _Sheet] = {}
        self._lock = Lock()

    @property
    def version(self) -> str:
        return self._travel.version

    def is_off_road(self, points: Floats, profile: str) -> NDArray[np.bool_]:
        here = _points(points)
        with self._lock:
            known = self._sheet(profile, self._travel.version).off_road
        new = [point for point in dict.fromkeys(here) if point not in known]
        if new:
            known.update(zip(new, self._travel.is_off_road(_floats(new), profile).tolist(), strict=True))
        return np.array([known[point] for point in here], dtype=np.bool_)

    def times_to(self, origins: Floats, destination: Point, profile: str) -> Floats:
        return np.asarray(self.times(origins, np.array([destination], dtype=np.float64), profile)[:, 0])

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        """As `Travel.times`; an answer during which the version changes is handed out and not kept."""
        version = self._travel.version
        here, there = _points(origins), _points(destinations)
        if not here or not there:
            return np.zeros((len(here), len(there)))
        from_, to = list(dict.fromkeys(here)), list(dict.fromkeys(there))
        with self._lock:
            sheet = self._sheet(profile, version)
            rows, columns = sheet.place(from_, to)
            found = sheet.time_s[np.ix_(rows, columns)]
            if sheet.time_s.size > self._most_cells:
                sheet = self._sheets[profile] = _Sheet(version)
                rows, columns = sheet.place(from_, to)
        if self._ask(found, _floats(from_), _floats(to), profile):
            with self._lock:
                if self._travel.version == version:
                    sheet.time_s[np.ix_(rows, columns)] = found
        return found[np.ix_(_places_in(from_, here), _places_in(to, there))]

    def _sheet(self, profile: str, version: str) -> _Sheet:
        sheet = self._sheets.get(profile)
        if sheet is None or sheet.version != version:
            sheet = self._sheets[profile] = _Sheet(version)
        return sheet

    def _ask(self, found: Floats, origins: Floats, destinations: Floats, profile: str) -> bool:
        """Fill in what is not known: whole rows of units that moved, then the columns of calls that are new."""
        unknown = np.isnan(found)
        moved = unknown.mean(axis=1) > 0.5
        new = unknown[~moved].any(axis=0)
        if moved.any():
            found[moved] = self._travel.times(origins[moved], destinations, profile)
        if new.any():
            still = np.flatnonzero(~moved)
            found[np.ix_(still, new)] = self._travel.times(origins[still], destinations[new], profile)
        return bool(unknown.any())


def _points(rows: Floats) -> list[Point]:
    return list(map(tuple, rows.tolist()))


def _floats(points: list[Point]) -> Floats:
    return np.array(points, dtype=np.float64)


def _places_in(unique: list[Point], points: list[Point]) -> NDArray[np.int64]:
    return _places({point: at for at, point in enumerate(unique)}, points)


def _places(known: dict[Point, int], points: Iterable[Point]) -> NDArray[np.int64]:
    return np.array([known.setdefault(point, len(known)) for point in points], dtype=np.int64)
