"""
How many calls the next hours bring: the hour of the week's usual rate, times how busy the last days have been.

The usual rate is a mean over past weeks that forgets slowly; the adjustment is observed over expected calls of the last
days, forgotten faster and drawn to 1 while there are few. Intervals are those of a negative binomial whose extra spread
is what the past hours themselves had about their forecasts. Weakness: knows no holidays, weather or events ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from simulator.logs.fit import HOURS
from simulator.logs.table import LogError

Floats = NDArray[np.float64]
FORGET_WEEKS = 26.0
"""Weeks after which an hour counts half as much for the usual rate (chosen on New York 2012–2014, see docs)."""
RECENT_HOURS = 24.0
"""Hours after which a recent hour counts half as much for the adjustment (chosen likewise)."""
PRIOR_CALLS = 300.0
"""The adjustment is drawn to 1 as if so many calls had come as expected: days differ by some 6 % (chosen likewise)."""
LEAST_HOURS = 2 * HOURS


@dataclass(frozen=True)
class Forecast:
    """One row an hour ahead: expected calls, and the interval that should hold `confidence` of the counts."""

    expected: Floats
    low: Floats
    high: Floats
    confidence: float
    adjustment: float


@dataclass
class HourlyModel:
    """
    Learns hour by hour, so that looking ahead never sees what came after. `rate`: usual calls of each hour of the week.
    """

    forget_weeks: float = FORGET_WEEKS
    recent_hours: float = RECENT_HOURS
    prior_calls: float = PRIOR_CALLS

    def __post_init__(self) -> None:
        if not (self.forget_weeks > 0 and self.recent_hours > 0 and self.prior_calls >= 0):
            raise LogError("forget_weeks and recent_hours must be above 0, prior_calls 0 or more")
        self._sum, self._weight = np.zeros(HOURS), np.zeros(HOURS)
        self._observed = self._usual = 0.0
        self._excess = self._squares = 0.0
        self._keep_week, self._keep_hour = 0.5 ** (1 / self.forget_weeks), 0.5 ** (1 / self.recent_hours)
        self.seen = 0

    @property
    def rate(self) -> Floats:
        """Usual calls of each hour of the week; the mean of all where one was never seen."""
        mean = self._sum.sum() / max(float(self._weight.sum()), 1e-12)
        return np.where(self._weight > 0, self._sum / np.maximum(self._weight, 1e-12), mean)

    @property
    def adjustment(self) -> float:
        """How busy the last days were against the usual."""
        return (self._observed + self.prior_calls) / (self._usual + self.prior_calls) if self.seen else 1.0

    @property
    def dispersion(self) -> float:
        """The variance of a count beyond Poisson's, as a share of the squared mean; 0: as Poisson."""
        return max(self._excess / self._squares, 0.0) if self._squares else 0.0

    def learn(self, hour: int, count: float) -> None:
        """The count of the next hour, `hour` being that of the week; NaN: nobody knows, time passes all the same."""
        known = np.isfinite(count)
        if self._weight[hour] > 0:
            usual = float(self._sum[hour] / self._weight[hour])
            if known and self.seen >= LEAST_HOURS:
                expected = usual * self.adjustment
                self._excess = self._excess * 0.9995 + (count - expected) ** 2 - expected
                self._squares = self._squares * 0.9995 + expected**2
            self._observed = self._observed * self._keep_hour + (count if known else 0.0)
            self._usual = self._usual * self._keep_hour + (usual if known else 0.0)
        if known:
            self._sum[hour] = self._sum[hour] * self._keep_week + count
            self._weight[hour] = self._weight[hour] * self._keep_week + 1.0
        self.seen += 1

    def ahead(self, hour: int, hours: int, confidence: float = 0.9) -> Forecast:
        """The next `hours`, the first of which is `hour` of the week. Raises `LogError` before two weeks are known."""
        if self.seen < LEAST_HOURS:
            raise LogError(f"{self.seen} hours are known; a forecast needs two weeks, {LEAST_HOURS}")
        expected = self.rate[(hour + np.arange(hours)) % HOURS] * self.adjustment
        low, high = count_interval(expected, self.dispersion, confidence)
        return Forecast(expected, low, high, confidence, self.adjustment)


def count_interval(expected: ArrayLike, dispersion: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """The central interval of counts of mean `expected` and variance `expected` + `dispersion` · `expected`²."""
    mean, tail = np.maximum(np.asarray(expected, dtype=np.float64), 1e-9), (1 - confidence) / 2
    spread = np.maximum(np.asarray(dispersion, dtype=np.float64), 1e-9)  # so little is Poisson's
    ends = [stats.nbinom.ppf(share, 1 / spread, 1 / (1 + spread * mean)) for share in (tail, 1 - tail)]
    return np.asarray(ends[0], dtype=np.float64), np.asarray(ends[1], dtype=np.float64)


def learn_all(counts: ArrayLike, first_hour: int, model: HourlyModel | None = None) -> HourlyModel:
    """A model that has seen a series of hourly counts, the first of which is of `first_hour` of the week."""
    learned = model or HourlyModel()
    for at, count in enumerate(np.asarray(counts, dtype=np.float64).tolist()):
        learned.learn((first_hour + at) % HOURS, count)
    return learned
