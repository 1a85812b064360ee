"""Hourly counts: from a table of calls, or New York's file of ten years."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulator.logs.table import Gap, LogError, LogTable, city_time, open_log


@dataclass(frozen=True)
class HourlyCounts:
    """Calls of every hour from `start` (local); NaN where the log has a gap or says nothing."""

    start: datetime
    counts: NDArray[np.float64]

    @property
    def first_hour(self) -> int:
        """The hour of the week of the first count."""
        return self.start.weekday() * 24 + self.start.hour

    def row_of(self, moment: datetime) -> int:
        """Where an hour stands."""
        return int((moment - self.start).total_seconds() // 3600)


def count_by_hour(table: LogTable) -> HourlyCounts:
    """Whole hours from the first to the last call; hours that touch a gap are NaN, not 0."""
    at = table.calls["at"]
    start = at[0].replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    number = int((at[-1] - start).total_seconds() // 3600)
    if number < 1:
        raise LogError(f"{table.source} holds no whole hour")
    rows = ((at - start).dt.total_seconds() // 3600).filter((at >= start) & (at < start + timedelta(hours=number)))
    counts = np.bincount(rows.cast(pl.Int64).to_numpy(), minlength=number).astype(np.float64)
    return HourlyCounts(start, _without_gaps(counts, start, table.gaps))


def read_new_york_hourly(path: Path) -> HourlyCounts:
    """
    The counts of `year, month, day, hour, num_calls`; hours absent from the file are NaN (each spring one, by clock).

    Raises `LogError` for a file of another form, and names a line that holds no hour.
    """
    reader = csv.DictReader(io.StringIO(open_log(path).decode("utf-8-sig"), newline=""))
    needed = ("year", "month", "day", "hour", "num_calls")
    if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
        raise LogError(f"{path} lacks the column {', '.join(missing)}; give hourly counts")
    told: dict[datetime, float] = {}
    for row in reader:
        try:
            year, month, day, hour, count = (int(row[name]) for name in needed)
            at = city_time(datetime(year, month, day, hour))  # noqa: DTZ001  # a wall clock
        except (TypeError, ValueError) as error:
            raise LogError(f"{path}, line {reader.line_num}: {error}; correct or remove the line") from None
        told[at] = told.get(at, 0.0) + count  # the hour that ends summer time comes twice: see `city_time`
    if not told:
        raise LogError(f"{path} has no line; give hourly counts")
    start, end = min(told), max(told)
    counts = np.full(int((end - start).total_seconds() // 3600) + 1, np.nan)
    for at, number in told.items():
        counts[int((at - start).total_seconds() // 3600)] = number
    return HourlyCounts(start, counts)


def _without_gaps(counts: NDArray[np.float64], start: datetime, gaps: tuple[Gap, ...]) -> NDArray[np.float64]:
    for gap in gaps:
        first = int((gap.after - start).total_seconds() // 3600)
        last = int((gap.before - start).total_seconds() // 3600)
        counts[max(first, 0) : max(last + 1, 0)] = np.nan
    return counts
