"""
What a decision saw that no event tells: where the units were, and the times by road that it was given. Pure.

It is kept with the first event that acts on the decision, so that a log and the built city give the same decision
again. Numbers stand as they were, to the last bit: rounded ones could give another answer.

Weakness: some 60 bytes for each unit on duty and 8 for each time; a decision on many waiting calls is a long one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import UNSTAFFED
from dispatch.assignment.travel import Floats, Travel
from dispatch.domain.state import State
from dispatch.positions.model import Position

Point = tuple[float, float]
"""Degrees: lon, lat."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    The answer to one question: seconds, origins × destinations, None where no road leads.

    An origin that is a unit's fix is that unit's id. `off_origins`, `off_destinations`: which of them lie off the
    roads, by row and column, as far as anybody asked.
    """

    profile: str
    origins: tuple[str | Point, ...]
    destinations: tuple[Point, ...]
    time_s: tuple[tuple[float | None, ...], ...]
    off_origins: tuple[int, ...] = ()
    off_destinations: tuple[int, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`positions`: by unit its fix: lon, lat, and its age in seconds. Units without one stood at their posts."""

    positions: dict[str, tuple[float, float, float]] = {}
    travel: tuple[Sheet, ...] = ()


class _Question(NamedTuple):
    profile: str
    origins: Floats
    destinations: Floats
    time_s: Floats


class NotedTravel:
    """`travel`, which remembers what it was asked during one decision. For one thread."""

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._asked: list[_Question] = []
        self._off_road: set[tuple[str, Point]] = set()

    @property
    def version(self) -> str:
        return self._travel.version

    def times_to(self, origins: Floats, destination: Point, profile: str) -> Floats:
        return np.asarray(self.times(origins, np.array([destination], dtype=np.float64), profile)[:, 0])

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        time_s = self._travel.times(origins, destinations, profile)
        self._asked.append(_Question(profile, origins, destinations, time_s))
        return time_s

    def is_off_road(self, points: Floats, profile: str) -> NDArray[np.bool_]:
        found = self._travel.is_off_road(points, profile)
        self._off_road.update((profile, point) for point in _points(points[found]))
        return found

    def sheets(self, positions: Mapping[str, Position]) -> tuple[Sheet, ...]:
        """What was asked and answered; `positions` are those that the decision was given."""
        unit_at = {(fix.lon, fix.lat): unit_id for unit_id, fix in positions.items()}
        return tuple(self._sheet(question, unit_at) for question in self._asked)

    def _sheet(self, question: _Question, unit_at: Mapping[Point, str]) -> Sheet:
        here, there = _points(question.origins), _points(question.destinations)
        return Sheet(
            profile=question.profile,
            origins=tuple(unit_at.get(point, point) for point in here),
            destinations=tuple(there),
            time_s=tuple(map(_or_none, question.time_s.tolist())),
            off_origins=self._off(here, question.profile),
            off_destinations=self._off(there, question.profile),
        )

    def _off(self, points: list[Point], profile: str) -> tuple[int, ...]:
        return tuple(at for at, point in enumerate(points) if (profile, point) in self._off_road)


def make_evidence(state: State, positions: Mapping[str, Position], travel: NotedTravel, now: datetime) -> Evidence:
    """What a decision of `now` saw. Of units off duty none looks at the fix, so theirs are left out."""
    used = {
        unit_id: fix
        for unit_id, fix in sorted(positions.items())
        if unit_id in state.units and state.units[unit_id].status not in UNSTAFFED
    }
    fixes = {unit_id: (fix.lon, fix.lat, (now - fix.at).total_seconds()) for unit_id, fix in used.items()}
    return Evidence(positions=fixes, travel=travel.sheets(used))


def positions_of(evidence: Evidence, now: datetime) -> dict[str, Position]:
    """The fixes as the decision of `now` had them."""
    return {
        unit_id: Position(lon=lon, lat=lat, at=now - timedelta(seconds=age_s))
        for unit_id, (lon, lat, age_s) in evidence.positions.items()
    }


class NotKept(LookupError):
    """A decision asks for a time that was not kept with it."""


class KeptTravel:
    """The roads as a decision's evidence has them; raises `NotKept` for anything else."""

    def __init__(self, evidence: Evidence, version: str) -> None:
        self.version = version
        self._fixes = {unit_id: (lon, lat) for unit_id, (lon, lat, _) in evidence.positions.items()}
        self._time_s: dict[tuple[str, Point, Point], float] = {}
        self._off_road: dict[tuple[str, Point], bool] = {}
        try:
            for sheet in evidence.travel:
                self._read(sheet)
        except (KeyError, ValueError) as error:
            raise NotKept(f"the times that were kept do not fit together: {error}") from None

    def _read(self, sheet: Sheet) -> None:
        here = [self._fixes[one] if isinstance(one, str) else one for one in sheet.origins]
        for points, off in ((here, sheet.off_origins), (sheet.destinations, sheet.off_destinations)):
            for at, point in enumerate(points):
                self._off_road[sheet.profile, point] = at in off
        for origin, row in zip(here, sheet.time_s, strict=True):
            for destination, time_s in zip(sheet.destinations, row, strict=True):
                self._time_s[sheet.profile, origin, destination] = np.inf if time_s is None else time_s

    def times_to(self, origins: Floats, destination: Point, profile: str) -> Floats:
        return np.asarray(self.times(origins, np.array([destination], dtype=np.float64), profile)[:, 0])

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        there = _points(destinations)
        found = [[self._find(profile, here, to) for to in there] for here in _points(origins)]
        return np.array(found, dtype=np.float64).reshape(len(origins), len(there))

    def is_off_road(self, points: Floats, profile: str) -> NDArray[np.bool_]:
        try:
            return np.array([self._off_road[profile, point] for point in _points(points)], dtype=np.bool_)
        except KeyError as missing:
            raise NotKept(f"whether {missing} lies off the roads was not kept") from None

    def _find(self, profile: str, here: Point, to: Point) -> float:
        try:
            return self._time_s[profile, here, to]
        except KeyError:
            raise NotKept(f"the time from {here} to {to} for {profile} was not kept") from None


def _or_none(row: list[float]) -> tuple[float | None, ...]:
    return tuple(None if time_s == np.inf else time_s for time_s in row)


def _points(rows: Floats) -> list[Point]:
    return [(lon, lat) for lon, lat in np.asarray(rows, dtype=np.float64).reshape(-1, 2).tolist()]
