"""
The emergencies of past hours that a forecast learns from: in the desk's own log, in one that it keeps, in a file.

Hours of which a log knows nothing are unknown, not quiet. In the desk's own log these are the hours that an outage
touches: a pause in which nothing at all was written down and which chance would bring to its calls once in a hundred
such logs. Where calls of that time were entered from paper afterwards, they count. Weakness: of a desk with few calls
only long outages show.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import ceil, floor
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
from simulator.logs.table import LogError, LogTable, find_gaps, longest_pause

READS_BACK = timedelta(hours=26 * HOURS)
"""Of the desk's own log; what is older would count half and less (`FORGET_WEEKS`)."""
HOUR = timedelta(hours=1)
LEAST_CALLS = 3
"""With fewer nobody can say what a pause is."""
WAY_OUT = 'leave forecast out, or say "pack"'


class DeskLog(Protocol):
    """What the desk's log of events can be asked: `dispatch.event_log.EventLog`."""

    def read_all(self) -> AsyncIterator[list[Any]]: ...

    async def began_at(self) -> datetime | None: ...

    async def count_emergencies(self, since: datetime, until: datetime) -> dict[datetime, int]: ...

    async def count_calls(self, since: datetime, until: datetime) -> int: ...

    async def list_pauses(
        self, since: datetime, until: datetime, longer_than: timedelta
    ) -> list[tuple[datetime, datetime]]: ...


async def hours_of_desk(events: DeskLog, now: datetime) -> LoggedHours | None:
    """The whole hours from the log's first one on to now, half a year at most; None without any."""
    began_at = await events.began_at()
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if began_at is None or began_at >= until:
        return None
    since = max(_next_hour(began_at), until - READS_BACK)
    found = await events.count_emergencies(since, until)
    counts: list[float | None] = [float(found.get(since + at * HOUR, 0)) for at in range(int((until - since) / HOUR))]
    calls = await events.count_calls(since, now)
    if calls >= LEAST_CALLS:
        longest = longest_pause((now - since) / calls, calls)
        for first, last in await events.list_pauses(since, now, longest):
            leave_out(counts, (first - since) / HOUR, (last - since) / HOUR)
    return LoggedHours(source=DESK, since=since, counts=tuple(counts))


def leave_out(counts: list[float | None], first: float, last: float) -> None:
    """Hours that an outage touches are unknown, unless calls of the hours within it were entered afterwards."""
    if not sum(count or 0.0 for count in counts[ceil(first) : floor(last)]):
        hours = range(floor(first), min(ceil(last), len(counts)))
        counts[hours.start : hours.stop] = [None] * len(hours)


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
