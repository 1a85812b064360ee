"""
One numbering of a street from one end: a Gaussian process over the number (Rasmussen & Williams 2006, ch. 2).

Metres along = a start + a pace × number + a random walk, and one more walk for each side (odd, even). Numbers also
jump: over a park, a square, a crossing that swallowed houses, at the start of a street that goes on from another. Jumps
and numbers that follow no numbering are found one at a time, whichever explains the known numbers best. Scales were
fitted on the tuning half of the streets. Weakness: greedy; many jumps and mistakes together are told apart badly.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dispatch.geocoding.geometry import Floats

# Larger sets of equations cost more than they tell.
MOST_TOGETHER = 48
# No narrower than the steps between a street's points can tell.
LEAST_SD_M = 22.0
LN_2PI = math.log(2 * math.pi)
# This share of the known numbers of a street follows no numbering of it (tuning half); they lie anywhere along it.
OUTLIERS, LEAST_LENGTH_M = 0.02, 300.0
LN_MOST = math.log(1 - OUTLIERS)
# Of 5 known numbers the others are told to be wrong by no more than 2 (guess).
MOST_LEFT_OUT = 0.4
# How far numbers jump, how many jumps there are at most, and what a jump costs in log likelihood, on one side more.
JUMP_SD_M, MOST_JUMPS, JUMP_COST, ONE_SIDE_COST = 350.0, 5, 4.0, 0.7
# Where between two known numbers the jump lies is unknown: this share of the variance of that counts (guess).
UNKNOWN_PLACE = 0.5
# The same number twice within this is one house (guess).
SAME_SPOT_M = 80.0
EVEN, ODD, BOTH = 0, 1, 2


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
class Jump:
    """A jump somewhere after one known number and before the next of a side; one and the same for the very start."""

    after: float
    before: float
    side: int

    def share(self, number: Floats) -> Floats:
        """How much of the jump lies before a number: 0, 1, or between the two on the way."""
        if self.before > self.after:
            share: Floats = np.clip((number - self.after) / (self.before - self.after), 0.0, 1.0)
        else:
            share = np.ones(len(number))
        return share if self.side == BOTH else share * (number % 2 == self.side)


@dataclass(frozen=True, slots=True)
class Run:
    """One numbering from one end: `sign` +1 when numbers grow with the metres along."""

    sign: int
    origin: float
    scales: Scales
    anchors: Anchors
    evidence: float
    jumps: tuple[Jump, ...] = ()

    def at(self, number: float) -> tuple[float, float]:
        """Metres along of a number, and the standard deviation of that; the nearest known numbers tell."""
        scales, known, here = self.scales, self.anchors.nearest(number), np.array([number])
        shares = [(float(jump.share(here)[0]), jump.share(known.number)) for jump in self.jumps]
        mean = scales.pace * number
        variance = _variance(number, scales) + sum(JUMP_SD_M**2 * mine**2 for mine, _ in shares)
        if len(known.number):
            row, kernel = _kernel(here, known.number, scales)[0], _noisy_kernel(known, scales)
            for mine, theirs in shares:
                row += JUMP_SD_M**2 * mine * theirs
                kernel += JUMP_SD_M**2 * np.outer(theirs, theirs)
            offset = self.sign * (known.along - self.origin) - scales.pace * known.number
            weights = np.linalg.solve(kernel, np.column_stack((offset, row)))
            mean += float(row @ weights[:, 0])
            variance = max(LEAST_SD_M**2, variance - float(row @ weights[:, 1]))
            for mine, theirs in shares:
                size_m = JUMP_SD_M**2 * float(theirs @ weights[:, 0])
                variance += UNKNOWN_PLACE * mine * (1 - mine) * size_m**2
        return self.origin + self.sign * mean, math.sqrt(variance)


def _kernel(a: Floats, b: Floats, scales: Scales) -> Floats:
    least, product = np.minimum(a[:, None], b[None, :]), a[:, None] * b[None, :]
    same_side = (a[:, None] - b[None, :]) % 2 == 0
    both = scales.start_sd**2 + scales.pace_sd**2 * product + scales.walk * least
    kernel: Floats = both + same_side * (scales.side_pace_sd**2 * product + scales.side_walk * least)
    return kernel


def _noisy_kernel(known: Anchors, scales: Scales) -> Floats:
    return _kernel(known.number, known.number, scales) + np.diag(known.noise**2)


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
    cost their share of `OUTLIERS` (mappers' mistakes, houses of the next street), jumps cost `JUMP_COST`.
    """
    origin = low if sign > 0 else high
    if not len(anchors.number):
        return Run(sign, origin, scales, anchors, 0.0)
    some = anchors.some()
    fit = _Fit(some, sign * (some.along - origin), scales, math.log(OUTLIERS / max(high - low, LEAST_LENGTH_M)))
    fit.improve()
    fits = fit.kept
    if len(some.number) < len(anchors.number):
        fits = np.flatnonzero(fit.likely(anchors, sign * (anchors.along - origin)) >= fit.astray)
    evidence = fit.evidence() * len(anchors.number) / len(some.number)
    return Run(sign, origin, scales, anchors.of(fits), evidence, tuple(fit.jumps))


class _Fit:
    """Known numbers that are being explained: which are kept, and where numbers jump. `astray`: log odds of chance."""

    def __init__(self, known: Anchors, metres: Floats, scales: Scales, astray: float) -> None:
        self.astray = astray
        self.kept = np.arange(len(known.number))
        self.jumps: list[Jump] = []
        self._known, self._scales = known, scales
        self._offset = metres - scales.pace * known.number
        self._kernel = _noisy_kernel(known, scales)
        self._ways = possible_jumps(known.number)
        self._shares = np.array([jump.share(known.number) for jump in self._ways])
        self._costs = np.array([JUMP_COST + ONE_SIDE_COST * (jump.side != BOTH) for jump in self._ways])
        self._paid = 0.0
        self._solve()

    def _solve(self) -> None:
        inverse: Floats = np.linalg.inv(self._kernel[np.ix_(self.kept, self.kept)]).astype(np.float64)
        self._inverse, self._weights = inverse, inverse @ self._offset[self.kept]

    def improve(self) -> None:
        """Leave a number out or let numbers jump, whichever gains more, until neither does."""
        while True:
            worst, worth_leaving = self._worst()
            best, worth_jumping = self._best_jump()
            if max(worth_leaving, worth_jumping) <= 0:
                return
            if worth_jumping >= worth_leaving:
                self.jumps.append(self._ways[best])
                self._paid += float(self._costs[best])
                self._kernel += JUMP_SD_M**2 * np.outer(self._shares[best], self._shares[best])
            else:
                self.kept = np.delete(self.kept, worst)
            self._solve()

    def _worst(self) -> tuple[int, float]:
        """The number that the others foretell worst, and what is gained by taking it for chance."""
        if len(self.kept) <= max(1.0, (1 - MOST_LEFT_OUT) * len(self._offset)):
            return 0, 0.0
        precision = np.diag(self._inverse)
        gap = self._weights / precision
        likely = 0.5 * (np.log(precision) - gap**2 * precision - LN_2PI) + LN_MOST
        worst = int(likely.argmin())
        return worst, self.astray - float(likely[worst])

    def _best_jump(self) -> tuple[int, float]:
        """The jump that explains most, and what is gained by it: one more column of the kernel (Woodbury)."""
        if len(self.jumps) >= MOST_JUMPS:
            return 0, 0.0
        shares = self._shares[:, self.kept]
        spread = 1 + JUMP_SD_M**2 * ((shares @ self._inverse) * shares).sum(axis=1)
        pull = shares @ self._weights
        gain = 0.5 * (JUMP_SD_M**2 * pull**2 / spread - np.log(spread)) - self._costs
        best = int(gain.argmax())
        return best, float(gain[best])

    def evidence(self) -> float:
        """Log likelihood of the known numbers, what was left out and the jumps paid for."""
        log_det = -float(np.linalg.slogdet(self._inverse)[1])
        fit = -0.5 * (float(self._offset[self.kept] @ self._weights) + log_det + len(self.kept) * LN_2PI)
        left_out = len(self._offset) - len(self.kept)
        return fit + len(self.kept) * LN_MOST + self.astray * left_out - self._paid

    def likely(self, anchors: Anchors, metres: Floats) -> Floats:
        """Log likelihood of each of all known numbers, given those that are kept."""
        kept = self._known.number[self.kept]
        rows, variance = _kernel(anchors.number, kept, self._scales), _variance(anchors.number, self._scales)
        for jump in self.jumps:
            mine = jump.share(anchors.number)
            rows += JUMP_SD_M**2 * np.outer(mine, jump.share(kept))
            variance = variance + JUMP_SD_M**2 * mine**2
        variance = variance - ((rows @ self._inverse) * rows).sum(axis=1)
        variance = np.maximum(variance, LEAST_SD_M**2) + anchors.noise**2
        gap = metres - self._scales.pace * anchors.number - rows @ self._weights
        likely: Floats = -0.5 * (gap**2 / variance + np.log(variance) + LN_2PI) + LN_MOST
        return likely


def possible_jumps(numbers: Floats) -> Sequence[Jump]:
    """At the start and between any two known numbers that follow each other, on both sides or on one."""
    found = []
    for side in (BOTH, EVEN, ODD):
        mine = np.unique(numbers if side == BOTH else numbers[numbers % 2 == side])
        found.append(Jump(-1.0, -1.0, side))
        found += [Jump(float(after), float(before), side) for after, before in itertools.pairwise(mine)]
    return found
