"""What is asked when stations are sited: who needs help where, where one could stand, and how long the way is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import Saigon115Error

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
NAMED = 5
"""So many ids are named in a message; the rest are counted."""


class SitingError(Saigon115Error):
    """A siting question that has no answer; says the fact, the thing and the way out."""


@dataclass(frozen=True)
class Points:
    """Named points; `lonlat` is (n, 2) in degrees, NaN where nobody knows."""

    ids: tuple[str, ...]
    lonlat: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: Sequence[str], what: str) -> list[int]:
        """The rows of some ids. Raises `SitingError` for one that is not there, with those that look like it."""
        row_of = {each: row for row, each in enumerate(self.ids)}
        for each in ids:
            if each not in row_of:
                close = get_close_matches(each, self.ids, 3)
                hint = f"did you mean {' or '.join(close)}?" if close else f"the first is {self.ids[0]}"
                raise SitingError(f"no {what} {each!r} among {len(self)}; {hint}")
        return [row_of[each] for each in ids]


@dataclass(frozen=True)
class Problem:
    """
    Demand points with their weights (any unit), candidates, and seconds from candidate to demand, one row a demand
    point; inf where no road leads.

    `kept`: a station stands there already and stays; `units`: how many units answer from it today. `open_`: a new one
    may stand there. `notes`: what was assumed or left out on the way here.
    """

    demand: Points
    weight: Floats
    candidates: Points
    time_s: Floats
    kept: Bools
    units: Ints
    open_: Bools
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_ids(self.demand, "demand point")
        check_ids(self.candidates, "candidate")
        _check_weights(self)
        _check_times(self)
        if (self.units < 0).any():
            where = self.candidates.ids[int(np.argmax(self.units < 0))]
            raise SitingError(f"candidate {where} has {self.units.min()} units; give 0 or more")

    def open_rows(self, new: int) -> Ints:
        """Where new ones may stand; raises `SitingError` when these are fewer than `new`."""
        rows = np.flatnonzero(self.open_)
        if new < 1:
            raise SitingError(f"{new} new ones were asked for; give 1 or more")
        if new > len(rows):
            fact = f"{new} new ones were asked for, but there are only {len(rows)} candidates to choose from"
            raise SitingError(f"{fact}; ask for fewer or give more candidates")
        return rows

    def reaches(self, within_s: float) -> Bools:
        """Who is reached from where in time, demand × candidates."""
        if not within_s > 0:
            raise SitingError(f"a target of {within_s:g} seconds reaches nobody; give more than 0")
        reached: Bools = self.time_s <= within_s
        return reached

    def closed(self, row: int) -> Problem:
        """The same question without one candidate."""
        open_ = self.open_.copy()
        open_[row] = False
        return replace(self, open_=open_)


@dataclass(frozen=True)
class Answer:
    """
    Where the new ones stand (rows of the candidates, one for each, in no order), and how sure that is.

    `value`: what is minimised or maximised, recomputed from `chosen`. `bound`: no choice whatever can be better than
    it. `gap`: how far the two are apart, as a share of the value; `proven`: nothing better exists.
    """

    objective: str
    chosen: tuple[int, ...]
    value: float
    bound: float
    took_s: float

    @property
    def gap(self) -> float:
        """0 when proven; infinite when nothing is known."""
        apart = abs(self.value - self.bound)
        return 0.0 if apart <= TOLERANCE * max(1.0, abs(self.value)) else apart / max(abs(self.value), 1e-12)

    @property
    def proven(self) -> bool:
        """Nothing better exists (to one part in a million)."""
        return self.gap == 0.0


TOLERANCE = 1e-6


def name_some(ids: Sequence[str]) -> str:
    """Some ids for a message."""
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


def check_ids(points: Points, what: str) -> None:
    """Raises `SitingError` when there is none, or two have the same id."""
    if not len(points):
        raise SitingError(f"there is no {what}; give one at least")
    seen: set[str] = set()
    for each in points.ids:
        if each in seen:
            raise SitingError(f"two {what}s are called {each!r}; give each an id of its own")
        seen.add(each)


def _check_weights(problem: Problem) -> None:
    bad = ~(np.isfinite(problem.weight) & (problem.weight >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise SitingError(
            f"demand point {problem.demand.ids[row]} weighs {problem.weight[row]}; give a number from 0 on"
        )
    if not problem.weight.sum() > 0:
        raise SitingError(f"all {len(problem.demand)} demand points weigh 0; give one of them a weight")


def _check_times(problem: Problem) -> None:
    shape = (len(problem.demand), len(problem.candidates))
    if problem.time_s.shape != shape:
        raise SitingError(f"the table of times is {problem.time_s.shape}, not demand × candidates {shape}")
    bad = np.argwhere(np.isnan(problem.time_s) | (problem.time_s < 0))
    if len(bad):
        at, from_ = bad[0]
        way = f"from {problem.candidates.ids[from_]} to {problem.demand.ids[at]}"
        raise SitingError(f"{problem.time_s[at, from_]} seconds {way}; give a number from 0 on, nothing for no way")
    unreached = ~np.isfinite(problem.time_s[:, problem.kept | problem.open_]).any(axis=1) & (problem.weight > 0)
    if unreached.all():
        raise SitingError("no demand point can be reached from any candidate; look at the table of times")
