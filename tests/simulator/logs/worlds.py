"""Small logs, written as their cities write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from dispatch.domain.clock import LOCAL
from simulator.logs.public import NYC_COLUMNS, VA_COLUMNS
from simulator.logs.table import Collector, LogTable

MONDAY = datetime(2026, 3, 2, tzinfo=LOCAL)
VA_HEAD = ",".join(VA_COLUMNS)


def nyc_line(
    key: str = "1", at: str = "03/02/2015 11:08:44 AM", severity: str = "3", seconds: str = "540", valid: str = "1"
) -> str:
    return f"{key},'{at}',5,{severity},{valid},0,{seconds}"


def write(folder: Path, lines: list[str], name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_nyc(folder: Path, *lines: str) -> Path:
    return write(folder, [",".join(NYC_COLUMNS), *lines])


def place(key: str) -> str:
    return f"ward of {key}"


def table(hours: list[float], **cells: object) -> LogTable:
    """A call at each of these hours after Monday midnight."""
    calls = Collector("made.csv", lambda _: "26740")
    for row, hour in enumerate(hours):
        calls.read += 1
        calls.add(row + 1, str(row), MONDAY + timedelta(hours=hour), **{"kind": "emergency", **cells})
    return calls.finish()


def kept(found: LogTable, *columns: str) -> list[tuple[object, ...]]:
    return found.calls.select(columns).rows()
