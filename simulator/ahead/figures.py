"""What the replications of a look ahead come to: counts of late calls, and how many units are free by time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.day import Day
from simulator.results import Outcomes
from simulator.statistics import mean_interval, paired_difference

Floats = NDArray[np.float64]
STEP_S = 600.0
LEVELS = (1, 2, 3, 4)
RED = 1
AFTER_EVERYTHING = 2
"""The agenda's priority of a look: after what happens at the same instant."""


class Watch:
    """Looks at a day every ten minutes: units free, demand covered, calls waiting."""

    def __init__(self, day: Day, weight: Floats, target_s: float, moments_s: Sequence[float]) -> None:
        self._day, self._weight, self._target_s = day, weight, target_s
        self.free: list[float] = []
        self.covered: list[float] = []
        self.waiting: list[float] = []
        for at_s in moments_s:
            day.agenda.plan(at_s, self._look, None, AFTER_EVERYTHING)

    def _look(self, _: None) -> None:
        day = self._day
        day.settle()
        self.free.append(float(day.free.sum()))
        self.covered.append(self._share())
        self.waiting.append(float(len(day.waiting)))

    def _share(self) -> float:
        """The share of the demand that some free unit reaches within the target, by the roads of the moment."""
        day, zones = self._day, len(self._weight)
        reached = np.zeros(zones, dtype=np.bool_)
        band = day.places.band[day.places.hour(day.now_s)]
        for profile in (0, 1):
            here = np.unique(day.here[day.free & (day.profile == profile)])
            if len(here):
                reached |= (day.places.time_s[profile][band][:zones][:, here] <= self._target_s).any(axis=1)
        return float(self._weight[reached].sum())


def moments(hours: float) -> list[float]:
    """From now on, every ten minutes, and the end."""
    steps = np.arange(0.0, hours * 3600.0 + 1.0, STEP_S).tolist()
    return [float(step) for step in steps]


def figures_of(day: Day, watch: Watch, hours: float, targets_s: dict[int, float]) -> dict[str, Any]:
    """
    One replication. Emergencies count that were open now with nobody there yet, or are answered within the hours.

    Late: the first treating unit comes later after the answer than the level's target.
    """
    calls, outcomes = day.calls, Outcomes(day, -np.inf)
    on_scene_s = outcomes.response_s + calls.at_s
    counted = (calls.kind == 0) & (calls.at_s < hours * 3600.0) & ~(on_scene_s < 0.0)
    target_s = np.array([targets_s[int(level)] for level in calls.priority])
    late = counted & ~(outcomes.response_s <= target_s)
    response_s = outcomes.response_s[counted & ~np.isnan(outcomes.response_s)]
    by_level = {str(level): int((late & (calls.priority == level)).sum()) for level in LEVELS}
    return {
        "calls": int(counted.sum()),
        "late": {"all": int(late.sum())} | by_level,
        "red": int((counted & (calls.priority == RED)).sum()),
        "response_mean_s": float(response_s.mean()) if len(response_s) else None,
        "waiting_end": watch.waiting[-1],
        "free": watch.free,
        "covered": watch.covered,
        "waiting": watch.waiting,
    }


def summarise(rows: list[dict[str, Any]], base: list[dict[str, Any]] | None) -> dict[str, Any]:
    """All replications of an alternative; with `base`, the paired differences to it."""
    keys = ("all", *(str(level) for level in LEVELS))
    found: dict[str, Any] = {
        "calls": {"mean": float(np.mean([row["calls"] for row in rows]))},
        "late": {key: _estimate([row["late"][key] for row in rows]) for key in keys},
        "red_in_target": _share_of_red(rows),
        "response_mean_s": _estimate([row["response_mean_s"] for row in rows]),
        "waiting_end": _estimate([row["waiting_end"] for row in rows]),
        "units_free": _band(rows, "free", {"median": 50, "p10": 10, "p90": 90}),
        "coverage": _mean_of(rows, "covered") | _band(rows, "covered", {"p10": 10, "p90": 90}),
        "waiting": _mean_of(rows, "waiting") | _band(rows, "waiting", {"p90": 90}),
        "difference": None,
    }
    if base is not None:
        found["difference"] = {
            "late": {key: _difference(rows, base, _late(key)) for key in keys},
            "red_in_target": _difference_of_red(rows, base),
            "response_mean_s": _difference(rows, base, lambda row: row["response_mean_s"]),
            "units_free": {"mean": _apart(rows, base, "free")},
            "coverage": {"mean": _apart(rows, base, "covered")},
        }
    return found


def _late(key: str) -> Callable[[dict[str, Any]], float]:
    return lambda row: float(row["late"][key])


def _series(rows: list[dict[str, Any]], name: str) -> Floats:
    return np.array([row[name] for row in rows], dtype=np.float64)


def _mean_of(rows: list[dict[str, Any]], name: str) -> dict[str, list[float]]:
    return {"mean": _rounded(_series(rows, name).mean(axis=0))}


def _band(rows: list[dict[str, Any]], name: str, percentiles: dict[str, int]) -> dict[str, list[float]]:
    series = _series(rows, name)
    return {key: _rounded(np.percentile(series, share, axis=0)) for key, share in percentiles.items()}


def _apart(rows: list[dict[str, Any]], base: list[dict[str, Any]], name: str) -> list[float]:
    return _rounded((_series(rows, name) - _series(base, name)).mean(axis=0))


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 6) for value in values]


def _estimate(values: list[float | None]) -> dict[str, float | None]:
    """The mean and its 95 % t-interval over the replications that have a value."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return {"mean": known[0] if known else None, "low": None, "high": None}
    interval = mean_interval(known).interval
    return {"mean": interval.estimate, "low": interval.low, "high": interval.high}


def _difference(
    rows: list[dict[str, Any]], base: list[dict[str, Any]], value: Callable[[dict[str, Any]], float | None]
) -> dict[str, float | bool | None]:
    pairs = [(value(row), value(other)) for row, other in zip(rows, base, strict=True)]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if len(known) < 2:
        return {"mean": None, "low": None, "high": None, "excludes_zero": False}
    return _told(paired_difference([one for one, _ in known], [other for _, other in known]).estimate.interval)


def _told(interval: Any) -> dict[str, float | bool | None]:
    apart = interval.low > 0 or interval.high < 0
    return {"mean": interval.estimate, "low": interval.low, "high": interval.high, "excludes_zero": bool(apart)}


def _share_of_red(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """All reds of all replications together: a ratio, with the interval of its linear part (Cochran)."""
    share, part = _ratio(rows)
    if share is None:
        return {"mean": None, "low": None, "high": None}
    interval = mean_interval(part).interval
    return {"mean": share, "low": max(0.0, share + interval.low), "high": min(1.0, share + interval.high)}


def _difference_of_red(rows: list[dict[str, Any]], base: list[dict[str, Any]]) -> dict[str, float | bool | None]:
    (share, part), (other, other_part) = _ratio(rows), _ratio(base)
    if share is None or other is None:
        return {"mean": None, "low": None, "high": None, "excludes_zero": False}
    interval = mean_interval(part - other_part).interval
    low, high, mean = share - other + interval.low, share - other + interval.high, share - other
    return {"mean": mean, "low": low, "high": high, "excludes_zero": bool(low > 0 or high < 0)}


def _ratio(rows: list[dict[str, Any]]) -> tuple[float | None, Floats]:
    """Reds in target over reds, and each replication's part of its error (which sum to 0)."""
    red = np.array([row["red"] for row in rows], dtype=np.float64)
    in_target = red - np.array([row["late"][str(RED)] for row in rows], dtype=np.float64)
    if not red.sum():
        return None, red
    share = float(in_target.sum() / red.sum())
    return share, (in_target - share * red) / red.mean()
