"""
Reports → one model of the log speed ratio: every road has a level of its own, the rest is shared and shrunk.

    log ratio = road + city[hour] + weekend[hour] + group[hour] + cell[hour]
                + source[hour] + day + date[hour] + noise

A road's own level is taken out first: the defence against reports coming from bad roads. Every other block but the
city's is a random effect whose standard deviation is estimated with the fit (expectation–maximisation, empirical
Bayes), so that a thin cell falls back to its group, the group to the city, a weekend to a working day, as far as the
data ask. Saturday and Sunday are one: there are too few. All are smooth around the clock. `source` is where the two
collections disagree; it stays out of the result. All reports of one day, or one hour of it, may stem from a few
drivers: `day` and `date` make a thousand of them count as one day, one hour.

Weak where roads are reported only when jammed: then even their own level is that of a jam.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from levels import within_roads
from scipy.linalg import cho_factor, cho_solve
from sources import AREAS, GROUPS, UNKNOWN, Floats, Ints, Reports

HOURS: Final = 24
SATURDAY: Final = 5
# Spread of the smoothing around the clock, hours (guess).
SMOOTH_H: Final = 1.0
# Enough from these starts (where longer runs ended): no effect then moves by more than 0.01 in 340 further rounds.
ROUNDS: Final = 60
# The city's hours are left free: a standard deviation far beyond any effect.
FREE: Final = 1.0
START: Final = {"weekend": 0.1, "group": 0.02, "cell": 0.05, "source": 0.03, "day": 0.3, "date": 0.5}


@dataclass(frozen=True)
class Fit:
    """Effects by block, their standard deviations `sd` in log speed, and the noise of levels and of speeds."""

    effects: dict[str, Floats]
    sd: dict[str, float]
    noise: tuple[float, float]

    def curve(self, group: int, area: int, weekday: int) -> Floats:
        """Log ratio by hour of the day, up to a constant."""
        total = self.effects["city"][0] + self.effects["group"][group]
        total = total + self.effects["cell"][group * len(AREAS) + area]
        if weekday >= SATURDAY:
            total = total + self.effects["weekend"][0]
        return np.asarray(total)


def fit_reports(levels: Reports, speeds: Reports) -> Fit:
    """The model above; the same reports give the same fit."""
    parts = [_Part(reports, index) for index, reports in enumerate((levels, speeds))]
    sd = {"city": FREE} | START
    width = {name: block.shape[1] for name, block in parts[1].blocks.items()}
    parts = [part.widen(width) for part in parts]
    at = dict(zip(width, np.split(np.arange(sum(width.values())), np.cumsum(list(width.values()))[:-1]), strict=True))
    noise = [0.3 for _ in parts]
    for _ in range(ROUNDS):
        prior = np.concatenate([np.full(width[name], sd[name] ** -2.0) for name in width])
        factor = cho_factor(parts[0].gram / noise[0] ** 2 + parts[1].gram / noise[1] ** 2 + np.diag(prior))
        effect = cho_solve(factor, parts[0].moment / noise[0] ** 2 + parts[1].moment / noise[1] ** 2)
        variance = cho_solve(factor, np.eye(len(prior)))
        for name in START:
            own = at[name]
            sd[name] = float(np.sqrt((effect[own] @ effect[own] + np.trace(variance[np.ix_(own, own)])) / len(own)))
        noise = [part.noise(effect, variance) for part in parts]
    folded = {name: effect[at[name]].reshape(-1, HOURS) for name in at if name not in ("day", "date")}
    curves = {name: bumps if name == "city" else bumps @ smoothing().T for name, bumps in folded.items()}
    return Fit(curves, sd, (noise[0], noise[1]))


def smoothing() -> Floats:
    """Independent bumps → a curve around the clock; rows keep a standard deviation of 1."""
    apart = np.abs(np.subtract.outer(np.arange(HOURS), np.arange(HOURS)))
    kernel = np.exp(-0.5 * (np.minimum(apart, HOURS - apart) / SMOOTH_H) ** 2)
    return np.asarray(kernel / np.sqrt((kernel**2).sum(axis=1, keepdims=True)))


class _Part:
    """One collection's cross products, roads taken out. A road has one source, so both can be weighed afterwards."""

    def __init__(self, reports: Reports, source: int) -> None:
        weekday = np.where(reports.day == UNKNOWN, 0, reports.day % 7)
        cell = np.where(reports.area == UNKNOWN, UNKNOWN, reports.group * len(AREAS) + reports.area)
        evening = np.where(reports.day == UNKNOWN, UNKNOWN, reports.day * HOURS + reports.hour)
        days, day = np.unique(reports.day[reports.day != UNKNOWN], return_inverse=True)
        seen, date = np.unique(evening[evening != UNKNOWN], return_inverse=True)
        self.blocks = {
            "city": _by_hour(np.zeros_like(weekday), reports.hour, 1, smooth=False),
            "weekend": _by_hour(np.where(weekday >= SATURDAY, 0, UNKNOWN), reports.hour, 1),
            "group": _by_hour(reports.group, reports.hour, len(GROUPS)),
            "cell": _by_hour(cell, reports.hour, len(GROUPS) * len(AREAS)),
            "source": _by_hour(np.full_like(weekday, source), reports.hour, 2),
            "day": _one_hot(day, len(days)) if len(days) else np.zeros((len(weekday), 0)),
            "date": _one_hot(date, len(seen)) if len(seen) else np.zeros((len(weekday), 0)),
        }
        self.road = reports.road
        self.y = within_roads(reports.log_ratio[:, None], reports.road)[:, 0]
        self.freedom = len(self.road) - len(np.unique(self.road))
        self.gram = self.moment = np.zeros(0)

    def widen(self, width: dict[str, int]) -> _Part:
        """Fill in the cross products; a block this source knows nothing of (its dates) is all zero."""
        full = [np.pad(block, ((0, 0), (0, width[name] - block.shape[1]))) for name, block in self.blocks.items()]
        x = within_roads(np.hstack(full), self.road)
        self.gram, self.moment = x.T @ x, x.T @ self.y
        return self

    def noise(self, effect: Floats, variance: Floats) -> float:
        """Standard deviation of what the effects leave, their own uncertainty included."""
        left = self.y @ self.y - 2 * effect @ self.moment + effect @ self.gram @ effect
        return float(np.sqrt((left + (self.gram * variance).sum()) / self.freedom))


def _by_hour(index: Ints, hour: Ints, count: int, *, smooth: bool = True) -> Floats:
    columns = _one_hot(np.where(index == UNKNOWN, UNKNOWN, index * HOURS + hour), count * HOURS)
    return columns @ np.kron(np.eye(count), smoothing()) if smooth else columns


def _one_hot(index: Ints, count: int) -> Floats:
    columns = np.zeros((len(index), count))
    known = np.flatnonzero(index != UNKNOWN)
    columns[known, index[known]] = 1.0
    return columns
