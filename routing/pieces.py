"""
Ways → street pieces: every way is cut where it meets another, at signals and at barriers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.errors import NoRoadsError
from routing.graph import FloatArray, IntArray, distance_m
from routing.roads import Roads


@dataclass(frozen=True)
class Pieces:
    """Pieces by node index of `Roads`, with their point lists: piece `p` has `point[start[p]:start[p + 1]]`."""

    tail: IntArray
    head: IntArray
    way: IntArray
    length_m: FloatArray
    start: NDArray[np.int64]
    point: IntArray


def cut_into_pieces(roads: Roads) -> Pieces:
    """Cut every way where it meets another (or itself), at signals and at barriers."""
    flat = roads.way_node
    way_of = np.repeat(np.arange(roads.ways, dtype=np.int32), np.diff(roads.way_start))
    junction = np.bincount(flat, minlength=len(roads.node_id)) > 1
    barrier = roads.node_blocks_cars | roads.node_blocks_motorbikes | roads.node_gated
    cut = (junction | roads.node_signal | barrier)[flat]
    cut[roads.way_start[:-1]] = True
    cut[roads.way_start[1:] - 1] = True
    at = np.flatnonzero(cut)
    same_way = way_of[at[:-1]] == way_of[at[1:]]
    first, last = at[:-1][same_way], at[1:][same_way]
    if not len(first):
        raise NoRoadsError("the extract has no stretch of road with two ends; choose another extract")
    count = last - first + 1
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    point = flat[np.arange(start[-1]) - np.repeat(start[:-1] - first, count)]
    travelled = np.concatenate([[0.0], np.cumsum(_step_m(roads, flat))])
    return Pieces(flat[first], flat[last], way_of[first], travelled[last] - travelled[first], start, point)


def _step_m(roads: Roads, flat: IntArray) -> FloatArray:
    lon, lat = roads.lon[flat], roads.lat[flat]
    return distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
