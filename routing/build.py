"""
Roads → `RoadGraph`: cut into pieces, join them by turns, order both for contraction.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse import coo_array

from routing.graph import IntArray, RoadGraph, Turns
from routing.pieces import Pieces, cut_into_pieces
from routing.restrictions import Resolver
from routing.roads import WAY_COLUMNS, Roads
from routing.streets import FlatMap
from routing.turns import end_bearings, find_turns
from routing.visitors import mark_through, visitors_edges

Progress = Callable[[str, float], None]
# Of so many cuts at every level the best is taken: of 40 it is 3 % better and takes six times as long (measured).
_CUTS_TRIED: Final = 10


def build_graph(roads: Roads, progress: Progress = lambda what, share: None) -> RoadGraph:
    """
    The graph of all streets on the map, whoever may use them, ready to be contracted.

    Raises `NoRoadsError` when there is no street piece.
    """
    return build_graph_with_notes(roads, progress)[0]


def build_graph_with_notes(
    roads: Roads, progress: Progress = lambda what, share: None
) -> tuple[RoadGraph, dict[str, int]]:
    """The graph, and how many of the map's turn restrictions are in force or left out, by reason."""
    progress("joining roads", 0.0)
    graph, notes = join_roads(roads)
    turns = graph.turns
    progress("ordering turns", 0.2)
    turn_order = _order(turns.states, turns.source, turns.target)
    progress("ordering junctions", 0.8)
    order = _order(graph.nodes, graph.arc_tail, graph.arc_head)
    progress("ordering junctions", 1.0)
    return replace(graph, order=order, turns=replace(turns, order=turn_order)), notes


def join_roads(roads: Roads) -> tuple[RoadGraph, dict[str, int]]:
    """
    The graph without its contraction orders, and what became of the turn restrictions.

    Its edges are the pieces of `cut_into_pieces`, in their order.
    """
    pieces = cut_into_pieces(roads)
    nodes, ends = np.unique(np.concatenate([pieces.tail, pieces.head]), return_inverse=True)
    tail, head = (part.astype(np.int32) for part in np.split(ends, 2))
    ways, edge_way = np.unique(pieces.way, return_inverse=True)
    turns, notes = _turns(roads, pieces, tail, head, roads.node_id[nodes])
    graph = RoadGraph(
        node_id=roads.node_id[nodes],
        node_lon=roads.lon[nodes],
        node_lat=roads.lat[nodes],
        node_signal=roads.node_signal[nodes],
        node_blocks_cars=roads.node_blocks_cars[nodes],
        node_blocks_motorbikes=roads.node_blocks_motorbikes[nodes],
        node_gated=roads.node_gated[nodes],
        edge_tail=tail,
        edge_head=head,
        edge_way=edge_way.astype(np.int32),
        edge_length_m=pieces.length_m,
        edge_visitors=np.zeros(len(pieces.way), dtype=np.bool_),
        geometry_start=pieces.start,
        geometry_lon=roads.lon[pieces.point],
        geometry_lat=roads.lat[pieces.point],
        **{column: getattr(roads, column)[ways] for column in WAY_COLUMNS},
        order=np.zeros(0, dtype=np.uint32),
        turns=turns,
        names=roads.names,
        data_at=roads.data_at,
    )
    visitors = visitors_edges(graph)
    return replace(graph, edge_visitors=visitors, turns=mark_through(turns, visitors.repeat(2))), notes


def _turns(
    roads: Roads, pieces: Pieces, tail: IntArray, head: IntArray, node_id: NDArray[np.int64]
) -> tuple[Turns, dict[str, int]]:
    tails, heads = _both_ways(tail, head)
    resolver = Resolver(tails, heads, roads.way_id[pieces.way].tolist(), node_id.tolist())
    forbidden = resolver.resolve(roads.restrictions)
    flat = FlatMap(roads.lon, roads.lat)
    xy = flat.to_metres(roads.lon[pieces.point], roads.lat[pieces.point])
    bearings = end_bearings(pieces.start, xy[:, 0], xy[:, 1])
    return find_turns(tails, heads, bearings, forbidden), dict(resolver.notes.most_common())


def _both_ways(tail: IntArray, head: IntArray) -> tuple[IntArray, IntArray]:
    """Tails and heads of all arcs."""
    return np.column_stack([tail, head]).ravel(), np.column_stack([head, tail]).ravel()


def _order(size: int, tails: IntArray, heads: IntArray) -> NDArray[np.uint32]:
    """
    Nested dissection (Karypis and Kumar, "A fast and high quality multilevel scheme", 1998), least important first.

    Cuts that few states lie on matter more by turns than straight cuts do: questions touch half as many shortcuts as
    under the engine's own inertial order, and the order takes a fifth of the time (measured, `benchmarks/README.md`).
    """
    ends = np.concatenate([tails, heads]), np.concatenate([heads, tails])
    links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size)).tocsr()
    links.setdiag(0)
    links.eliminate_zeros()
    options = pymetis.Options(nseps=_CUTS_TRIED)
    adjacency = pymetis.CSRAdjacency(links.indptr.tolist(), links.indices.tolist())
    return np.array(pymetis.nested_dissection(adjacency, options=options)[0], dtype=np.uint32)
