"""
Reads a log that was sent, in a process of its own: `python -m simulator.upload_reader RAW OUT FORMAT [SINCE]`.

Writes calls.parquet, and demand.json of a log that covers a day or more, into OUT; prints the account as JSON. Of the
log's own ids nothing is kept. With SINCE, earlier calls are left out. A log that cannot be read: 1, and why.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from dispatch.city_pack import load_city_pack
from dispatch.errors import Saigon115Error
from simulator.kept_logs import CALLS, DEMAND
from simulator.logs.fit import fit_demand
from simulator.logs.formats import FORMATS, read_log, recognise
from simulator.logs.table import ZONE, LogError, LogTable, find_gaps

UNREADABLE = (gzip.BadGzipFile, zlib.error, EOFError, ValueError, OverflowError, RecursionError)


def main(raw: Path, out: Path, form: str, since: datetime | None) -> int:
    """Read, keep, and tell."""
    try:
        if form not in FORMATS:
            raise LogError(f"no format {form!r}; choose one of {', '.join(FORMATS)}")
        told = _read(raw, out, recognise(raw) if form == "auto" else form, since)
    except (Saigon115Error, *UNREADABLE) as error:
        print(f"the log cannot be read: {error}")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(told))
    return 0


def _read(raw: Path, out: Path, form: str, since: datetime | None) -> dict[str, Any]:
    pack = load_city_pack()
    table = read_log(raw, pack, form)
    if since is not None:
        table = _since(table, since)
    try:
        fit = fit_demand(table)
    except LogError:
        fit = None  # less than a day
    calls = table.calls.with_columns(key=pl.int_range(pl.len()).cast(pl.String))
    calls.write_parquet(out / CALLS)
    days = (calls["at"][-1] - calls["at"][0]).total_seconds() / 86_400
    told: dict[str, Any] = {
        "format": form, "calls": len(calls), "days": days, "account": table.as_json(), "has_demand": fit is not None,
        "by_day": _by_day(calls),
    }  # fmt: skip
    if fit is not None:
        (out / DEMAND).write_bytes(msgspec.json.encode(asdict(fit)))
        told["calls_per_day"] = fit.calls_per_week / 7
    return told


def _since(table: LogTable, since: datetime) -> LogTable:
    calls = table.calls.filter(pl.col("at") >= since.astimezone(ZONE))
    if not len(calls):
        raise LogError(f"{table.source} has no call since {since:%Y-%m-%d %H:%M}; ask for more days")
    return LogTable(table.source, calls, table.read, table.skipped, find_gaps(calls), table.twins, table.backward)


def _by_day(calls: pl.DataFrame) -> list[list[Any]]:
    """[day, calls] of each day that has some, local time, so that a quiet or a heavy one is seen."""
    days = calls.group_by(pl.col("at").dt.date().alias("day")).len().sort("day")
    return [[day.isoformat(), count] for day, count in days.iter_rows()]


if __name__ == "__main__":
    raw_file, folder, name, *rest = sys.argv[1:]
    sys.exit(main(Path(raw_file), Path(folder), name, datetime.fromisoformat(rest[0]) if rest else None))
