"""
Roads → `RoadGraph`: cut, weigh for every profile, keep what hangs together, order for contraction.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import routingkit_cch
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.errors import NoRoadsError
from routing.graph import CLOSED, IntArray, Pieces, RoadGraph, cut_into_pieces
from routing.profiles import PROFILES, Profile
from routing.roads import Roads
from routing.weights import weigh

# A second network this large is a place of its own (an island), not a mapping slip (guess).
_ISLAND_NODES: Final = 1000

Progress = Callable[[str, float], None]


def build_graph(
    roads: Roads, profiles: Mapping[str, Profile] = PROFILES, progress: Progress = lambda what, share: None
) -> RoadGraph:
    """
    The graph of everything that at least one profile can reach and leave again.

    Each profile keeps its largest strongly connected part, and others of `_ISLAND_NODES` junctions and more: a place
    on a stub mapped without a way out is snapped to the nearest street that has one.
    """
    progress("cutting roads at junctions", 0.0)
    pieces = cut_into_pieces(roads)
    progress("weighing roads", 0.2)
    times = {name: weigh(roads, pieces, profile) for name, profile in profiles.items()}
    for name, ms in times.items():
        kept = find_connected(pieces, ms, len(roads.node_id))
        ms[~(kept[pieces.tail] & kept[pieces.head])] = CLOSED
        if not (ms < CLOSED).any():
            raise NoRoadsError(f"the roads hold no connected network for profile {name!r}; choose a larger extract")
    progress("ordering junctions", 0.3)
    graph = _assemble(roads, pieces, times)
    progress("ordering junctions", 1.0)
    return graph


def find_connected(pieces: Pieces, ms: IntArray, size: int, largest_only: bool = False) -> NDArray[np.bool_]:
    """Which of `size` nodes belong to a strongly connected part worth keeping."""
    forward, backward = ms[:, 0] < CLOSED, ms[:, 1] < CLOSED
    tails = np.concatenate([pieces.tail[forward], pieces.head[backward]])
    heads = np.concatenate([pieces.head[forward], pieces.tail[backward]])
    links = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size, size))
    _, label = connected_components(links, directed=True, connection="strong")
    inside = label[tails][label[tails] == label[heads]]
    count = np.where(np.bincount(inside, minlength=label.max() + 1) > 0, np.bincount(label), 0)
    large = (count == count.max()) & (count > 0)
    if not largest_only:
        large |= count >= _ISLAND_NODES
    return np.asarray(large[label], dtype=np.bool_)


def _assemble(roads: Roads, pieces: Pieces, times: Mapping[str, IntArray]) -> RoadGraph:
    """Drop what nobody drives, number the rest anew, and order the nodes."""
    keep = np.flatnonzero(np.any([(ms < CLOSED).any(axis=1) for ms in times.values()], axis=0))
    nodes, ends = np.unique(np.concatenate([pieces.tail[keep], pieces.head[keep]]), return_inverse=True)
    tail, head = (part.astype(np.int32) for part in np.split(ends, 2))
    ways, edge_way = np.unique(pieces.way[keep], return_inverse=True)
    count = np.diff(pieces.start)[keep]
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    point = pieces.point[np.arange(start[-1]) + np.repeat(pieces.start[:-1][keep] - start[:-1], count)]
    return RoadGraph(
        node_id=roads.node_id[nodes],
        node_lon=roads.lon[nodes],
        node_lat=roads.lat[nodes],
        edge_tail=tail,
        edge_head=head,
        edge_way=edge_way.astype(np.int32),
        edge_length_m=pieces.length_m[keep],
        geometry_start=start,
        geometry_lon=roads.lon[point],
        geometry_lat=roads.lat[point],
        way_id=roads.way_id[ways],
        way_class=roads.way_class[ways],
        way_name=roads.way_name[ways],
        names=roads.names,
        order=_order(tail, head, roads.lon[nodes], roads.lat[nodes]),
        time_ms={name: np.ascontiguousarray(ms[keep]) for name, ms in times.items()},
        data_at=roads.data_at,
    )


def _order(tail: IntArray, head: IntArray, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Nested dissection along straight cuts (Schild and Sommer, "On balanced separators in road networks", 2015)."""
    order = routingkit_cch.compute_order_inertial(len(lon), tail.tolist(), head.tolist(), lat.tolist(), lon.tolist())
    return np.array(order, dtype=np.uint32)
