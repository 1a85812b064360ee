"""
Roads → `RoadGraph`: cut into pieces, join them by turns, order both for contraction.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import routingkit_cch
from numpy.typing import NDArray

from routing.graph import FloatArray, IntArray, RoadGraph, Turns
from routing.pieces import Pieces, cut_into_pieces
from routing.restrictions import Resolver
from routing.roads import WAY_COLUMNS, Roads
from routing.streets import FlatMap
from routing.turns import end_bearings, find_turns

Progress = Callable[[str, float], None]


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
    lon, lat, tail, head = graph.node_lon, graph.node_lat, graph.edge_tail, graph.edge_head
    progress("ordering turns", 0.2)
    turns = graph.turns
    edge = turns.state_arc >> 1
    middle_lon, middle_lat = (lon[tail] + lon[head])[edge] / 2, (lat[tail] + lat[head])[edge] / 2
    turn_order = _order(turns.states, turns.source, turns.target, middle_lon, middle_lat)
    progress("ordering junctions", 0.8)
    order = _order(graph.nodes, graph.arc_tail, graph.arc_head, lon, lat)
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
        geometry_start=pieces.start,
        geometry_lon=roads.lon[pieces.point],
        geometry_lat=roads.lat[pieces.point],
        **{column: getattr(roads, column)[ways] for column in WAY_COLUMNS},
        order=np.zeros(0, dtype=np.uint32),
        turns=turns,
        names=roads.names,
        data_at=roads.data_at,
    )
    return graph, notes


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


def _order(size: int, tails: IntArray, heads: IntArray, lon: FloatArray, lat: FloatArray) -> NDArray[np.uint32]:
    """Nested dissection along straight cuts (Schild and Sommer, "On balanced separators in road networks", 2015)."""
    order = routingkit_cch.compute_order_inertial(size, tails.tolist(), heads.tolist(), lat.tolist(), lon.tolist())
    return np.array(order, dtype=np.uint32)
