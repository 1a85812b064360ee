"""
What a simulated number is worth: means with their errors, differences between policies, when to stop replicating.

Pure functions over arrays of numbers. Text: Law, Simulation Modeling and Analysis, ch. 9–11. Intervals are two-sided;
`confidence` is a share, 0.95 by default. Raise `ValueError` for too few values and for values that are no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

BATCHES: Final = 20  # 10 to 30 serve best (Schmeiser 1982)
CONFIDENCE: Final = 0.95
MSER_BLOCK: Final = 5  # MSER-5 (White, Cobb & Spratt 2000)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the interval that holds the truth with the chance `confidence`; infinite where unknown."""

    estimate: float
    low: float
    high: float
    confidence: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A mean of `n` independent values with its standard error (both in the unit of the values) and its interval."""

    mean: float
    standard_error: float
    n: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """The mean of one long run, its error judged from `batch_means`; `dropped` values at its start are not in it."""

    estimate: MeanEstimate
    batch_means: tuple[float, ...]
    batch_size: int
    dropped: int
    lag_1: float  # correlation of neighbouring batches; well above 0: batches too short, error too small


@dataclass(frozen=True, slots=True)
class Difference:
    """A policy minus its baseline on the same days; `p_value` of "no difference", two-sided."""

    estimate: MeanEstimate
    p_value: float

    @property
    def excludes_zero(self) -> bool:
        """The interval leaves no room for "no difference"."""
        interval = self.estimate.interval
        return interval.low > 0 or interval.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of several policies against the baseline: alone, and together with the others."""

    alone: Difference
    together: Interval  # Bonferroni: all intervals of the family hold at once
    p_holm: float


def after_warm_up(at_s: ArrayLike, values: ArrayLike, warm_up_s: float) -> Floats:
    """The values whose time (seconds since the start) is `warm_up_s` or later, in their order."""
    times, numbers = np.asarray(at_s, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if times.shape != numbers.shape:
        raise ValueError(f"{times.size} times for {numbers.size} values; give one time a value")
    kept: Floats = numbers[times >= warm_up_s]
    return kept


def find_warm_up(values: ArrayLike) -> int:
    """
    How many values at the start to leave out, by MSER-5: the cut after which the mean is known best.

    Only the first half is searched; a cut at its very end means that the run is too short to tell.
    """
    numbers = _numbers(values, 2 * MSER_BLOCK)
    blocks = numbers[: numbers.size // MSER_BLOCK * MSER_BLOCK].reshape(-1, MSER_BLOCK).mean(axis=1)
    left = blocks.size - np.arange(max(blocks.size // 2, 1))
    errors = [blocks[blocks.size - n :].var() / n for n in left]
    return int(np.argmin(errors)) * MSER_BLOCK


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> MeanEstimate:
    """The mean of independent values, such as one a replication, with Student's interval. One value: no bounds."""
    numbers = _numbers(values, 1)
    _check_share(confidence, "confidence")
    mean, n = float(numbers.mean()), numbers.size
    if n == 1:
        return MeanEstimate(mean, inf, n, Interval(mean, -inf, inf, confidence))
    error = float(numbers.std(ddof=1)) / sqrt(n)
    reach = error * _t(confidence, n - 1)
    return MeanEstimate(mean, error, n, Interval(mean, mean - reach, mean + reach, confidence))


def batch_means(values: ArrayLike, batches: int = BATCHES, confidence: float = CONFIDENCE) -> BatchMeans:
    """
    The mean of one long run whose neighbouring values depend on each other, in the order in which they came.

    Equal batches, taken for independent; what does not fill a batch is dropped at the start, where warm-up lingers.
    """
    if batches < 2:
        raise ValueError(f"{batches} batches; give 2 or more")
    numbers = _numbers(values, batches)
    size = numbers.size // batches
    dropped = numbers.size - size * batches
    means = numbers[dropped:].reshape(batches, size).mean(axis=1)
    estimate = mean_interval(means, confidence)
    return BatchMeans(estimate, tuple(means.tolist()), size, dropped, _lag_1(means))


def paired_difference(values: ArrayLike, baseline: ArrayLike, confidence: float = CONFIDENCE) -> Difference:
    """
    `values` minus `baseline`, one pair a replication, each pair under common random numbers.

    Assumes that the differences are about normal; with means of many calls they are.
    """
    numbers, base = _numbers(values, 2), _numbers(baseline, 2)
    if numbers.size != base.size:
        raise ValueError(f"{numbers.size} values against {base.size}; pair the same replications")
    estimate = mean_interval(numbers - base, confidence)
    if estimate.standard_error == 0:
        return Difference(estimate, 1.0 if estimate.mean == 0 else 0.0)
    t = estimate.mean / estimate.standard_error
    return Difference(estimate, float(2 * stats.t.sf(abs(t), estimate.n - 1)))


def compare_to_baseline(
    policies: Mapping[str, ArrayLike], baseline: ArrayLike, confidence: float = CONFIDENCE
) -> dict[str, Comparison]:
    """Every policy against the baseline, with Holm's p-values and intervals that hold for all of them at once."""
    alone = {name: paired_difference(values, baseline, confidence) for name, values in policies.items()}
    adjusted = holm([difference.p_value for difference in alone.values()])
    each = 1 - (1 - confidence) / max(len(alone), 1)
    together = {name: paired_difference(values, baseline, each).estimate.interval for name, values in policies.items()}
    return {name: Comparison(alone[name], together[name], float(p)) for name, p in zip(alone, adjusted, strict=True)}


def holm(p_values: ArrayLike) -> Floats:
    """P-values adjusted for their number (Holm 1979), in the order given; each is compared with the whole alpha."""
    given = np.asarray(p_values, dtype=np.float64).ravel()
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"p-values {given.tolist()} are not all between 0 and 1")
    order = np.argsort(given, kind="stable")
    stepped = np.maximum.accumulate(given[order] * (given.size - np.arange(given.size)))
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


@dataclass(frozen=True, slots=True)
class HalfWidthRule:
    """
    Replicate until the mean is known to ± `half_width`: in its unit, or as a share of it when `relative`.

    Looking after every replication makes the interval hold a little less often than `confidence` says; at least
    `at_least` replications keep that small (Law, 9.4.1).
    """

    half_width: float
    relative: bool = False
    confidence: float = CONFIDENCE
    at_least: int = 10
    at_most: int = 1000

    def __post_init__(self) -> None:
        if not self.half_width > 0:
            raise ValueError(f"half_width is {self.half_width}; give a number above 0")
        if not 2 <= self.at_least <= self.at_most:
            raise ValueError(f"at_least {self.at_least}, at_most {self.at_most}; give 2 ≤ at_least ≤ at_most")
        _check_share(self.confidence, "confidence")

    def decide(self, values: ArrayLike) -> StopDecision:
        """Whether the replications so far suffice, one value each; and how many would, judged by their spread."""
        numbers = _numbers(values, 1)
        estimate = mean_interval(numbers, self.confidence)
        # A relative error of g/(1+g) against our mean is g against the true one (Law, 9.4.1).
        share = self.half_width / (1 + self.half_width) * abs(estimate.mean)
        wanted = share if self.relative else self.half_width
        reached = estimate.interval.half_width <= wanted
        enough = numbers.size >= self.at_least
        stop = (enough and reached) or numbers.size >= self.at_most
        needed = self._needed(numbers, wanted)
        return StopDecision(stop, reached and enough, estimate, wanted, needed)

    def _needed(self, numbers: Floats, wanted: float) -> int:
        """The fewest replications whose interval would be narrow enough if their spread stayed; `at_most` at most."""
        if numbers.size < 2 or wanted == 0:
            return self.at_most
        spread = float(numbers.std(ddof=1))
        n = np.arange(self.at_least, self.at_most + 1)
        narrow = stats.t.ppf((1 + self.confidence) / 2, n - 1) * spread / np.sqrt(n) <= wanted
        return int(n[narrow.argmax()]) if narrow.any() else self.at_most


@dataclass(frozen=True, slots=True)
class StopDecision:
    """Stop or go on; `reached`: precise enough (a stop without it is one at `at_most`)."""

    stop: bool
    reached: bool
    estimate: MeanEstimate
    wanted_half_width: float
    needed: int


def quantile_interval(values: ArrayLike, share: float, confidence: float = CONFIDENCE) -> Interval:
    """
    A quantile of independent values, between two of their own (order statistics; no distribution assumed).

    `confidence` of the answer is what these two give: at least what was asked, if need be by an infinite end. Calls
    of one run depend on each other: use one quantile a replication and `mean_interval`, or take this for too narrow.
    """
    numbers = np.sort(_numbers(values, 1))
    _check_share(share, "share")
    _check_share(confidence, "confidence")
    n, tail = numbers.size, (1 - confidence) / 2
    estimate = float(np.quantile(numbers, share))
    # The interval from the lower-th to the upper-th smallest holds it with P(lower <= Binomial(n, share) < upper).
    lower = int(stats.binom.ppf(tail, n, share))
    upper = int(stats.binom.ppf(1 - tail, n, share)) + 1
    low = float(numbers[lower - 1]) if lower >= 1 else -inf
    high = float(numbers[upper - 1]) if upper <= n else inf
    held = float(stats.binom.cdf(upper - 1, n, share) - stats.binom.cdf(lower - 1, n, share))
    return Interval(estimate, low, high, held)


def poisson_interval(count: float, confidence: float = CONFIDENCE) -> Interval:
    """The mean behind a count, exact (Garwood 1936); no events at all still leave an upper bound."""
    if not (isfinite(count) and count >= 0):
        raise ValueError(f"count is {count}; give a number from 0 on")
    tail = (1 - confidence) / 2
    low = float(stats.chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return Interval(float(count), low, float(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2), confidence)


def _lag_1(means: Floats) -> float:
    off = means - means.mean()
    total = float(off @ off)
    return float(off[1:] @ off[:-1]) / total if total else 0.0


def _t(confidence: float, degrees: int) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, degrees))


def _check_share(share: float, what: str) -> None:
    if not 0 < share < 1:
        raise ValueError(f"{what} is {share}; give a share above 0 and below 1")


def _numbers(values: ArrayLike, least: int) -> Floats:
    numbers = np.asarray(values, dtype=np.float64).ravel()
    if numbers.size < least:
        raise ValueError(f"{numbers.size} values; {least} or more are needed")
    if not np.isfinite(numbers).all():
        raise ValueError(
            f"{int((~np.isfinite(numbers)).sum())} of {numbers.size} values are no numbers; leave them out"
        )
    return numbers
