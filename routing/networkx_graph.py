"""
Road graph → a street graph as OSMnx makes them, for whatever OSMnx and networkx can do with one.
"""

from typing import Any

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from routing.graph import CLOSED, IntArray, RoadGraph
from routing.roads import ROAD_CLASSES
from routing.weights import Weights


def to_networkx(graph: RoadGraph, weights: Weights, drive_ms: IntArray | None = None) -> Any:
    """
    The arcs that a profile can drive, as an OSMnx-conform `MultiDiGraph` (EPSG:4326, simplified).

    Nodes have OSM's ids, `x`, `y`, `street_count`, and `highway` where there is a signal. Edges have `osmid`,
    `highway`, `name`, `oneway`, `reversed`, `length` (m), `geometry`, `speed_kph`, `travel_time` (s) and `arc`, the
    index of ours. Such a graph has no place for turns: `travel_time` holds the least wait at the arc's end, so that
    shortest paths by it are those of `TravelTimes(turns=False)`. Arcs that end at a barrier are left out: they lead
    nowhere; so are private streets, which turns alone keep from being a way through.
    """
    drive = weights.drive_ms if drive_ms is None else drive_ms
    whole: Any = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    arcs = np.flatnonzero((drive < CLOSED) & ~weights.blocked & ~weights.private)
    _add_nodes(whole, graph, arcs)
    ids = graph.node_id.tolist()
    seconds = (drive[arcs] + weights.wait_ms[arcs]) / 1000
    kph = graph.arc_length_m[arcs] / np.maximum(drive[arcs], 1) * 3600
    open_ = np.zeros(graph.arcs, dtype=np.bool_)
    open_[arcs] = True
    for arc, travel_time, speed_kph in zip(arcs.tolist(), seconds.tolist(), kph.tolist(), strict=True):
        way = int(graph.arc_way[arc])
        edge = {
            "osmid": int(graph.way_id[way]),
            "highway": ROAD_CLASSES[graph.way_class[way]],
            "oneway": not open_[arc ^ 1],
            "reversed": bool(arc & 1),
            "length": float(graph.arc_length_m[arc]),
            "geometry": _line(graph, arc),
            "speed_kph": speed_kph,
            "travel_time": travel_time,
            "arc": arc,
        }
        if name := graph.street_name(arc >> 1):
            edge["name"] = name
        whole.add_edge(ids[graph.arc_tail[arc]], ids[graph.arc_head[arc]], **edge)
    return whole


def _add_nodes(whole: Any, graph: RoadGraph, arcs: NDArray[np.int64]) -> None:
    edges = np.unique(arcs >> 1)
    streets = np.bincount(np.concatenate([graph.edge_tail[edges], graph.edge_head[edges]]), minlength=graph.nodes)
    for node in np.flatnonzero(streets).tolist():
        place: dict[str, Any] = {
            "x": float(graph.node_lon[node]),
            "y": float(graph.node_lat[node]),
            "street_count": int(streets[node]),
        }
        if graph.node_signal[node]:
            place["highway"] = "traffic_signals"
        whole.add_node(int(graph.node_id[node]), **place)


def _line(graph: RoadGraph, arc: int) -> shapely.LineString:
    part = slice(graph.geometry_start[arc >> 1], graph.geometry_start[(arc >> 1) + 1])
    points = np.column_stack([graph.geometry_lon[part], graph.geometry_lat[part]])
    return shapely.LineString(points[::-1] if arc & 1 else points)
