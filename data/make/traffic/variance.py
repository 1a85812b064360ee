"""
How much a travel speed differs from what one expects of that road at that hour, and how much of it all roads share.

After Westgate, Woodard, Matteson and Henderson (2013, 2016): log times of an ambulance's trips are about normal, and
pieces of one trip are dependent. Here: residuals of log speeds, a road's own level and the city's hour taken out. Two
roads reported on the same day about an hour apart share what the city's day does to both (`common`); two reported in
the same ten minutes also share the driver and his trip (`trip`); what is left is the piece's own (`piece`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from levels import within_roads
from sources import Floats, Ints, Reports

HOURS: Final = 24
WINDOW_MIN: Final = 10
# Reports of a road needed before its own level is known well enough to be taken out.
FEWEST: Final = 4
# Apart far enough not to be the same trip, near enough to be the same hour's traffic, minutes.
APART_MIN: Final = (30, 130)
# Hours of unlike traffic, local.
BANDS: Final = {
    "night": (21, 22, 23, 0, 1, 2, 3, 4, 5),
    "morning": (6, 7, 8),
    "day": (9, 10, 11, 12, 13, 14, 15),
    "evening": (16, 17, 18, 19, 20),
}


@dataclass(frozen=True)
class Part:
    """A standard deviation of log speed and the number of pairs of road reports (or reports) it rests on."""

    sd: float
    observations: int


def split_variance(speeds: Reports, band: tuple[int, ...] = tuple(range(HOURS))) -> dict[str, Part]:
    """`common`, `trip` and `piece` from speeds in windows of `WINDOW_MIN`, those of one band of hours."""
    residual, days, minutes = _residuals(speeds, band)
    found, index = np.unique(days * 24 * 60 + minutes, return_inverse=True)
    windows = found.astype(np.int64)
    total = np.bincount(index, residual).astype(np.float64)
    squares = np.bincount(index, residual**2)
    count = np.bincount(index).astype(np.float64)
    pairs_in = (count**2 - count) / 2
    some = pairs_in > 0
    products = (total[some] ** 2 - squares[some]) / 2
    together = float((products / np.sqrt(pairs_in[some])).sum() / np.sqrt(pairs_in[some]).sum())
    apart, pairs = _covariance_apart(windows, total, count)
    common = min(max(apart, 0.0), max(together, 0.0))
    return {
        "common": Part(common**0.5, pairs),
        "trip": Part(max(together - common, 0.0) ** 0.5, int(pairs_in.sum())),
        "piece": Part(max(float(residual.var()) - max(together, 0.0), 0.0) ** 0.5, len(residual)),
    }


def _residuals(speeds: Reports, band: tuple[int, ...]) -> tuple[Floats, Ints, Ints]:
    often = np.bincount(speeds.road)[speeds.road]
    keep = often >= FEWEST
    road = speeds.road[keep]
    columns = np.equal.outer(speeds.hour[keep], np.arange(HOURS)).astype(np.float64)
    x, y = within_roads(columns, road), within_roads(speeds.log_ratio[keep][:, None], road)[:, 0]
    effect = np.linalg.lstsq(x, y, rcond=None)[0]
    # A road's mean takes part of each report with it: n − 1 of n degrees of freedom are left.
    residual = (y - x @ effect) * np.sqrt(often[keep] / (often[keep] - 1))
    of_band = np.isin(speeds.hour[keep], band)
    return residual[of_band], speeds.day[keep][of_band], speeds.minute[keep][of_band]


def _covariance_apart(windows: Ints, total: Floats, count: Floats) -> tuple[float, int]:
    """Mean product of residuals; a pair of windows counts by the root of its pairs, so that no long drive decides."""
    products, weights, pairs = 0.0, 0.0, 0.0
    for index, minute in enumerate(windows):
        first, last = np.searchsorted(windows, (minute + APART_MIN[0], minute + APART_MIN[1]))
        of_pair = count[index] * count[first:last]
        products += float((total[index] * total[first:last] / np.sqrt(of_pair)).sum())
        weights += float(np.sqrt(of_pair).sum())
        pairs += float(of_pair.sum())
    return (products / weights if pairs else 0.0), int(pairs)
