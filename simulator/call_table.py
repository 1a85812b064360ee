"""The calls of a day as a table: unit, distance and every stamp of each, ready for Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source

from dispatch.domain.clock import duty_day
from simulator.results import Outcomes
from simulator.runs import OUTCOMES

if TYPE_CHECKING:
    from simulator.city import CityWorld
    from simulator.day import Day

Floats = NDArray[np.float64]
STAMP_NAMES = {
    "offered_s": "offered_at",
    "accepted_s": "accepted_at",
    "en_route_s": "en_route_at",
    "on_scene_s": "on_scene_at",
    "at_patient_s": "at_patient_at",
    "left_s": "left_scene_at",
    "at_hospital_s": "at_hospital_at",
    "handover_s": "handover_at",
    "free_s": "back_in_service_at",
}
"""Named as in docs/domain.md."""
ROWS_AT_ONCE = 20_000
"""As many rows are in memory at a time, and in one row group of the file."""


def write_calls(path: Path, outcomes: Outcomes, start: datetime, world: CityWorld | None = None) -> None:
    """
    The table as Parquet, written some rows at a time; the file appears whole or not at all.
    """
    part = path.with_suffix(".part")
    parts = call_tables(outcomes, start, world)
    first = next(parts)
    source = register_io_source(lambda *_: chain([first], parts), schema=first.schema)
    try:
        source.sink_parquet(part, row_group_size=ROWS_AT_ONCE)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def call_tables(outcomes: Outcomes, start: datetime, world: CityWorld | None = None) -> Iterator[pl.DataFrame]:
    """One row a call, warm-up included (`counted` tells); stamps of its main run in UTC, null where there is none."""
    count = len(outcomes.day.calls)
    for first in range(0, max(count, 1), ROWS_AT_ONCE):
        yield _rows(outcomes, start, world, slice(first, min(first + ROWS_AT_ONCE, count)))


def _rows(outcomes: Outcomes, start: datetime, world: CityWorld | None, rows: slice) -> pl.DataFrame:
    day, calls, units = outcomes.day, outcomes.day.calls, outcomes.day.units
    main, first = _MaybeRuns(day, outcomes.main[rows]), _MaybeRuns(day, outcomes.first[rows])
    zones, at_s = calls.zone[rows].tolist(), calls.at_s[rows]
    columns: dict[str, Any] = {
        "call": np.arange(rows.start, rows.stop),
        "counted": outcomes.counted[rows],
        "kind": _texts(calls.kinds[one] for one in calls.kind[rows].tolist()),
        "complaint": _texts(calls.complaints[one] for one in calls.complaint[rows].tolist()),
        "priority": calls.priority[rows].astype(np.int64),
        "zone": _texts(calls.zones[one] if one >= 0 else None for one in zones),
        "unit": _texts(None if one < 0 else units[one].id for one in main.numbers("unit")),
        "first_unit": _texts(None if one < 0 else units[one].id for one in first.numbers("unit")),
        "runs": outcomes.runs_of[rows].astype(np.int64),
        "distance_m": _numbers(main.values("metres")),
        "response_s": _numbers(outcomes.response_s[rows]),
        "waited_s": _numbers(outcomes.waited_s[rows]),
        "outcome": _texts("lost" if one < 0 else OUTCOMES[one] for one in main.numbers("outcome")),
        "call_answered_at": _moments(at_s, start),
        "incident_opened_at": _moments(calls.opened_s[rows], start),
        "first_on_scene_at": _moments(first.values("on_scene_s"), start),
    }
    columns["duty_day"] = [duty_day(start + timedelta(seconds=one)) for one in at_s.tolist()]
    for stamp, name in STAMP_NAMES.items():
        columns[name] = _moments(main.values(stamp), start)
    if world is not None:
        stations = (None if one < 0 else world.stations[units[one].station].id for one in main.numbers("unit"))
        columns["station"] = _texts(stations)
        hospitals = (one - world.first_hospital for one in main.numbers("hospital"))
        columns["hospital"] = _texts(None if one < 0 else world.hospitals[one].id for one in hospitals)
        columns["ward"] = _texts(world.wards[one].new_ward if one >= 0 else None for one in zones)
    return pl.DataFrame(columns, strict=False)


class _MaybeRuns:
    """The runs of some calls, of which not every one has one."""

    def __init__(self, day: Day, rows: NDArray[np.int32]) -> None:
        self._is_there = rows >= 0
        self._runs = day.runs.take(rows[self._is_there])

    def values(self, name: str) -> Floats:
        """NaN where there is none."""
        found = np.full(len(self._is_there), np.nan)
        found[self._is_there] = self._runs[name]
        return found

    def numbers(self, name: str) -> list[int]:
        """-1 where there is none."""
        found = np.full(len(self._is_there), -1, dtype=np.int64)
        found[self._is_there] = self._runs[name]
        return found.tolist()


def _texts(values: Iterable[str | None]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)


def _numbers(values: Floats) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _moments(seconds: Floats, start: datetime) -> pl.Series:
    """Seconds since the start as moments in UTC, to the millisecond."""
    zero_ms = (start - datetime(1970, 1, 1, tzinfo=start.tzinfo)) // timedelta(milliseconds=1)
    offset = start.utcoffset() or timedelta()
    zero_ms -= offset // timedelta(milliseconds=1)
    known = np.isfinite(seconds)
    ms = np.where(known, np.rint(np.where(known, seconds, 0.0) * 1000), 0).astype(np.int64) + zero_ms
    told = pl.Series(ms).cast(pl.Datetime("ms", "UTC"))
    return told.set(pl.Series(~known), None)
