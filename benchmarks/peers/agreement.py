"""
How far two routers' answers are apart: relative errors, their median and 90th percentile, and the bias.

The relative error of a value is |value - reference| / reference. Two routers of equal standing have no reference: the
second named is it. Agreement is not truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from routing.graph import FloatArray

# Below these a relative error says nothing: one house further is all of it.
_LEAST_S, _LEAST_M = 1.0, 10.0


@dataclass(frozen=True)
class Answers:
    """A router's seconds and metres for pairs, NaN where it found no way."""

    time_s: FloatArray
    distance_m: FloatArray

    @property
    def found(self) -> NDArray[np.bool_]:
        """Which pairs have a way."""
        return np.isfinite(self.time_s) & np.isfinite(self.distance_m)


@dataclass(frozen=True)
class Spread:
    """Relative errors of one quantity: median, 90th percentile, and signed median."""

    median: float
    p90: float
    bias: float


@dataclass(frozen=True)
class Agreement:
    """One router against another over some pairs. `only_one` counts pairs that just one of them can drive."""

    pairs: int
    only_one: int
    time: Spread
    distance: Spread


def signed_errors(of: Answers, reference: Answers) -> tuple[FloatArray, FloatArray]:
    """Signed relative errors of time and distance, NaN where one has no way or the reference is next to nothing."""
    return (
        _signed(of.time_s, reference.time_s, _LEAST_S),
        _signed(of.distance_m, reference.distance_m, _LEAST_M),
    )


def agree(of: Answers, reference: Answers) -> Agreement:
    """The figures for two routers' answers to the same pairs."""
    in_time, in_distance = signed_errors(of, reference)
    both = np.isfinite(in_time) & np.isfinite(in_distance)
    return Agreement(
        pairs=int(both.sum()),
        only_one=int((of.found != reference.found).sum()),
        time=_spread(in_time[both]),
        distance=_spread(in_distance[both]),
    )


def agree_by_stratum(
    answers: Mapping[str, Answers], stratum: Sequence[str] | NDArray[np.str_]
) -> dict[tuple[str, str], dict[str, Agreement]]:
    """Every two routers, in each stratum and over "all"."""
    strata = np.asarray(stratum)
    choices = {name: strata == name for name in dict.fromkeys(strata.tolist())} | {"all": np.full(len(strata), True)}
    return {
        (one, other): {
            name: agree(_pick(answers[one], rows), _pick(answers[other], rows)) for name, rows in choices.items()
        }
        for one, other in combinations(answers, 2)
    }


def worst(of: Answers, reference: Answers, count: int) -> dict[str, NDArray[np.int64]]:
    """The pairs that differ most, by "distance" and by "time", the worst first."""
    in_time, in_distance = (np.nan_to_num(np.abs(errors), nan=-1.0) for errors in signed_errors(of, reference))
    return {
        name: np.argsort(-errors, kind="stable")[: min(count, int((errors >= 0).sum()))]
        for name, errors in (("distance", in_distance), ("time", in_time))
    }


def _pick(answers: Answers, rows: NDArray[np.bool_]) -> Answers:
    return Answers(answers.time_s[rows], answers.distance_m[rows])


def _signed(values: FloatArray, reference: FloatArray, least: float) -> FloatArray:
    usable = np.isfinite(values) & np.isfinite(reference) & (reference >= least)
    errors = np.full(len(values), np.nan)
    errors[usable] = values[usable] / reference[usable] - 1
    return errors


def _spread(errors: FloatArray) -> Spread:
    if not len(errors):
        return Spread(np.nan, np.nan, np.nan)
    size = np.abs(errors)
    return Spread(float(np.median(size)), float(np.percentile(size, 90)), float(np.median(errors)))
