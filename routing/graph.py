"""
The road graph as arrays: junctions, the street pieces (edges) between them, the turns from one to the next, and what
the map says about each way. It holds no times: a profile brings those (`weights.weigh`), so that one built city serves
every profile, a planner's own included.

Arc `2e` drives edge `e` from tail to head, arc `2e + 1` back; `arc ^ 1` is the way back.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Stands for "may not be driven"; the engine's infinity.
CLOSED: Final = 2**31 - 1
EARTH_RADIUS_M: Final = 6_371_008.8

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Turns:
    """
    How journeys go on from arc to arc.

    A *state* is "driving this arc"; the first states are the arcs themselves, in order. The few beyond them also
    remember how the arc was reached, for restrictions that lead through a whole way (`turns.find_turns`) and for
    streets that are no way through (`visitors`). Turn `t` leads from state `source[t]` to state `target[t]`, bending by
    `angle_deg[t]` (clockwise, −180 to 180), and is forbidden to the kinds of vehicle in the bit set `bound[t]`
    (`turns.KINDS`), or makes a way through of a visitors' street (`visitors.THROUGH`). `order` is the contraction order
    of the states, least important first. Turns are sorted by `source`.
    """

    state_arc: IntArray
    source: IntArray
    target: IntArray
    angle_deg: NDArray[np.int16]
    bound: NDArray[np.uint8]
    order: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.source)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.state_arc)

    def after(self, state: int) -> range:
        """The turns that follow a state."""
        first, end = np.searchsorted(self.source, [state, state + 1])
        return range(int(first), int(end))


@dataclass(frozen=True)
class RoadGraph:
    """
    Nodes, edges, geometry, ways and turns.

    Edge `e` is drawn by the points `geometry_start[e]` up to `geometry_start[e + 1]`, both end nodes included;
    `way_name[edge_way[e]]` indexes `names`, where name 0 means none. Columns starting with `way_` and those from
    `oneway` on have one row a way, as in `roads.Roads`. `edge_visitors` are no way through (`visitors`). `order` is the
    contraction order of the nodes.
    """

    node_id: NDArray[np.int64]
    node_lon: FloatArray
    node_lat: FloatArray
    node_signal: BoolArray
    node_blocks_cars: BoolArray
    node_blocks_motorbikes: BoolArray
    node_gated: BoolArray

    edge_tail: IntArray
    edge_head: IntArray
    edge_way: IntArray
    edge_length_m: FloatArray
    edge_visitors: BoolArray
    geometry_start: NDArray[np.int64]
    geometry_lon: FloatArray
    geometry_lat: FloatArray

    way_id: NDArray[np.int64]
    way_class: NDArray[np.uint8]
    way_name: IntArray
    oneway: NDArray[np.int8]
    oneway_motorbike: NDArray[np.int8]
    roundabout: BoolArray
    maxspeed_kph: NDArray[np.uint8]
    lanes: NDArray[np.uint8]
    width_m: NDArray[np.float32]
    maxheight_m: NDArray[np.float32]
    maxweight_t: NDArray[np.float32]
    bridge: BoolArray
    tunnel: BoolArray
    access_car: NDArray[np.uint8]
    access_motorbike: NDArray[np.uint8]
    access_emergency: NDArray[np.uint8]

    order: NDArray[np.uint32]
    turns: Turns
    names: tuple[str, ...]
    data_at: datetime | None

    @property
    def nodes(self) -> int:
        """Number of junctions, whoever may use them."""
        return len(self.node_lon)

    @property
    def edges(self) -> int:
        """Number of street pieces between junctions."""
        return len(self.edge_tail)

    @property
    def arcs(self) -> int:
        """Number of directed arcs: two an edge, whether anybody may drive them or not."""
        return 2 * self.edges

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all streets, in degrees."""
        lon, lat = self.geometry_lon, self.geometry_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    @cached_property
    def arc_tail(self) -> IntArray:
        """The node each arc leaves."""
        return np.column_stack([self.edge_tail, self.edge_head]).ravel()

    @cached_property
    def arc_head(self) -> IntArray:
        """The node each arc leads to."""
        return np.column_stack([self.edge_head, self.edge_tail]).ravel()

    @cached_property
    def arc_way(self) -> IntArray:
        """The way (its row, not its OSM id) of each arc."""
        return np.repeat(self.edge_way, 2)

    @cached_property
    def arc_length_m(self) -> FloatArray:
        """The length of each arc."""
        return np.repeat(self.edge_length_m, 2)

    def street_name(self, edge: int) -> str | None:
        """What the street is called, if it has a name."""
        return self.names[self.way_name[self.edge_way[edge]]] or None


def distance_m(
    lon: FloatArray | float, lat: FloatArray | float, lon2: FloatArray | float, lat2: FloatArray | float
) -> FloatArray:
    """Great-circle distance in metres (haversine, mean earth radius), element by element."""
    phi, phi2 = np.radians(lat), np.radians(lat2)
    across = np.sin(np.radians(np.subtract(lon2, lon)) / 2)
    up = np.sin((phi2 - phi) / 2)
    half = up**2 + np.cos(phi) * np.cos(phi2) * across**2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)), dtype=np.float64)
