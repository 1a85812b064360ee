"""
What is different from empty streets now: the hour's usual traffic, live speeds, closures and floods.

`Conditions` is plain data that any process can hold; `drive_under` turns it into times. Nothing ever becomes impassable
by it: a closed piece of street is passed on foot, at walking pace, so that every journey avoids it if there is another
way, and somebody who lives in a closed street is still reached, late, rather than said to be out of reach. A closed
ferry, which nobody passes on foot, keeps one waiting.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph
from routing.hours import HourOfWeek, checked_hour, felt_share
from routing.profiles import Profile
from routing.weights import Weights

# A crew on foot with a stretcher (guess).
ON_FOOT_KPH: Final = 3.0
# A ferry that does not go now is taken to go again after so long: a night's break (guess).
FERRY_GOES_AGAIN_S: Final = 4 * 3600.0
# No report or table of hours makes a street slower than this share of its free speed, or faster than that (guess).
_SHARES: Final = (0.02, 1.2)
# A faster report is a slip: the law allows 120 km/h at most.
_MOST_KPH: Final = 200.0


@dataclass(frozen=True)
class Obstacle:
    """Arcs that are closed (`kph` is `None`) or can be passed no faster than `kph`, though always on foot."""

    arcs: tuple[int, ...]
    kph: float | None


@dataclass(frozen=True, eq=False)
class Conditions:
    """
    `hour` is the hour of the week whose usual traffic holds (`hours.hour_of_week`), `None` for none.

    `live_kph[i]` is what ordinary traffic drives on arc `live_arc[i]` now; it takes the place of the hour's.
    """

    hour: int | None = None
    live_arc: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    live_kph: FloatArray = field(default_factory=lambda: np.zeros(0))
    obstacles: tuple[Obstacle, ...] = ()

    @cached_property
    def version(self) -> str:
        """Names these conditions: the same ones have the same name in every process."""
        digest = hashlib.sha256(repr((self.hour, self.obstacles)).encode())
        digest.update(np.ascontiguousarray(self.live_arc, dtype=np.int32).tobytes())
        digest.update(np.ascontiguousarray(self.live_kph, dtype=np.float64).tobytes())
        return digest.hexdigest()[:12]


FREE_FLOW: Final = Conditions()


def check_conditions(conditions: Conditions, arcs: int) -> None:
    """Raises `ValueError` for what no street of a network of `arcs` arcs can be meant by, and for absurd speeds."""
    checked_hour(0 if conditions.hour is None else conditions.hour)
    live_kph = np.asarray(conditions.live_kph, dtype=np.float64)
    if live_kph.shape != np.shape(conditions.live_arc):
        raise ValueError(f"{np.size(conditions.live_arc)} live arcs have {live_kph.size} speeds; give one for each")
    _check_arcs(conditions.live_arc, arcs)
    _check_kph(live_kph)
    for obstacle in conditions.obstacles:
        _check_arcs(obstacle.arcs, arcs)
        if obstacle.kph is not None:
            _check_kph(np.array([obstacle.kph], dtype=np.float64))


def _check_arcs(told: ArrayLike, arcs: int) -> None:
    array = np.asarray(told)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"arcs must be whole numbers in one row; got {array.dtype} of shape {array.shape}")
    unknown = array[(array < 0) | (array >= arcs)]
    if unknown.size:
        raise ValueError(f"no arc {unknown[0]} on the map in use; its arcs are 0 to {arcs - 1}")


def _check_kph(kph: FloatArray) -> None:
    absurd = kph[~((kph > 0) & (kph <= _MOST_KPH))]
    if absurd.size:
        raise ValueError(
            f"{absurd[0]:g} km/h is no speed of traffic; give more than 0, at most {_MOST_KPH:.0f}, "
            "and a closure as `kph=None`"
        )


class Traffic:
    """
    The traffic of a city's streets: its usual hours, and what reports of speeds are measured against.

    `free_kph` is what ordinary traffic drives on each arc when it is free. Without `hours` every hour is free.
    """

    def __init__(self, graph: RoadGraph, free_kph: FloatArray, hours: HourOfWeek | None) -> None:
        self.free_kph, self.hours = free_kph, hours
        if hours is not None:
            middle = (graph.geometry_start[:-1] + graph.geometry_start[1:]) // 2
            road_class = graph.way_class[graph.edge_way]
            cells = hours.cells(road_class, graph.geometry_lon[middle], graph.geometry_lat[middle])
            self._cells = np.repeat(cells, 2)

    def shares(self, conditions: Conditions) -> FloatArray | None:
        """By arc, the share of its free speed that ordinary traffic drives; `None` when it drives freely everywhere."""
        usual = None
        if conditions.hour is not None and self.hours is not None:
            usual = np.maximum(self.hours.shares_of(self._cells, conditions.hour), _SHARES[0])
        if not len(conditions.live_arc):
            return usual
        shares = np.ones(len(self.free_kph)) if usual is None else usual
        live = conditions.live_kph / self.free_kph[conditions.live_arc]
        shares[conditions.live_arc] = np.clip(live, *_SHARES)
        return shares

    def usual_kph(self, hour: int | None) -> FloatArray:
        """What ordinary traffic drives on each arc in an hour of the week; without one, when it is free."""
        shares = self.shares(Conditions(hour=hour))
        return self.free_kph.copy() if shares is None else shares * self.free_kph


def drive_under(
    conditions: Conditions, graph: RoadGraph, traffic: Traffic, profile: Profile, weights: Weights
) -> IntArray:
    """
    Milliseconds along each arc for a profile, which feels `profile.congestion` of what the others are slowed down by.

    Waits at junctions stay as they are: what they grow by in heavy traffic is in the measured speeds.
    """
    drive = weights.drive_ms.astype(np.float64)
    shares = traffic.shares(conditions)
    if shares is not None:
        drive /= np.where(weights.fixed, 1.0, felt_share(shares, profile.congestion))
    for obstacle in conditions.obstacles:
        arcs = np.array(obstacle.arcs, dtype=np.int64)
        kph = ON_FOOT_KPH if obstacle.kph is None else max(obstacle.kph, ON_FOOT_KPH)
        drive[arcs] = np.maximum(drive[arcs], graph.arc_length_m[arcs] * 3600.0 / kph)
        if obstacle.kph is None:
            ferries = arcs[weights.fixed[arcs]]
            drive[ferries] = np.maximum(drive[ferries], FERRY_GOES_AGAIN_S * 1000.0)
    ms = np.maximum(1, np.rint(np.minimum(drive, CLOSED - 1))).astype(np.int32)
    ms[weights.drive_ms >= CLOSED] = CLOSED
    return ms


def closed_arcs(conditions: Conditions) -> NDArray[np.int64]:
    """Arcs that some obstacle closes altogether."""
    closed = [obstacle.arcs for obstacle in conditions.obstacles if obstacle.kph is None]
    return np.unique(np.array([arc for arcs in closed for arc in arcs], dtype=np.int64))
