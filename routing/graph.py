"""
The road graph as arrays: junctions, the edges between them, and for each profile the time of both directions.

All profiles share nodes, edges and polylines, so that one contraction order serves every one of them. Arc `2e` drives
edge `e` from tail to head, arc `2e + 1` back. Times are whole milliseconds; `CLOSED` stands where a profile may not
drive. Turns cost nothing here: waits at junctions are folded into the arc that enters them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.errors import NoRoadsError
from routing.roads import Roads

CLOSED: Final = 2**31 - 1
EARTH_RADIUS_M: Final = 6_371_008.8

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RoadGraph:
    """
    Nodes, edges, geometry and times.

    Edge `e` is drawn by the points `geometry_start[e]` up to `geometry_start[e + 1]`, both end nodes included;
    `way_name[edge_way[e]]` indexes `names`, where name 0 means none. `time_ms[profile]` has one row per edge:
    forward, backward. `order` is the contraction order of the nodes, least important first.
    """

    node_id: NDArray[np.int64]
    node_lon: FloatArray
    node_lat: FloatArray
    edge_tail: IntArray
    edge_head: IntArray
    edge_way: IntArray
    edge_length_m: FloatArray
    geometry_start: NDArray[np.int64]
    geometry_lon: FloatArray
    geometry_lat: FloatArray
    way_id: NDArray[np.int64]
    way_class: NDArray[np.uint8]
    way_name: IntArray
    names: tuple[str, ...]
    order: NDArray[np.uint32]
    time_ms: Mapping[str, IntArray]
    data_at: datetime | None

    @property
    def nodes(self) -> int:
        """Number of junctions, of all profiles together."""
        return len(self.node_lon)

    @property
    def edges(self) -> int:
        """Number of street pieces between junctions, of all profiles together."""
        return len(self.edge_tail)

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north of everything drivable, in degrees."""
        lon, lat = self.geometry_lon, self.geometry_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def usable(self, profile: str) -> NDArray[np.bool_]:
        """Which edges the profile may drive in at least one direction."""
        ms = self.time_ms[profile]
        return (ms[:, 0] < CLOSED) | (ms[:, 1] < CLOSED)

    def count_arcs(self, profile: str) -> int:
        """Directed arcs that the profile may drive."""
        return int((self.time_ms[profile] < CLOSED).sum())

    def count_nodes(self, profile: str) -> int:
        """Junctions that the profile may reach."""
        open_ = self.usable(profile)
        return len(np.union1d(self.edge_tail[open_], self.edge_head[open_]))

    def arc_ends(self) -> tuple[IntArray, IntArray]:
        """Tails and heads of all arcs, in arc order."""
        tails = np.column_stack([self.edge_tail, self.edge_head]).ravel()
        heads = np.column_stack([self.edge_head, self.edge_tail]).ravel()
        return tails, heads


@dataclass(frozen=True)
class Pieces:
    """Ways cut at junctions: edges by node index of `Roads`, with their point lists."""

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
    cut = (junction | roads.node_signal | roads.node_blocks_cars)[flat]
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
    travelled = np.concatenate([[0.0], np.cumsum(distance_m(*_consecutive(roads, flat)))])
    return Pieces(flat[first], flat[last], way_of[first], travelled[last] - travelled[first], start, point)


def _consecutive(roads: Roads, flat: IntArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    lon, lat = roads.lon[flat], roads.lat[flat]
    return lon[:-1], lat[:-1], lon[1:], lat[1:]


def distance_m(
    lon: FloatArray | float, lat: FloatArray | float, lon2: FloatArray | float, lat2: FloatArray | float
) -> FloatArray:
    """Great-circle distance in metres (haversine, mean earth radius), element by element."""
    phi, phi2 = np.radians(lat), np.radians(lat2)
    across = np.sin(np.radians(np.subtract(lon2, lon)) / 2)
    up = np.sin((phi2 - phi) / 2)
    half = up**2 + np.cos(phi) * np.cos(phi2) * across**2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)), dtype=np.float64)
