"""
Where along a street a house number lies, as a distribution: from the numbers we know there, and from how streets are
numbered in this city where we know none.

Numbers run from either end; at the border of an old district they go on or start again, the same way or the other: all
ways are weighed by how well they explain the known numbers (`number_runs`) and by how the city counts
(`number_direction`). Beside that, a number that differs by a few from a known one of its side is near it, whatever the
rest says. Weakness: a street numbered in two pieces within one district.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.number_direction import log_odds_forward
from dispatch.geocoding.number_runs import SAME_SPOT_M, Anchors, Run, Scales, fit_run

# The share of the distribution that lies anywhere on the street (tuning half).
ANYWHERE_SHARE = 0.12
# Beside a known number: always a little, and for one of the same side more than half when both are the same, falling
# by 1/e for this many numbers (of mapped pairs that differ by 2, 94 of 100 lie within 150 m, whatever the rest says).
LEAST_LOCAL_SHARE, LOCAL_SHARE, LOCAL_FADE = 0.03, 0.58, 5.5
LOCAL_SD_M, LOCAL_SD_PER_NUMBER_M, LOCAL_REACH, MOST_LOCAL = 35.0, 5.0, 200.0, 8
# How far beyond its stretch a number may come out and still be on it, in standard deviations (tuning half).
OVERSHOOT_SDS = 1.0
# A number this many from another tells something of it (guess).
BEARS_OUT = 80
# At a district's border numbers start again this often, and then run the same way as before it (tuning half).
STARTS_AGAIN, SAME_WAY = 0.2, 0.55
# No more stretches than this are numbered in one, unless all are; runs less likely than this tell nothing.
MOST_JOINED, LEAST_SHARE = 3, 0.005


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    The part of a street in one old district: which of its points, its two ends in metres along and on the plane, and
    the lengths of the longest other roads there.
    """

    rows: NDArray[np.bool_]
    low: float
    high: float
    low_end: Floats
    high_end: Floats
    scales: Scales
    low_road_m: float = 0.0
    high_road_m: float = 0.0


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """The first and the last stretch of a numbering, and whether it grows with the metres along (+1) or not."""

    first: int
    last: int
    sign: int


class NumberLine:
    """The numbering of one street. `along` are the metres of its points, whose distribution `spread` gives."""

    def __init__(
        self, along: Floats, stretches: Sequence[Stretch], anchors: Anchors, stretch_of_anchor: NDArray[np.intp]
    ) -> None:
        self.along = along
        self._anchors = anchors
        self._pace = stretches[0].scales.pace
        self._measure = _measure(along)
        order = sorted(range(len(stretches)), key=lambda row: stretches[row].low + stretches[row].high)
        place = np.argsort(order)[stretch_of_anchor]
        runs: dict[Span, Run] = {}
        rows: dict[Span, NDArray[np.bool_]] = {}
        logs: dict[Span, float] = {}
        for span in _spans(len(stretches)):
            joined = _joined([stretches[row] for row in order[span.first : span.last + 1]])
            mine = anchors.of((place >= span.first) & (place <= span.last))
            run = runs[span] = fit_run(mine, joined.low, joined.high, span.sign, joined.scales)
            rows[span] = joined.rows
            logs[span] = run.evidence + _log_prior(joined, span.sign)
        shares = shares_of(logs)
        self._runs = [(shares[span], runs[span], rows[span]) for span in runs if shares[span] >= LEAST_SHARE]

    @property
    def knows_any(self) -> bool:
        """Whether any number of the street is known."""
        return len(self._anchors.number) > 0

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
        return sum(
            share
            for share, run, _ in self._runs
            if (abs(run.anchors.along[run.anchors.number == number] - along) <= SAME_SPOT_M).any()
        )

    def spread(self, number: float) -> tuple[Floats, float]:
        """
        How likely the number is at each point of the street, and how likely it is on the street at all.

        The first sums to about the second, and to more where the number comes out a little beyond the end.
        """
        mass, local = self._local(number)
        mass += (1 - local) * ANYWHERE_SHARE * self._measure / self._measure.sum()
        on_street = float(mass.sum())
        for share, run, rows in self._runs:
            here, inside = self._of_run(run, number, rows)
            mass += (1 - local) * (1 - ANYWHERE_SHARE) * share * here
            on_street += (1 - local) * (1 - ANYWHERE_SHARE) * share * inside
        return mass, on_street

    def _of_run(self, run: Run, number: float, rows: NDArray[np.bool_]) -> tuple[Floats, float]:
        """
        Where one run puts the number, and how much of that is on its stretch. A number that overshoots a little is at
        the end: houses stand closer than elsewhere rather than beyond the street.
        """
        middle, sd = run.at(number)
        measure = self._measure * rows
        spread = _normal(self.along, middle, sd) * measure
        inside = float(spread.sum())
        along = self.along[rows]
        end = min(max(middle, float(along.min())), float(along.max()))
        if end != middle:
            spread = _normal(self.along, end, sd) * measure
            spread *= math.exp(-0.5 * ((middle - end) / (OVERSHOOT_SDS * sd)) ** 2) / max(float(spread.sum()), 1e-9)
        return spread, inside

    def _local(self, number: float) -> tuple[Floats, float]:
        """Beside the known numbers that are near this one, in either direction; and the share of that."""
        mass = np.zeros(len(self.along))
        gaps = number - self._anchors.number
        near = np.flatnonzero(np.abs(gaps) <= LOCAL_REACH)
        if not len(near):
            return mass, 0.0
        near = near[np.argsort(np.abs(gaps[near]))[:MOST_LOCAL]]
        steps = np.abs(gaps[near])
        beside = LOCAL_SHARE * (steps % 2 == 0) * np.exp(-steps / LOCAL_FADE)
        share = LEAST_LOCAL_SHARE + (1 - LEAST_LOCAL_SHARE) * (1 - float(np.prod(1 - beside)))
        weight = beside + LEAST_LOCAL_SHARE / (10 + steps)
        weight *= share / weight.sum()
        for row, step, mine in zip(near, steps, weight, strict=True):
            sd = LOCAL_SD_M + LOCAL_SD_PER_NUMBER_M * float(step)
            for sign in (1, -1):
                middle = float(self._anchors.along[row] + sign * self._pace * step)
                mass += 0.5 * mine * _normal(self.along, middle, sd) * self._measure
        return mass, share


def _spans(count: int) -> Iterable[Span]:
    for first, last in itertools.combinations_with_replacement(range(count), 2):
        if last - first < MOST_JOINED or last - first == count - 1:
            yield from (Span(first, last, sign) for sign in (1, -1))


def shares_of(logs: Mapping[Span, float]) -> dict[Span, float]:
    """
    The share of all ways to number the stretches, one after the other, that each span is part of.

    `logs` are log likelihoods of the spans by themselves; forward and backward sums (Rabiner 1989).
    """
    last = max(span.last for span in logs)
    before = {(0, 1): 0.0, (0, -1): 0.0}
    for first, sign in itertools.product(range(1, last + 1), (1, -1)):
        ending = [span for span in logs if span.last == first - 1]
        before[first, sign] = _log_sum(
            before[span.first, span.sign] + _log_joined(span) + logs[span] + _log_again(span.sign, sign)
            for span in ending
        )
    after = {(last, 1): 0.0, (last, -1): 0.0}
    for end, sign in itertools.product(range(last - 1, -1, -1), (1, -1)):
        starting = [span for span in logs if span.first == end + 1]
        after[end, sign] = _log_sum(
            after[span.last, span.sign] + _log_joined(span) + logs[span] + _log_again(sign, span.sign)
            for span in starting
        )
    whole = {
        span: before[span.first, span.sign] + _log_joined(span) + log + after[span.last, span.sign]
        for span, log in logs.items()
    }
    total = _log_sum(whole[span] for span in logs if span.first == 0)
    return {span: math.exp(log - total) for span, log in whole.items()}


def _log_joined(span: Span) -> float:
    return (span.last - span.first) * math.log(1 - STARTS_AGAIN)


def _log_again(sign: int, next_sign: int) -> float:
    return math.log(STARTS_AGAIN) + math.log(SAME_WAY if sign == next_sign else 1 - SAME_WAY)


def _log_sum(logs: Iterable[float]) -> float:
    return float(np.logaddexp.reduce(list(logs)))


def _joined(stretches: Sequence[Stretch]) -> Stretch:
    first = min(stretches, key=lambda one: one.low)
    last = max(stretches, key=lambda one: one.high)
    longest = max(stretches, key=lambda one: one.high - one.low)
    rows = np.logical_or.reduce([one.rows for one in stretches])
    return Stretch(
        rows, first.low, last.high, first.low_end, last.high_end, longest.scales, first.low_road_m, last.high_road_m
    )


def _log_prior(stretch: Stretch, sign: int) -> float:
    odds = log_odds_forward(stretch.low_end, stretch.high_end, stretch.low_road_m, stretch.high_road_m)
    return -math.log1p(math.exp(-sign * odds))


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
