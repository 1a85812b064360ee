"""The emergencies of past hours that a forecast learns from: in the desk's own log, in one that it keeps, in a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from dispatch.city_pack import CityPack
from dispatch.errors import Unavailable
from simulator.ahead.asked import AUTO, DESK, PACK
from simulator.ahead.forecast import short_of
from simulator.ahead.start import LoggedHours
from simulator.errors import ScenarioError
from simulator.kept_logs import CALLS, kept_file
from simulator.logs.fit import HOURS
from simulator.logs.formats import read_log
from simulator.logs.hourly import count_by_hour
from simulator.logs.table import LogError, LogTable, find_gaps

READS_BACK = timedelta(hours=26 * HOURS)
"""Of the desk's own log; what is older would count half and less (`FORGET_WEEKS`)."""
HOUR = timedelta(hours=1)
WAY_OUT = 'leave forecast out, or say "pack"'


class DeskLog(Protocol):
    """What the desk's log of events can be asked: `dispatch.event_log.EventLog`."""

    def read_all(self) -> AsyncIterator[list[Any]]: ...

    async def began_at(self) -> datetime | None: ...

    async def count_emergencies(self, since: datetime, until: datetime) -> dict[datetime, int]: ...


async def hours_of_desk(events: DeskLog, now: datetime) -> LoggedHours | None:
    """The whole hours from the log's first one on to now, half a year at most; None without any."""
    began_at = await events.began_at()
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if began_at is None or began_at >= until:
        return None
    since = max(_next_hour(began_at), until - READS_BACK)
    found = await events.count_emergencies(since, until)
    hours = int((until - since) / HOUR)
    return LoggedHours(
        source=DESK, since=since, counts=tuple(float(found.get(since + at * HOUR, 0)) for at in range(hours))
    )


async def logged_hours(source: str, events: DeskLog, now: datetime, pack: CityPack) -> LoggedHours | None:
    """What a running desk's forecast is asked to learn from. Raises ScenarioError when it cannot."""
    if source == PACK:
        return None
    if source == AUTO:
        with suppress(Unavailable):  # a look ahead can do without the database
            return await hours_of_desk(events, now)
        return None
    if source == DESK:
        found = await hours_of_desk(events, now)
        if fact := short_of(found):
            raise ScenarioError("ahead", f"forecast: {fact}", WAY_OUT)
        return found
    if not source.startswith("log:"):
        raise ScenarioError("ahead", f"forecast {source!r} names nothing", 'say "auto", "desk", "pack" or log:ID')
    return await asyncio.to_thread(hours_of_log, source, pack)


def hours_of_log(source: str, pack: CityPack) -> LoggedHours:
    """Of a kept log (`log:ID`), or of a file that an adapter reads. Raises ScenarioError."""
    kept = kept_file(source, CALLS, "ahead")
    try:
        table = _table_of(pl.read_parquet(kept), source) if kept else read_log(Path(source), pack)
        counted = count_by_hour(_emergencies(table))
    except LogError as error:
        raise ScenarioError("ahead", f"forecast: {error}", WAY_OUT) from None
    counts = tuple(None if np.isnan(count) else float(count) for count in counted.counts.tolist())
    found = LoggedHours(source=source if kept else Path(source).name, since=counted.start, counts=counts)
    if fact := short_of(found):
        raise ScenarioError("ahead", f"forecast: {fact}", WAY_OUT)
    return found


def _table_of(calls: pl.DataFrame, source: str) -> LogTable:
    return LogTable(source, calls, len(calls), (), find_gaps(calls), 0, 0)


def _emergencies(table: LogTable) -> LogTable:
    """Those alone, if the log tells kinds."""
    calls = table.calls.filter(pl.col("kind").is_null() | (pl.col("kind") == "emergency"))
    if not len(calls):
        raise LogError(f"{table.source} has no emergency")
    return _table_of(calls, table.source)


def _next_hour(moment: datetime) -> datetime:
    whole = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + HOUR
