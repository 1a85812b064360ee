"""
Roads + profile → milliseconds for both directions of every piece of road.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.graph import CLOSED, FloatArray, IntArray, Pieces
from routing.profiles import NEVER_CONTRAFLOW, VAN_WIDTH_M, Profile
from routing.roads import CLASS_INDEX, MAIN_CLASSES, ROAD_CLASSES, Access, Roads

# Signals nearer to each other than this stand at one crossing of divided roads and are waited for once (guess).
_ONE_CROSSING_M: Final = 40.0
# Two nodes mapped on one spot are this far apart: a closed road stays closed however short.
_SHORTEST_M: Final = 0.01
# Ferries at least this long are taken to carry cars (guess, see below).
_CAR_FERRY_M: Final = 500.0
_FERRY: Final = CLASS_INDEX["ferry"]
_BoolArray = NDArray[np.bool_]


def weigh(roads: Roads, pieces: Pieces, profile: Profile) -> IntArray:
    """One row per piece: forward and backward time in ms, `CLOSED` where the profile may not drive."""
    factor = _way_factor(roads, profile)
    factor[_ferries_without_cars(roads, pieces, profile)] = np.inf
    drive_s = np.maximum(pieces.length_m, _SHORTEST_M) * factor[pieces.way]
    if not profile.two_wheels:
        blocked = roads.node_blocks_cars
        drive_s[blocked[pieces.tail] | blocked[pieces.head]] = np.inf
    both = np.column_stack([drive_s, drive_s]) * _direction_factor(roads, profile)[pieces.way]
    both += _waits_s(roads, pieces, profile, np.isfinite(both.min(axis=1)))
    both[roads.way_class[pieces.way] == _FERRY] += profile.boarding_s
    open_ = np.isfinite(both)
    ms = np.full(both.shape, CLOSED, dtype=np.int32)
    ms[open_] = np.maximum(1, np.rint(both[open_] * 1000)).astype(np.int32)
    return ms


def _way_factor(roads: Roads, profile: Profile) -> FloatArray:
    """Seconds per metre along each way, infinite where it is closed in both directions."""
    rules = [profile.rules.get(name) for name in ROAD_CLASSES]
    limit = np.array([rule.limit_kph if rule else 0.0 for rule in rules])[roads.way_class]
    share = np.array([rule.flow * rule.siren if rule else 0.0 for rule in rules])[roads.way_class]
    limit = np.where(roads.maxspeed_kph > 0, roads.maxspeed_kph, limit)
    kph = np.minimum(limit * share, profile.top_speed_kph)
    with np.errstate(divide="ignore"):
        factor = 3.6 / kph
    access = roads.access_motorbike if profile.two_wheels else roads.access_car
    closed = (access == Access.NO) | (access == Access.PRIVATE)
    factor[closed] *= profile.restricted if profile.restricted is not None else np.inf
    if not profile.two_wheels:
        factor[(roads.width_m > 0) & (roads.width_m < VAN_WIDTH_M)] = np.inf
    return np.asarray(factor, dtype=np.float64)


def _direction_factor(roads: Roads, profile: Profile) -> FloatArray:
    """For each way: how many times longer forward and backward take because of one-way signs."""
    oneway = roads.oneway_motorbike if profile.two_wheels else roads.oneway
    never = np.isin(roads.way_class, [CLASS_INDEX[name] for name in NEVER_CONTRAFLOW]) | roads.roundabout
    against = np.where(never, np.inf, profile.contraflow if profile.contraflow is not None else np.inf)
    return np.column_stack([np.where(oneway < 0, against, 1.0), np.where(oneway > 0, against, 1.0)])


def _ferries_without_cars(roads: Roads, pieces: Pieces, profile: Profile) -> _BoolArray:
    """
    Ferries that carry no four-wheeler, by way.

    Mappers seldom say; unless they do, a ferry takes cars where the river is wide (`_CAR_FERRY_M`). A guess: it lets
    the Bình Khánh and Cát Lái ferries carry vans and keeps them off the rafts that villages cross a creek on.
    """
    ferry = roads.way_class == _FERRY
    if profile.two_wheels:
        return np.asarray(ferry & (roads.access_motorbike == Access.NO))
    length_m = np.bincount(pieces.way, weights=pieces.length_m, minlength=roads.ways)
    said = (roads.access_car == Access.YES) | (roads.access_car == Access.DESTINATION)
    small = (length_m < _CAR_FERRY_M) | (roads.access_car != Access.DEFAULT)
    return np.asarray(ferry & ~said & small)


@dataclass(frozen=True)
class _Junctions:
    """Per node: the greatest road that meets there (0 is the greatest rank) and how many ends of that rank do."""

    best: IntArray
    equals: NDArray[np.int64]
    ends: NDArray[np.int64]


def _waits_s(roads: Roads, pieces: Pieces, profile: Profile, usable: _BoolArray) -> FloatArray:
    """Expected wait (s) at the junction that each direction of each piece runs into."""
    rank = _ranks(roads)[pieces.way]
    junctions = _junctions(roads, pieces, rank, usable)
    columns = []
    for entered, left in ((pieces.head, pieces.tail), (pieces.tail, pieces.head)):
        crossing = junctions.ends[entered] > 2
        wait = np.where(crossing & (rank > junctions.best[entered]), profile.give_way_s, 0.0)
        equal = crossing & (rank == junctions.best[entered]) & (junctions.equals[entered] > 2)
        wait[equal] = profile.equal_junction_s
        signal = roads.node_signal[entered]
        wait[signal] = profile.signal_s
        wait[signal & roads.node_signal[left] & (pieces.length_m < _ONE_CROSSING_M)] = 0.0
        columns.append(wait)
    return np.column_stack(columns)


def _ranks(roads: Roads) -> IntArray:
    """Importance of each way, a link counting as its road."""
    return np.array([i // 2 if i < len(MAIN_CLASSES) else i for i in range(len(ROAD_CLASSES))], dtype=np.int32)[
        roads.way_class
    ]


def _junctions(roads: Roads, pieces: Pieces, rank: IntArray, usable: _BoolArray) -> _Junctions:
    nodes = np.concatenate([pieces.tail[usable], pieces.head[usable]])
    ranks = np.concatenate([rank[usable], rank[usable]])
    size = len(roads.node_id)
    best = np.full(size, len(ROAD_CLASSES), dtype=np.int32)
    np.minimum.at(best, nodes, ranks)
    equals = np.bincount(nodes[ranks == best[nodes]], minlength=size)
    return _Junctions(best, equals, np.bincount(nodes, minlength=size))
