"""
One table of calls, wherever they were written down, and an account of everything that could not be used.

Whatever is wrong with a line is counted and listed with its reason; a line is skipped, never repaired.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite, log
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dispatch.domain.clock import LOCAL
from dispatch.errors import Saigon115Error

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The city's clock by the name that a table has for it."""
SCHEMA = pl.Schema(
    [
        ("key", pl.String),
        ("at", pl.Datetime("us", ZONE.key)),
        ("ward", pl.String),
        ("lon", pl.Float64),
        ("lat", pl.Float64),
        ("kind", pl.String),
        ("priority", pl.Int8),
        ("complaint", pl.String),
        ("response_s", pl.Float64),
        ("turnout_s", pl.Float64),
        ("travel_s", pl.Float64),
        ("on_scene_s", pl.Float64),
        ("transport_s", pl.Float64),
        ("handover_s", pl.Float64),
        ("occupied_s", pl.Float64),
    ]
)
"""`at`: answered, city time. `occupied_s`: from being sent until free again. Absent is null, never 0."""
INTERVALS = ("response_s", "turnout_s", "travel_s", "on_scene_s", "transport_s", "handover_s", "occupied_s")
LONGEST_S = 86_400.0
"""An interval longer than a day is a slip of the pen (guess)."""
TIMES_QUIET = 3.0
"""The quietest hours have about a third of the mean rate (New York's week): a gap is judged against that."""
GZIP, ZIP, UTF_16 = b"\x1f\x8b", b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
"""How such files begin."""


class LogError(Saigon115Error):
    """A log that cannot be read at all."""


@dataclass(frozen=True)
class Skipped:
    """A line that was not used: where it stands (1 is the first) and why."""

    line: int
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Gap:
    """No call from one moment to the next for so long that chance does not explain it."""

    after: datetime
    before: datetime

    @property
    def length_s(self) -> float:
        """Seconds without a call."""
        return (self.before - self.after).total_seconds()


@dataclass(frozen=True)
class LogTable:
    """The calls in order of time (columns: `SCHEMA`), and what happened on the way."""

    source: str
    calls: pl.DataFrame
    read: int
    skipped: tuple[Skipped, ...]
    gaps: tuple[Gap, ...]
    twins: int  # kept, though time, kind, complaint and place are those of another call
    backward: int  # lines that tell of an earlier moment than the line before them; put in order
    notes: tuple[str, ...] = ()

    def as_json(self, listed: int = 20) -> dict[str, Any]:
        """The account; of each reason the first lines."""
        reasons = Counter(one.reason for one in self.skipped)
        first = self.calls["at"].min() if len(self.calls) else None
        last = self.calls["at"].max() if len(self.calls) else None
        return {
            "source": self.source,
            "read": self.read,
            "kept": len(self.calls),
            "skipped": len(self.skipped),
            "skipped_by_reason": dict(reasons.most_common()),
            "first_skipped": [
                {"line": one.line, "reason": one.reason, "detail": one.detail} for one in self.skipped[:listed]
            ],
            "from": first.isoformat() if isinstance(first, datetime) else None,
            "until": last.isoformat() if isinstance(last, datetime) else None,
            "gaps": len(self.gaps),
            "longest_gaps": [
                {"after": one.after.isoformat(), "before": one.before.isoformat(), "length_s": one.length_s}
                for one in sorted(self.gaps, key=lambda one: -one.length_s)[:listed]
            ],
            "twins_kept": self.twins,
            "lines_backward_in_time": self.backward,
            "known": {name: int(self.calls[name].count()) for name in SCHEMA if name != "key"},
            "notes": list(self.notes),
        }


@dataclass
class Collector:
    """Takes one line after the other; `place` gives a ward to a call by its key, where the log has none."""

    source: str
    place: Callable[[str], str | None] = lambda _: None
    rows: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    read: int = 0
    _seen: set[str] = field(default_factory=set)

    def skip(self, line: int, reason: str, detail: object = "") -> None:
        """Leave a line out."""
        self.skipped.append(Skipped(line, reason, str(detail)[:80]))

    def add(self, line: int, key: str, at: datetime, **cells: Any) -> None:
        """Take a call, unless its key was there before or one of its intervals is impossible."""
        if key in self._seen:
            self.skip(line, "the id was there before", key)
            return
        for name in INTERVALS:
            seconds = cells.get(name)
            if seconds is not None and not isfinite(seconds):
                self.skip(line, f"{name} is no number", f"{key}: {seconds}")
                return
            if seconds is not None and seconds < 0:
                self.skip(line, f"times go backward: {name} is below 0", f"{key}: {seconds:.0f} s")
                return
            if seconds is not None and seconds > LONGEST_S:
                self.skip(line, f"{name} is longer than a day", f"{key}: {seconds:.0f} s")
                return
        self._seen.add(key)
        ward = cells.pop("ward", None) or self.place(key)
        self.rows.append({"key": key, "at": at, "ward": ward, **cells})

    def finish(self, notes: Iterable[str] = ()) -> LogTable:
        """The table in order of time, with what is odd about it as a whole. Raises `LogError` when it is empty."""
        if not self.rows:
            why = Counter(one.reason for one in self.skipped).most_common(1)
            fact = f"all {self.read} lines were skipped, most for: {why[0][0]}" if why else "it has no line"
            raise LogError(f"{self.source} holds no call ({fact}); is it of this format?")
        backward = sum(later["at"] < earlier["at"] for earlier, later in zip(self.rows, self.rows[1:], strict=False))
        calls = pl.DataFrame(self.rows, schema=SCHEMA, orient="row").sort("at", "key")
        alike = [
            name for name in ("at", "kind", "complaint", "priority", "lon", "lat") if calls[name].null_count() == 0
        ]
        twins = len(calls) - calls.select(alike).n_unique()
        return LogTable(
            self.source, calls, self.read, tuple(self.skipped), find_gaps(calls), twins, backward, tuple(notes)
        )


def find_gaps(calls: pl.DataFrame) -> tuple[Gap, ...]:
    """
    Pauses that would come once in a hundred such logs if calls came by chance at the rate of the quietest hour.

    Weakness: a log whose rate grew a lot seems to have gaps where it was young.
    """
    if len(calls) < 3:
        return ()
    at = calls["at"]
    times = at.to_list()
    limit = longest_pause((times[-1] - times[0]) / (len(times) - 1), len(times))
    long = (at.diff() > limit).fill_null(False).arg_true().to_list()
    return tuple(Gap(times[row - 1], times[row]) for row in long)


def longest_pause(mean: timedelta, calls: int) -> timedelta:
    """What chance brings once in a hundred logs of so many calls, `mean` apart, at the rate of the quietest hour."""
    return mean * (TIMES_QUIET * log(100 * calls))


def city_time(wall_clock: datetime) -> datetime:
    """
    What a foreign clock shows, taken for the city's own: eight in the morning stays eight in the morning.

    Where summer time ends an hour there is counted twice, where it begins one is empty.
    """
    return wall_clock.replace(tzinfo=LOCAL)


def seconds(start: datetime | None, end: datetime | None) -> float | None:
    """From one stamp to the next; None when one is missing."""
    return None if start is None or end is None else (end - start).total_seconds()


def open_log(path: Path) -> bytes:
    """A file's bytes, unpacked when it is gzip, whatever its name. Raises `LogError`."""
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if path.suffix == ".gz" or raw.startswith(GZIP) else raw
    except FileNotFoundError:
        raise LogError(f"no file {path}; give a log") from None
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read ({error}); is it whole?") from None
    if raw.startswith(ZIP):
        raise LogError(f"{path} is a spreadsheet or an archive, whatever its name; save it as CSV")
    if raw.startswith(UTF_16):
        raise LogError(f"{path} is written in UTF-16; save it as UTF-8")
    return raw
