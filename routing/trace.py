"""A vehicle's fixes, and what the roads make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.graph import FloatArray, IntArray
from routing.points import as_column, as_points
from routing.route import Route


@dataclass(frozen=True)
class Trace:
    """
    Fixes of one vehicle in order of time, one row each.

    `points` are lon, lat; `at_s` seconds on any one clock, rising; `accuracy_m` the radius that holds the true place
    two times out of three, as receivers tell it; `headings_deg` clockwise from north. NaN where not known. See
    `make_trace`.
    """

    points: FloatArray
    at_s: FloatArray
    accuracy_m: FloatArray
    headings_deg: FloatArray
    speeds_kph: FloatArray

    def __len__(self) -> int:
        return len(self.points)


def make_trace(
    points: ArrayLike,
    at_s: ArrayLike,
    *,
    accuracy_m: ArrayLike = np.nan,
    headings_deg: ArrayLike = np.nan,
    speeds_kph: ArrayLike = np.nan,
) -> Trace:
    """A checked trace; raises `ValueError` naming the row that is no place, or whose time does not rise."""
    rows = as_points(points)
    columns = {
        name: as_column(values, len(rows), name)
        for name, values in (
            ("at_s", at_s),
            ("accuracy_m", accuracy_m),
            ("headings_deg", headings_deg),
            ("speeds_kph", speeds_kph),
        )
    }
    late = np.flatnonzero(~(np.diff(columns["at_s"]) > 0))
    if len(late):
        raise ValueError(f"at_s must rise from fix to fix; row {late[0] + 1} is no later than the one before")
    return Trace(rows, **columns)


class FixStatus(StrEnum):
    """What became of a fix."""

    MATCHED = "matched"
    # So near the one before that it says nothing new: it shares its place.
    STANDING = "standing"
    # No street of the profile lies within reach of it.
    NO_STREET = "no_street"
    # The vehicle cannot have been there and at the fixes before and after.
    OUTLIER = "outlier"


@dataclass(frozen=True)
class Driven:
    """
    What was driven between two matched fixes: arcs, and how far each was (shares of its length in its direction).

    `fix` and `until` are the rows of the two.
    """

    fix: int
    until: int
    arcs: IntArray
    from_share: FloatArray
    to_share: FloatArray


@dataclass(frozen=True)
class Piece:
    """
    An unbroken drive: the rows of its matched fixes, what was driven between them, and the whole of it as a route.

    The route's times are those of empty streets, not those of the trace; `None` when nothing moved.
    """

    fixes: NDArray[np.int64]
    driven: tuple[Driven, ...]
    arcs: tuple[int, ...]
    route: Route | None


@dataclass(frozen=True)
class ArcSpeeds:
    """Observed speeds, one row for each arc and time it was driven: metres driven, km/h, and when (`Trace.at_s`)."""

    arc: IntArray
    metres: FloatArray
    kph: FloatArray
    at_s: FloatArray


@dataclass(frozen=True)
class Match:
    """
    A trace on the roads, one row a fix: arc (−1 where dropped), share of its length, lon, lat on it, and confidence.

    `confidence` is the probability of the arc given the whole piece, under the model; a low one says that another
    street explains the fixes nearly as well. Between `pieces` the trace could not be joined.
    """

    trace: Trace
    status: tuple[FixStatus, ...]
    arc: IntArray
    share: FloatArray
    points: FloatArray
    confidence: FloatArray
    pieces: tuple[Piece, ...]
    arc_length_m: FloatArray

    @cached_property
    def arcs(self) -> tuple[int, ...]:
        """All arcs driven, in order; a break between pieces is not shown."""
        return tuple(arc for piece in self.pieces for arc in piece.arcs)

    def arc_speeds(self, least_m: float = 20.0) -> ArcSpeeds:
        """
        Speeds between fixes, as if even from one to the next, by arc; rows of fewer metres in all are left out.

        Standing counts: it is part of how long the street took. Weakness: so is standing at a scene.
        """
        rows = [row for piece in self.pieces for row in self._spent(piece)]
        arc, metres, seconds, at_s = (
            (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.zeros(0)] * 4
        )
        keep = (metres >= least_m) & (seconds > 0)
        kph = metres[keep] / seconds[keep] * 3.6
        return ArcSpeeds(arc[keep].astype(np.int32), metres[keep], kph, at_s[keep])

    def _spent(self, piece: Piece) -> Sequence[tuple[int, float, float, float]]:
        """Arc, metres, seconds and middle of the time, for each run of one arc."""
        runs: list[list[float]] = []
        for driven in piece.driven:
            start_s, end_s = float(self.trace.at_s[driven.fix]), float(self.trace.at_s[driven.until])
            metres = (driven.to_share - driven.from_share) * self.arc_length_m[driven.arcs]
            total = float(metres.sum())
            shares = metres / total if total > 0 else np.full(len(metres), 1 / len(metres))
            now = start_s
            for arc, metre, share in zip(driven.arcs.tolist(), metres.tolist(), shares.tolist(), strict=True):
                spent = share * (end_s - start_s)
                if runs and runs[-1][0] == arc:
                    runs[-1][1] += metre
                    runs[-1][2] += spent
                else:
                    runs.append([arc, metre, spent, now])
                now += spent
        return [(int(arc), metre, spent, start + spent / 2) for arc, metre, spent, start in runs]
