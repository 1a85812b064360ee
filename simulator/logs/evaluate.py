"""
How good the forecast is on hours it has not seen, beside what needs no model: plain moving averages.

Every hour of the test is forecast from what was known some hours before; then its count is learned. Counts that nobody
knows (NaN) are neither learned nor judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from simulator.logs.fit import HOURS
from simulator.logs.forecast import HourlyModel, count_interval
from simulator.logs.hourly import HourlyCounts
from simulator.logs.table import LogError
from simulator.statistics import Difference, paired_difference

Floats = NDArray[np.float64]
HORIZONS = (1, 4, 24)
CONFIDENCE = 0.9
SAME_HOURS = 4


@dataclass(frozen=True)
class Score:
    """
    Of one method at one horizon: mean absolute and root mean squared error in calls, the mean of forecast minus count,
    and the share of counts within the 90 % interval with its mean width. `against_week`: our absolute error minus the
    week's moving average's, paired by the day (None for that average itself).
    """

    method: str
    horizon_h: int
    hours: int
    mae: float
    rmse: float
    bias: float
    held: float
    width: float
    against_week: Difference | None


def evaluate(
    hourly: HourlyCounts,
    since: datetime,
    until: datetime,
    horizons: Sequence[int] = HORIZONS,
    model: HourlyModel | None = None,
) -> list[Score]:
    """
    Scores on the hours from `since` until before `until`; all before them is known at the start.

    Methods: ours; the mean of the last 168 hours; the mean of the same hour in the last four weeks. The averages'
    intervals are Poisson's. Raises `LogError` when the test is not inside the counts.
    """
    first, last = hourly.row_of(since), hourly.row_of(until)
    if not HOURS * SAME_HOURS + max(horizons) <= first < last <= len(hourly.counts):
        fact = f"{since:%Y-%m-%d} to {until:%Y-%m-%d} is not inside the counts with {SAME_HOURS} weeks before it"
        raise LogError(f"{fact}; they begin {hourly.start:%Y-%m-%d} and hold {len(hourly.counts)} hours")
    expected, dispersion = _run(hourly, first, last, horizons, model or HourlyModel())
    scores = []
    for row, horizon in enumerate(horizons):
        ours = (expected[row], dispersion[row])
        week = (_week_mean(hourly.counts, first, last, horizon), np.zeros(last - first))
        same = (_same_hours(hourly.counts, first, last, horizon), np.zeros(last - first))
        methods = {"ours": ours, "moving average, 168 h": week, "same hour, 4 weeks": same}
        scores += _score(hourly.counts[first:last], methods, horizon)
    return scores


def _run(
    hourly: HourlyCounts, first: int, last: int, horizons: Sequence[int], model: HourlyModel
) -> tuple[Floats, Floats]:
    """Expected counts and dispersions, horizon × hour of the test, each as it stood `horizon` hours before."""
    expected, dispersion = (np.full((len(horizons), last - first), np.nan) for _ in range(2))
    counts = hourly.counts.tolist()
    for at in range(last):
        # Before the count of hour `at` is learned, `at` - 1 is the last known: hour `at` is one ahead.
        if at >= first - max(horizons):
            rate, adjustment, spread = model.rate, model.adjustment, model.dispersion
            for row, horizon in enumerate(horizons):
                target = at + horizon - 1
                if first <= target < last:
                    expected[row, target - first] = rate[(hourly.first_hour + target) % HOURS] * adjustment
                    dispersion[row, target - first] = spread
        model.learn((hourly.first_hour + at) % HOURS, counts[at])
    return expected, dispersion


def _week_mean(counts: Floats, first: int, last: int, horizon: int) -> Floats:
    """The mean of the last 168 hours known."""
    known = np.isfinite(counts)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, counts, 0.0))])
    numbers = np.concatenate([[0.0], np.cumsum(known)])
    ends = np.arange(first, last) - horizon + 1
    mean: Floats = (sums[ends] - sums[ends - HOURS]) / (numbers[ends] - numbers[ends - HOURS])
    return mean


def _same_hours(counts: Floats, first: int, last: int, horizon: int) -> Floats:
    """The mean of the same hour of the week in the last four weeks; up to a week ahead it is always known."""
    if horizon > HOURS:
        raise LogError(f"{horizon} hours ahead; give a week, {HOURS}, at most")
    before = [counts[first - HOURS * week : last - HOURS * week] for week in range(1, SAME_HOURS + 1)]
    return np.asarray(np.nanmean(before, axis=0), dtype=np.float64)


def _score(counts: Floats, methods: dict[str, tuple[Floats, Floats]], horizon: int) -> list[Score]:
    usable = np.isfinite(counts) & np.all([np.isfinite(expected) for expected, _ in methods.values()], axis=0)
    told, days = counts[usable], np.flatnonzero(usable) // 24
    plain = np.abs(methods["moving average, 168 h"][0][usable] - told)
    scores = []
    for name, (whole, spread) in methods.items():
        expected = whole[usable]
        low, high = count_interval(expected, spread[usable], CONFIDENCE)
        off = np.abs(expected - told)
        score = Score(
            method=name,
            horizon_h=horizon,
            hours=len(told),
            mae=float(off.mean()),
            rmse=float(np.sqrt(((expected - told) ** 2).mean())),
            bias=float((expected - told).mean()),
            held=float(((told >= low) & (told <= high)).mean()),
            width=float((high - low).mean()),
            against_week=None if name.startswith("moving") else _by_day(off, plain, days),
        )
        scores.append(score)
    return scores


def _by_day(errors: Floats, plain: Floats, days: NDArray[np.int64]) -> Difference:
    """Paired by the day: hours of one day err together."""
    numbers = np.bincount(days)
    there = numbers > 0
    means = [np.bincount(days, weights=one)[there] / numbers[there] for one in (errors, plain)]
    return paired_difference(means[0], means[1])
