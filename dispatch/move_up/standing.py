"""Where the free units stand, and what of the city's demand each post reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.eligible import list_free
from dispatch.domain.state import State, Unit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Free units that travel by road, each counted where it stands or is going.

    `post`: each unit's row among `post_ids`. `reaches`: posts × zones, 1 where a post covers a zone in time. `demand`:
    share of the city's demand by zone. Weakness: a unit on the road counts as if it had arrived.
    """

    units: Sequence[Unit]
    post: NDArray[np.int64]
    post_ids: Sequence[str]
    reaches: Floats
    demand: Floats
    busy_fraction: float

    def covered(self, post: NDArray[np.int64]) -> float:
        """Expected share of the demand that is covered with the units at these posts (MEXCLP, Daskin 1983)."""
        in_reach = np.bincount(post, minlength=len(self.post_ids)) @ self.reaches
        return float(self.demand @ (1.0 - self.busy_fraction**in_reach))

    def marginals(self, post: NDArray[np.int64]) -> Floats:
        """
        Units × posts: what each unit adds at each post to the coverage of all others: Σ_i d_i (1 − q) q^k_i a_iw.

        k_i is the number of other free units that reach zone i (DMEXCLP; Jagtenberg, Bhulai, van der Mei 2015).
        """
        in_reach = np.bincount(post, minlength=len(self.post_ids)) @ self.reaches
        others = in_reach - self.reaches[post]
        q = self.busy_fraction
        return np.asarray((self.demand * (1.0 - q) * q**others) @ self.reaches.T, dtype=np.float64)


def look(state: State, coverage: Coverage, within_s: float, busy_fraction: float) -> Standing:
    """The free units at their posts. Posts are the stations of the coverage table that still exist, but piers."""
    rows = [
        row
        for row, station_id in enumerate(coverage.station_ids)
        if station_id in state.stations and state.stations[station_id].kind != "waterway"
    ]
    post_ids = [coverage.station_ids[row] for row in rows]
    row_of = {post_id: row for row, post_id in enumerate(post_ids)}
    units = [unit for unit in list_free(state) if unit.kind != "boat" and unit.post in row_of]
    weights = coverage.zones[:, 2]
    return Standing(
        units=units,
        post=np.array([row_of[unit.post] for unit in units], dtype=np.int64),
        post_ids=post_ids,
        reaches=(coverage.time_from_station[rows] <= within_s).astype(np.float64),
        demand=weights / max(float(weights.sum()), 1e-12),
        busy_fraction=busy_fraction,
    )
