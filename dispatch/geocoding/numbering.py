"""
Where along a street a house number lies, as a distribution: from the numbers we know there, and from how streets are
numbered in this city where we know none.

A Gaussian process over the number (Rasmussen & Williams 2006, ch. 2): metres along = a start + a pace × number + a
random walk, and one more walk for each side (odd, even). Its scales were fitted by likelihood on the tuning half of the
streets. Numbers run from either end; they go on over the whole street or start again in each old district: all four are
weighed by how well they explain the known numbers. Weakness: a street numbered in two pieces within one district.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dispatch.geocoding.geometry import Floats

NEAREST_ROAD_NOISE_M, NAMED_NOISE_M, MOUTH_NOISE_M = 34.0, 14.0, 14.0
# A bus stop stands in front of the number it names, or opposite, or a few doors on (tuning half).
BESIDE_NOISE_M = 45.0
# Larger sets of equations cost more than they tell.
MOST_TOGETHER = 48
# Shares of the distribution that follow no numbering: near a known number whatever the rest says, and anywhere.
LOCAL_SHARE, ANYWHERE_SHARE = 0.06, 0.12
LOCAL_SD_M, LOCAL_SD_PER_NUMBER_M, LOCAL_REACH = 35.0, 5.0, 200.0
# Houses are counted away from the river and the old centre: of 307 streets with clear numbers 86 % do so where the two
# ends differ by half their length. East and north of `AWAY_FROM`, in metres on the plane.
AWAY_FROM = (1_000.0, -500.0)
# Log odds for each unit of: how far apart the ends are from there (share of the length), westward, southward.
TOWARDS = (0.6, 0.6, 0.2)
# How far beyond its stretch a number may come out and still be on it, in standard deviations (tuning half).
OVERSHOOT_SDS = 2.0
# No narrower than the steps between a street's points can tell.
LEAST_SD_M = 22.0
LN_2PI = math.log(2 * math.pi)
# This share of the known numbers of a street follows no numbering of it (guess); they lie anywhere along it.
OUTLIERS, LEAST_LENGTH_M = 0.03, 300.0
LN_MOST = math.log(1 - OUTLIERS)
# The same number twice within this is one house (guess).
SAME_SPOT_M = 80.0
# A number this many from another tells something of it (guess).
BEARS_OUT = 80


@dataclass(frozen=True, slots=True)
class Scales:
    """
    Metres for each number and the spread of that, of the start, and of one side's pace against the other's; the
    variances that each number adds, on both sides and on one.
    """

    pace: float
    pace_sd: float
    side_pace_sd: float
    start_sd: float
    walk: float
    side_walk: float


INNER_SCALES = Scales(3.7, 0.45, 0.22, 25.0, 150.0, 145.0)
OUTER_SCALES = Scales(3.0, 0.7, 0.15, 260.0, 240.0, 280.0)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Known numbers of a street: the number, metres along, and the standard deviation of that in metres."""

    number: Floats
    along: Floats
    noise: Floats

    def of(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Anchors:
        """Some of them."""
        return Anchors(self.number[rows], self.along[rows], self.noise[rows])

    def merged(self) -> tuple[Anchors, NDArray[np.intp]]:
        """
        The same number said again nearby counts once: two who copy one mistake do not make it true. Also a row of each.
        """
        order = np.lexsort((self.along, self.number))
        number, along, noise = self.number[order], self.along[order], self.noise[order]
        is_new = np.ones(len(number), dtype=np.bool_)
        is_new[1:] = (np.diff(number) != 0) | (np.diff(along) > SAME_SPOT_M)
        group = np.cumsum(is_new) - 1
        weight = 1 / noise**2
        middle = np.bincount(group, weight * along) / np.bincount(group, weight) if len(number) else along
        least = np.full(len(middle), np.inf)
        np.minimum.at(least, group, noise)
        return Anchors(number[is_new], middle, least), order[is_new]

    def some(self) -> Anchors:
        """As many as `MOST_TOGETHER`, evenly from the first to the last."""
        if len(self.number) <= MOST_TOGETHER:
            return self
        return self.of(np.argsort(self.number)[np.linspace(0, len(self.number) - 1, MOST_TOGETHER).astype(int)])

    def nearest(self, number: float) -> Anchors:
        """As many as `MOST_TOGETHER`, those nearest to a number."""
        if len(self.number) <= MOST_TOGETHER:
            return self
        return self.of(np.argsort(np.abs(self.number - number), kind="stable")[:MOST_TOGETHER])


@dataclass(frozen=True, slots=True)
class Run:
    """One numbering from one end: `sign` +1 when numbers grow with the metres along."""

    sign: int
    origin: float
    scales: Scales
    anchors: Anchors
    evidence: float

    def at(self, number: float) -> tuple[float, float]:
        """Metres along of a number, and the standard deviation of that; the nearest known numbers tell."""
        scales, known = self.scales, self.anchors.nearest(number)
        mean, variance = scales.pace * number, _variance(number, scales)
        if len(known.number):
            row = _kernel(np.array([number]), known.number, scales)[0]
            offset = self.sign * (known.along - self.origin) - scales.pace * known.number
            kernel = _kernel(known.number, known.number, scales) + np.diag(known.noise**2)
            weights = np.linalg.solve(kernel, np.column_stack((offset, row)))
            mean += float(row @ weights[:, 0])
            variance = max(LEAST_SD_M**2, variance - float(row @ weights[:, 1]))
        return self.origin + self.sign * mean, math.sqrt(variance)


def _kernel(a: Floats, b: Floats, scales: Scales) -> Floats:
    least, product = np.minimum(a[:, None], b[None, :]), a[:, None] * b[None, :]
    same_side = (a[:, None] - b[None, :]) % 2 == 0
    both = scales.start_sd**2 + scales.pace_sd**2 * product + scales.walk * least
    kernel: Floats = both + same_side * (scales.side_pace_sd**2 * product + scales.side_walk * least)
    return kernel


@overload
def _variance(number: float, scales: Scales) -> float: ...
@overload
def _variance(number: Floats, scales: Scales) -> Floats: ...
def _variance(number: float | Floats, scales: Scales) -> float | Floats:
    pace_variance = scales.pace_sd**2 + scales.side_pace_sd**2
    return scales.start_sd**2 + pace_variance * number**2 + (scales.walk + scales.side_walk) * number


def fit_run(anchors: Anchors, low: float, high: float, sign: int, scales: Scales) -> Run:
    """
    The numbering from the low end (`sign` +1) or the high end of a stretch; `evidence` is the log likelihood of the
    known numbers, of some of them when there are many. Numbers that fit no such numbering are left out of the run and
    cost their share of `OUTLIERS` (mappers' mistakes, houses of the next street), the worst first.
    """
    origin = low if sign > 0 else high
    some = anchors.some()
    if not len(some.number):
        return Run(sign, origin, scales, anchors, 0.0)
    offset = sign * (some.along - origin) - scales.pace * some.number
    kernel = _kernel(some.number, some.number, scales) + np.diag(some.noise**2)
    astray = math.log(OUTLIERS / max(high - low, LEAST_LENGTH_M))
    kept = _kept(offset, kernel, astray)
    inverse: Floats = np.linalg.inv(kernel[np.ix_(kept, kept)]).astype(np.float64)
    weights = inverse @ offset[kept]
    log_det = -float(np.linalg.slogdet(inverse)[1])
    evidence = -0.5 * (float(offset[kept] @ weights) + log_det + len(kept) * LN_2PI) + len(kept) * LN_MOST
    evidence += astray * (len(offset) - len(kept))
    if len(some.number) < len(anchors.number):
        fits = _fitting(anchors, some.of(kept), weights, inverse, sign, origin, scales, astray)
    else:
        fits = kept
    return Run(sign, origin, scales, anchors.of(fits), evidence * len(anchors.number) / len(offset))


def _kept(offset: Floats, kernel: Floats, astray: float) -> NDArray[np.intp]:
    """The rows that the others foretell better than chance does; one after the other the worst is left out."""
    kept = np.arange(len(offset))
    for _ in range(len(offset) * 2 // 5):
        inverse = np.linalg.inv(kernel[np.ix_(kept, kept)])
        precision = np.diag(inverse)
        gap = (inverse @ offset[kept]) / precision
        likely = 0.5 * (np.log(precision) - gap**2 * precision - LN_2PI) + LN_MOST
        worst = int(likely.argmin())
        if likely[worst] >= astray:
            break
        kept = np.delete(kept, worst)
    return kept


def _fitting(
    anchors: Anchors, some: Anchors, weights: Floats, inverse: Floats, sign: int, origin: float, scales: Scales,
    astray: float,
) -> NDArray[np.intp]:  # fmt: skip
    """The rows of all known numbers that some of them foretell better than chance does."""
    rows = _kernel(anchors.number, some.number, scales)
    offset = sign * (anchors.along - origin) - scales.pace * anchors.number
    variance = _variance(anchors.number, scales) - np.einsum("ij,jk,ik->i", rows, inverse, rows)
    variance = np.maximum(variance, LEAST_SD_M**2) + anchors.noise**2
    likely = -0.5 * ((offset - rows @ weights) ** 2 / variance + np.log(variance) + LN_2PI) + LN_MOST
    return np.flatnonzero(likely >= astray)


def log_odds_forward(low_end: Floats, high_end: Floats) -> float:
    """Log odds that numbers start at the low end, from how the city counts: away from the river, westward."""
    way = high_end - low_end
    length = max(1.0, float(np.hypot(*way)))
    away = float(np.hypot(*(high_end - AWAY_FROM)) - np.hypot(*(low_end - AWAY_FROM))) / length
    return float(TOWARDS[0] * away + TOWARDS[1] * -way[0] / length + TOWARDS[2] * -way[1] / length)


@dataclass(slots=True)
class Stretch:
    """The part of a street in one old district: which of its points, and its two ends on the plane."""

    rows: NDArray[np.bool_]
    low: float
    high: float
    low_end: Floats
    high_end: Floats
    scales: Scales


@dataclass(frozen=True, slots=True)
class Way:
    """One way the street may be numbered: a run for each stretch (None: all of it), and the log of how likely it is."""

    log: float
    runs: tuple[tuple[Stretch | None, Run], ...]


class NumberLine:
    """The numbering of one street. `along` are the metres of its points, whose distribution `spread` gives."""

    def __init__(
        self, along: Floats, stretches: Sequence[Stretch], anchors: Anchors, stretch_of_anchor: NDArray[np.intp]
    ) -> None:
        self.along = along
        self._anchors = anchors
        self._pace = stretches[0].scales.pace
        self._measure = _measure(along)
        whole = _whole(along, stretches)
        ways: list[Way] = []
        for sign in (1, -1):
            together = fit_run(anchors, whole.low, whole.high, sign, whole.scales)
            ways.append(Way(together.evidence + _log_prior(whole, sign), ((None, together),)))
            if len(stretches) > 1:
                each = [
                    fit_run(anchors.of(stretch_of_anchor == index), one.low, one.high, sign, one.scales)
                    for index, one in enumerate(stretches)
                ]
                log = sum(run.evidence for run in each) + _log_prior(whole, sign)
                ways.append(Way(log, tuple(zip(stretches, each, strict=True))))
        top = max(way.log for way in ways)
        shares = [math.exp(way.log - top) for way in ways]
        total = sum(shares)
        self._runs = [(share / total, way.runs) for share, way in zip(shares, ways, strict=True)]

    def is_astray(self, number: float, along: float) -> bool:
        """
        Whether a known number is more likely a mistake than part of the street's numbering. Where another number that
        is as far from the rest bears it out, numbers start again there.
        """
        steps = np.abs(self._anchors.number - number)
        gaps_m = np.abs(self._anchors.along - along)
        near = (steps > 0) & (steps <= BEARS_OUT) & (gaps_m <= SAME_SPOT_M + 2 * self._pace * steps)
        if any(
            self._kept(*pair) < 0.5 for pair in zip(self._anchors.number[near], self._anchors.along[near], strict=True)
        ):
            return False
        return self._kept(number, along) < 0.5

    def _kept(self, number: float, along: float) -> float:
        """The share of the ways in which a known number follows its run."""
        kept = 0.0
        for share, runs in self._runs:
            near = (abs(run.anchors.along[run.anchors.number == number] - along) <= SAME_SPOT_M for _, run in runs)
            kept += share * any(bool(one.any()) for one in near)
        return kept

    def spread(self, number: float) -> tuple[Floats, float]:
        """
        How likely the number is at each point of the street, and how likely it is on the street at all.

        The first sums to about the second, and to more where the number comes out a little beyond the end.
        """
        rest = 1 - ANYWHERE_SHARE - LOCAL_SHARE
        mass = self._local(number) + ANYWHERE_SHARE * self._measure / self._measure.sum()
        on_street = float(mass.sum())
        for share, runs in self._runs:
            if share < 0.01:
                continue
            for stretch, run in runs:
                here, inside = self._of_run(run, number, None if stretch is None else stretch.rows)
                mass += rest * share * here
                on_street += rest * share * inside
        return mass, on_street

    def _of_run(self, run: Run, number: float, rows: NDArray[np.bool_] | None) -> tuple[Floats, float]:
        """
        Where one run puts the number, and how much of that is on its stretch. A number that overshoots a little is at
        the end: houses stand closer than elsewhere rather than beyond the street.
        """
        middle, sd = run.at(number)
        measure = self._measure if rows is None else self._measure * rows
        spread = _normal(self.along, middle, sd) * measure
        inside = float(spread.sum())
        along = self.along if rows is None else self.along[rows]
        end = min(max(middle, float(along.min())), float(along.max()))
        if end != middle:
            spread = _normal(self.along, end, sd) * measure
            spread *= math.exp(-0.5 * ((middle - end) / (OVERSHOOT_SDS * sd)) ** 2) / max(float(spread.sum()), 1e-9)
        return spread, inside

    def _local(self, number: float) -> Floats:
        """Beside the known numbers that are near this one, in either direction."""
        mass = np.zeros(len(self.along))
        gaps = number - self._anchors.number
        near = np.flatnonzero(np.abs(gaps) <= LOCAL_REACH)
        if not len(near):
            return mass
        near = near[np.argsort(np.abs(gaps[near]))[:8]]
        weight = 1 / (10 + np.abs(gaps[near]))
        weight *= LOCAL_SHARE / (2 * weight.sum())
        for row, share in zip(near, weight, strict=True):
            sd = LOCAL_SD_M + LOCAL_SD_PER_NUMBER_M * abs(float(gaps[row]))
            for sign in (1, -1):
                middle = float(self._anchors.along[row] + sign * self._pace * gaps[row])
                mass += share * _normal(self.along, middle, sd) * self._measure
        return mass


def _normal(at: Floats, middle: float, sd: float) -> Floats:
    density: Floats = np.exp(-0.5 * ((at - middle) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    return density


def _measure(along: Floats) -> Floats:
    """Metres of street that each point stands for; the carriageways of a divided road share theirs."""
    if len(along) < 2:
        return np.ones(len(along))
    step = 40.0
    box = (along // step).astype(int)
    count = np.bincount(box)
    share: Floats = step / count[box]
    return share * (max(float(np.ptp(along)), 1.0) / float(share.sum()))


def _whole(along: Floats, stretches: Sequence[Stretch]) -> Stretch:
    first = min(stretches, key=lambda one: one.low)
    last = max(stretches, key=lambda one: one.high)
    rows = np.ones(len(along), dtype=np.bool_)
    longest = max(stretches, key=lambda one: one.high - one.low)
    return Stretch(rows, first.low, last.high, first.low_end, last.high_end, longest.scales)


def _log_prior(whole: Stretch, sign: int) -> float:
    return -math.log1p(math.exp(-sign * log_odds_forward(whole.low_end, whole.high_end)))
