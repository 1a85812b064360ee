"""The calls of a day as a table: unit, distance and every stamp of each, ready for Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dispatch.domain.clock import duty_day
from simulator.results import Outcomes
from simulator.units import Run

if TYPE_CHECKING:
    from simulator.city import CityWorld

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
"""As many rows exist as Python objects at a time: a year's would take more memory than its table."""


def call_table(outcomes: Outcomes, start: datetime, world: CityWorld | None = None) -> pl.DataFrame:
    """One row a call, warm-up included (`counted` tells); stamps of its main run in UTC, null where there is none."""
    count = len(outcomes.day.calls)
    parts = [
        _rows(outcomes, start, world, slice(first, min(first + ROWS_AT_ONCE, count)))
        for first in range(0, max(count, 1), ROWS_AT_ONCE)
    ]
    return pl.concat(parts)


def _rows(outcomes: Outcomes, start: datetime, world: CityWorld | None, rows: slice) -> pl.DataFrame:
    day, calls, units = outcomes.day, outcomes.day.calls, outcomes.day.units
    main, first = outcomes.main[rows], outcomes.first[rows]
    zones = calls.column("zone")[rows]
    columns: dict[str, Any] = {
        "call": np.arange(rows.start, rows.stop),
        "counted": outcomes.counted[rows],
        "kind": _texts(calls.kinds[one] for one in calls.column("kind")[rows]),
        "complaint": _texts(calls.complaints[one] for one in calls.column("complaint")[rows]),
        "priority": calls.priority[rows],
        "zone": _texts(calls.zones[one] if one >= 0 else None for one in zones),
        "unit": _texts(None if run is None else units[run.unit].id for run in main),
        "first_unit": _texts(None if run is None else units[run.unit].id for run in first),
        "runs": outcomes.runs_of[rows],
        "distance_m": _numbers(_stamp(main, "metres")),
        "response_s": _numbers(outcomes.response_s[rows]),
        "waited_s": _numbers(outcomes.waited_s[rows]),
        "outcome": _texts("lost" if run is None else run.outcome for run in main),
        "call_answered_at": _moments(calls.at_s[rows], start),
        "incident_opened_at": _moments(calls.opened_s[rows], start),
        "first_on_scene_at": _moments(_stamp(first, "on_scene_s"), start),
    }
    columns["duty_day"] = [duty_day(start + timedelta(seconds=at_s)) for at_s in calls.column("at_s")[rows]]
    for stamp, name in STAMP_NAMES.items():
        columns[name] = _moments(_stamp(main, stamp), start)
    if world is not None:
        stations = (None if run is None else world.stations[day.units[run.unit].station].id for run in main)
        columns["station"] = _texts(stations)
        columns["hospital"] = _texts(_hospital(run, world) for run in main)
        columns["ward"] = _texts(world.wards[one].new_ward if one >= 0 else None for one in zones)
    return pl.DataFrame(columns, strict=False)


def _texts(values: Iterable[str | None]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)


def _hospital(run: Run | None, world: CityWorld) -> str | None:
    row = -1 if run is None or run.hospital < 0 else run.hospital - world.first_hospital
    return world.hospitals[row].id if row >= 0 else None


def _stamp(runs: list[Run | None], name: str) -> Floats:
    return np.array([np.nan if run is None else getattr(run, name) for run in runs], dtype=np.float64)


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
