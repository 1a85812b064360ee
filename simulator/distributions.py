"""Lengths of time by a distribution's name, mean and standard deviation (seconds), drawn all at once."""

from __future__ import annotations

from math import gamma as gamma_function
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simulator.errors import ScenarioError
from simulator.scenario import Distribution

Floats = NDArray[np.float64]


def draw(
    rng: np.random.Generator, distribution: Distribution, count: int, mean_s: float, sd_s: float | None = None
) -> Floats:
    """`count` independent draws. Without `sd_s` it is as large as the mean, as an exponential's."""
    sd_s = mean_s if sd_s is None else sd_s
    if distribution == "deterministic" or sd_s == 0.0:
        return np.full(count, mean_s)
    if distribution == "exponential":
        return rng.exponential(mean_s, count)
    share = sd_s / mean_s
    if distribution == "lognormal":
        variance = log(1.0 + share**2)
        return rng.lognormal(log(mean_s) - variance / 2, sqrt(variance), count)
    if distribution == "gamma":
        return rng.gamma(1 / share**2, mean_s * share**2, count)
    if distribution == "weibull":
        shape = _weibull_shape(share)
        return mean_s / gamma_function(1 + 1 / shape) * rng.weibull(shape, count)
    half = sd_s * sqrt(3.0)
    if half > mean_s:
        raise ScenarioError(
            "[service]",
            f"uniform with mean {mean_s:g} and sd {sd_s:g} goes below zero",
            f"make sd_s {mean_s / sqrt(3):.0f} or less",
        )
    return rng.uniform(mean_s - half, mean_s + half, count)


def _weibull_shape(share: float) -> float:
    """The shape whose standard deviation is this share of the mean."""

    def off(shape: float) -> float:
        first = gamma_function(1 + 1 / shape)
        return sqrt(gamma_function(1 + 2 / shape) / first**2 - 1) - share

    return float(brentq(off, 0.1, 200.0))
