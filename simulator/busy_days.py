"""
Days that are busier or quieter than their weekday: lunar Tết, public holidays, surges, and events with a crowd.

Nothing is published about 115's own days, so every factor here is a guess, chosen small; the dates are facts. The first
day of the lunar year is the day (UTC+7) of a new moon; a test computes those moons by Meeus's formula. Weakness: who
calls, and for what, stays as on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.changed_roads import SPAN, spans_of
from simulator.errors import ScenarioError
from simulator.scenario_parts import Calendar, Event, Surge
from simulator.streams import stream

Floats = NDArray[np.float64]
T = TypeVar("T")
HOUR_S = 3600.0
HOURS = 168

TET = {
    year: date(year, month, day)
    for year, month, day in (
        (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 2),
        (2031, 1, 23), (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8),
    )
}  # fmt: skip
"""The first day of the lunar year in Vietnam (UTC+7; in 2030 a day before China)."""
HUNG_KINGS = {
    year: date(year, 4, day)
    for year, day in (
        (2024, 18), (2025, 7), (2026, 26), (2027, 16), (2028, 4), (2029, 23), (2030, 12), (2031, 1), (2032, 19),
        (2033, 9), (2034, 28), (2035, 17),
    )
}  # fmt: skip
"""The tenth day of the third lunar month: nine days after the second new moon after Tết's."""
TET_FACTOR = {-3: 0.95, -2: 0.9, -1: 0.9, 0: 0.8, 1: 0.8, 2: 0.85, 3: 0.9, 4: 0.95}
"""Emergencies against a usual day, by days from the first of the lunar year: many have left the city (guess)."""
TET_PLANNED, HOLIDAY_PLANNED = 0.3, 0.5
"""Transfers and rides home on these days, against a usual one (guesses)."""
FIXED_HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))
"""New Year, 30 April, 1 May, and two days of National Day: Labour Code 2019, article 112 (the second one varies)."""
SUNDAY_FIRST_HOUR = 144
STANDBY, EMERGENCY = "standby_event", "emergency"


@dataclass(frozen=True)
class BusyDays:
    """Factors on the usual rates, hour by hour from the run's first one on."""

    emergencies: Floats
    planned: Floats


@dataclass(frozen=True)
class Crowd:
    """An event: where, when in seconds of the run, calls an hour, and how many units stand by."""

    name: str
    lon: float
    lat: float
    span: SPAN
    per_h: float
    units: int

    def call_times(self, seed: int) -> Floats:
        """Emergencies among the crowd, from a stream of its own."""
        rng, (from_s, until_s) = stream(seed, "event", self.name), self.span
        count = rng.poisson(self.per_h * (until_s - from_s) / HOUR_S)
        return np.sort(from_s + rng.random(count) * (until_s - from_s))


def busy_days(
    calendar: Calendar,
    surges: Sequence[Surge],
    hour_of_week: Sequence[float],
    start: datetime,
    until_s: float,
    where: str,
) -> BusyDays | None:
    """None when nothing is otherwise than usual, so that no draw changes. Raises ScenarioError."""
    if not (calendar.tet or calendar.holidays or surges):
        return None
    first_s = -(start.minute * 60.0 + start.second)
    starts_s = np.arange(first_s, until_s, HOUR_S)
    days = [(start + timedelta(seconds=float(at_s))).date() for at_s in starts_s]
    emergencies, planned = np.ones(len(starts_s)), np.ones(len(starts_s))
    if calendar.tet:
        offset = _by_date(days, lambda day: _from_tet(day, where))
        emergencies *= [TET_FACTOR.get(one, 1.0) for one in offset]
        planned *= [TET_PLANNED if one in TET_FACTOR else 1.0 for one in offset]
    if calendar.holidays:
        is_holiday = np.array(_by_date(days, lambda day: is_public_holiday(day, where)))
        planned[is_holiday] *= HOLIDAY_PLANNED
        shape = np.asarray(hour_of_week)
        hours = (start.weekday() * 24 + start.hour + np.arange(len(starts_s))) % HOURS
        emergencies[is_holiday] *= (shape[SUNDAY_FIRST_HOUR + hours % 24] / shape[hours])[is_holiday]
    for at, surge in enumerate(surges):
        for from_s, to_s in spans_of(surge, start, until_s, f"{where}: surge[{at}]"):
            overlap_s = np.minimum(to_s, starts_s + HOUR_S) - np.maximum(from_s, starts_s)
            emergencies *= 1.0 + (surge.factor - 1.0) * np.clip(overlap_s / HOUR_S, 0.0, 1.0)
    return BusyDays(emergencies, planned)


def read_events(events: Sequence[Event], start: datetime, until_s: float, where: str) -> list[Crowd]:
    """Each once or every day. Raises ScenarioError."""
    names = [one.name for one in events]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ScenarioError(where, f"two events are called {twice[0]!r}", "give each its own name")
    return [
        Crowd(
            one.name if number == 0 else f"{one.name} {number + 1}", one.lon, one.lat, span,
            one.crowd / 10_000 * one.calls_per_10000_h, one.standby_units,
        )
        for at, one in enumerate(events)
        for number, span in enumerate(spans_of(one, start, until_s, f"{where}: event[{at}]"))
    ]  # fmt: skip


def is_public_holiday(day: date, where: str = "calendar") -> bool:
    """One of the days that everybody has off, Tết aside."""
    _tet_of(day.year, where)
    return (day.month, day.day) in FIXED_HOLIDAYS or day == HUNG_KINGS[day.year]


def _from_tet(day: date, where: str) -> int:
    return (day - _tet_of(day.year, where)).days


def _tet_of(year: int, where: str) -> date:
    if year not in TET:
        fact = f"[calendar] knows the lunar years {min(TET)} to {max(TET)}, not {year}"
        raise ScenarioError(where, fact, "change start, or leave tet and holidays out")
    return TET[year]


def _by_date(days: Sequence[date], find: Callable[[date], T]) -> list[T]:
    known = {day: find(day) for day in dict.fromkeys(days)}
    return [known[day] for day in days]
