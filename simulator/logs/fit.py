"""
From a table of calls to a description of demand: how often, where, of what kind, how grave, and how long things take.

Rates are counts over the hours that the log really covers, its gaps left out. Nothing is smoothed: a ward or an hour
with few calls has a wide interval, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulator.logs.table import INTERVALS, Gap, LogError, LogTable
from simulator.statistics import poisson_interval

HOURS = 168
LEAST_TIMES = 5
"""Fewer service times than this say nothing about a spread (guess)."""


@dataclass(frozen=True)
class ServiceTime:
    """Seconds: of `n` calls that tell it; the lognormal's median and the spread of its logarithm go with the fit."""

    n: int
    mean_s: float
    sd_s: float
    p10_s: float
    p50_s: float
    p90_s: float
    median_s: float
    sd_log: float


@dataclass(frozen=True)
class DemandFit:
    """
    `calls_per_week` of a mean week; `hour_of_week`: 168 factors of mean 1, Monday 00:00 first; `hours_seen`: how many
    of each the log covers. Shares sum to 1 over those that tell. `service`: by kind, by interval, only where told.
    """

    source: str
    calls: int
    weeks: float
    calls_per_week: float
    calls_per_week_low: float
    calls_per_week_high: float
    hour_of_week: tuple[float, ...]
    hours_seen: tuple[float, ...]
    ward_share: dict[str, float]
    ward_hour: dict[str, dict[int, int]]
    kind_share: dict[str, float]
    priority_share: dict[str, float]
    complaint_share: dict[str, float]
    service: dict[str, dict[str, ServiceTime]]


def fit_demand(table: LogTable) -> DemandFit:
    """Fit everything the table tells. Raises `LogError` when it covers less than a day."""
    calls = table.calls
    first, last = calls["at"][0], calls["at"][-1]
    if last - first < timedelta(days=1):
        raise LogError(f"{table.source} covers {last - first}; give a day at least")
    seen = covered_hours(first, last, table.gaps)
    hour = (calls["at"].dt.weekday() - 1).cast(pl.Int64) * 24 + calls["at"].dt.hour().cast(pl.Int64)
    counts = np.bincount(hour.to_numpy(), minlength=HOURS)
    rate = np.divide(counts, seen, out=np.zeros(HOURS), where=seen > 0)
    mean = float(rate[seen > 0].mean())
    total = float(seen.sum())
    about = poisson_interval(len(calls))
    by_ward = calls.with_columns(hour=hour).group_by("ward", "hour").len().sort("ward", "hour")
    ward_hour: dict[str, dict[int, int]] = {}
    for ward, at, count in by_ward.drop_nulls().iter_rows():
        ward_hour.setdefault(ward, {})[at] = count
    weekly = HOURS * mean
    return DemandFit(
        source=table.source,
        calls=len(calls),
        weeks=total / HOURS,
        calls_per_week=weekly,
        calls_per_week_low=weekly * about.low / about.estimate,
        calls_per_week_high=weekly * about.high / about.estimate,
        hour_of_week=tuple(np.where(seen > 0, rate / mean, 1.0).tolist()),
        hours_seen=tuple(seen.tolist()),
        ward_share=_shares(calls, "ward"),
        ward_hour=ward_hour,
        kind_share=_shares(calls, "kind"),
        priority_share=_shares(calls, "priority"),
        complaint_share=_shares(calls, "complaint"),
        service=_service(calls),
    )


def covered_hours(first: datetime, last: datetime, gaps: tuple[Gap, ...]) -> NDArray[np.float64]:
    """How much of each hour of the week lies between first and last call, in hours, without the gaps."""
    seen = _hours_between(first, last)
    for gap in gaps:
        seen -= _hours_between(gap.after, gap.before)
    return np.maximum(seen, 0.0)


def _hours_between(start: datetime, end: datetime) -> NDArray[np.float64]:
    whole = start.replace(minute=0, second=0, microsecond=0)
    number = int((end - whole).total_seconds() // 3600) + 1
    of_week = (whole.weekday() * 24 + whole.hour + np.arange(number)) % HOURS
    share = np.ones(number)
    share[0] -= (start - whole).total_seconds() / 3600
    share[-1] -= 1.0 - ((end - whole).total_seconds() / 3600 - (number - 1))
    return np.bincount(of_week, weights=share, minlength=HOURS).astype(np.float64)


def _shares(calls: pl.DataFrame, column: str) -> dict[str, float]:
    """The share of each value among the calls that have one, the most frequent first."""
    told = calls[column].drop_nulls()
    if not len(told):
        return {}
    counts = told.cast(pl.String).value_counts().sort(["count", column], descending=[True, False])
    return {str(value): count / len(told) for value, count in counts.iter_rows()}


def _service(calls: pl.DataFrame) -> dict[str, dict[str, ServiceTime]]:
    found: dict[str, dict[str, ServiceTime]] = {}
    for (kind,), part in sorted(calls.partition_by("kind", as_dict=True).items(), key=lambda one: str(one[0])):
        times = {name: part[name].drop_nulls().to_numpy() for name in INTERVALS}
        fitted = {name: _time(told) for name, told in times.items() if len(told) >= LEAST_TIMES}
        if fitted:
            found[str(kind)] = fitted
    return found


def _time(told: NDArray[np.float64]) -> ServiceTime:
    """Zeros (stamps to the minute) count in mean and percentiles; the logarithm sees them as half a minute."""
    logs = np.log(np.maximum(told, 30.0)) if (told <= 0).any() else np.log(told)
    p10, p50, p90 = np.quantile(told, [0.1, 0.5, 0.9]).tolist()
    return ServiceTime(
        n=len(told),
        mean_s=float(told.mean()),
        sd_s=float(told.std(ddof=1)),
        p10_s=p10,
        p50_s=p50,
        p90_s=p90,
        median_s=exp(float(logs.mean())),
        sd_log=float(logs.std(ddof=1)),
    )


def scaled(fit: DemandFit, factor: float) -> DemandFit:
    """The same demand, `factor` times as often: another city's shape at this city's volume."""
    if not factor > 0:
        raise LogError(f"demand cannot be scaled by {factor}; give a number above 0")
    low, high = fit.calls_per_week_low * factor, fit.calls_per_week_high * factor
    return replace(fit, calls_per_week=fit.calls_per_week * factor, calls_per_week_low=low, calls_per_week_high=high)
