"""Coverage by zone, for a map: what free units reach now, and what would be left without some of them. Pure."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import numpy as np

from dispatch.assignment.coverage import Coverage, estimate_busy_fraction
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import State
from dispatch.move_up.standing import look


class CoveredZone(msgspec.Struct, frozen=True, kw_only=True):
    """
    A zone at (lon, lat) with its share of the city's demand, 0 to 1. `units`: free units that reach it in time;
    `covered`: 1 − q^units; both again without the units that were asked to be left out.
    """

    lon: float
    lat: float
    demand: float
    units: int
    covered: float
    units_without: int
    covered_without: float


class CoverageMap(msgspec.Struct, frozen=True, kw_only=True):
    """`share`: of the whole city's demand; `busy_fraction`: the q in use; `within_s`: what counts as in time."""

    share: float
    share_without: float
    busy_fraction: float
    within_s: float
    zones: tuple[CoveredZone, ...]


def draw_coverage(
    state: State, coverage: Coverage, settings: AssignmentSettings, without: Collection[str] = ()
) -> CoverageMap:
    """The map now, each unit counted at the post where it stands or is going; unknown ids in `without` do no harm."""
    q = estimate_busy_fraction(state, settings)
    standing = look(state, coverage, settings.coverage_target_s, q)
    counts = np.bincount(standing.post, minlength=len(standing.post_ids))
    leaving = [row for row, unit in zip(standing.post.tolist(), standing.units, strict=True) if unit.id in without]
    left = counts - np.bincount(np.array(leaving, dtype=np.int64), minlength=len(standing.post_ids))
    now, then = counts @ standing.reaches, left @ standing.reaches
    covered, remaining = 1.0 - q**now, 1.0 - q**then
    return CoverageMap(
        share=float(standing.demand @ covered),
        share_without=float(standing.demand @ remaining),
        busy_fraction=q,
        within_s=settings.coverage_target_s,
        zones=tuple(
            CoveredZone(
                lon=float(coverage.zones[row, 0]),
                lat=float(coverage.zones[row, 1]),
                demand=float(standing.demand[row]),
                units=int(now[row]),
                covered=float(covered[row]),
                units_without=int(then[row]),
                covered_without=float(remaining[row]),
            )
            for row in range(len(coverage.zones))
        ),
    )
