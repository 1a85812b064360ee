"""
Seeded randomness, one independent stream for each attribute.

Two policies, or two versions of a program, then meet the same day: drawing one attribute more or less often never
moves another (common random numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from zlib import crc32

import numpy as np

Seed = int | Sequence[int]


def stream(seed: Seed, *names: str) -> np.random.Generator:
    """The stream behind a seed and names, such as the attribute and the thing it belongs to."""
    spawn_key = tuple(crc32(name.encode()) for name in names)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


def lognormal_by_median(rng: np.random.Generator, median: float, sd_log: float) -> float:
    """A lognormal draw by its median and the standard deviation of its logarithm."""
    return median * exp(sd_log * float(rng.standard_normal()))


def lognormal_by_mean(rng: np.random.Generator, mean: float, sd: float) -> float:
    """A lognormal draw by its own mean and standard deviation."""
    variance_log = log(1.0 + (sd / mean) ** 2)
    return lognormal_by_median(rng, mean * exp(-variance_log / 2), sqrt(variance_log))
