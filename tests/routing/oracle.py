"""A plain Dijkstra over a graph with both ends of a journey put in as nodes: slow, and independent of `engine.py`."""

import heapq
import math

from routing.graph import CLOSED, RoadGraph
from routing.snap import Places

_ORIGIN, _DESTINATION = -1, -2


def fastest_ms(graph: RoadGraph, profile: str, origin: Places, destination: Places) -> float:
    """Milliseconds between two single places; inf = unreachable."""
    arcs: dict[int, list[tuple[int, int]]] = {}
    for (tail, head), (forward, backward) in zip(
        zip(graph.edge_tail.tolist(), graph.edge_head.tolist(), strict=True),
        graph.time_ms[profile].tolist(),
        strict=True,
    ):
        arcs.setdefault(tail, []).append((head, forward))
        arcs.setdefault(head, []).append((tail, backward))
    _split(arcs, graph, profile, _ORIGIN, origin)
    _split(arcs, graph, profile, _DESTINATION, destination)
    _join(arcs, graph, profile, origin, destination)
    return _dijkstra(arcs)


def _split(arcs: dict[int, list[tuple[int, int]]], graph: RoadGraph, profile: str, name: int, place: Places) -> None:
    """A node in the middle of an edge; at an end of it the same as that end."""
    edge, share = int(place.edge[0]), float(place.share[0])
    tail, head = int(graph.edge_tail[edge]), int(graph.edge_head[edge])
    forward, backward = graph.time_ms[profile][edge].tolist()
    if forward < CLOSED:
        _add(arcs, tail, name, round(share * forward))
        _add(arcs, name, head, forward - round(share * forward))
    if backward < CLOSED:
        _add(arcs, name, tail, round(share * backward))
        _add(arcs, head, name, backward - round(share * backward))
    for end, node in ((0.0, tail), (1.0, head)):
        if share == end:
            _add(arcs, name, node, 0)
            _add(arcs, node, name, 0)


def _join(
    arcs: dict[int, list[tuple[int, int]]], graph: RoadGraph, profile: str, origin: Places, destination: Places
) -> None:
    """The straight way between two places on one edge."""
    if origin.edge[0] != destination.edge[0]:
        return
    here, there = float(origin.share[0]), float(destination.share[0])
    forward, backward = graph.time_ms[profile][int(origin.edge[0])].tolist()
    if here == there:
        _add(arcs, _ORIGIN, _DESTINATION, 0)
    if here <= there and forward < CLOSED:
        _add(arcs, _ORIGIN, _DESTINATION, round(there * forward) - round(here * forward))
    if here >= there and backward < CLOSED:
        _add(arcs, _ORIGIN, _DESTINATION, round(here * backward) - round(there * backward))


def _add(arcs: dict[int, list[tuple[int, int]]], tail: int, head: int, ms: int) -> None:
    arcs.setdefault(tail, []).append((head, ms))


def _dijkstra(arcs: dict[int, list[tuple[int, int]]]) -> float:
    best = {_ORIGIN: 0}
    heap = [(0, _ORIGIN)]
    while heap:
        spent, node = heapq.heappop(heap)
        if node == _DESTINATION:
            return spent
        if spent > best[node]:
            continue
        for head, ms in arcs.get(node, []):
            if ms < CLOSED and spent + ms < best.get(head, CLOSED):
                best[head] = spent + ms
                heapq.heappush(heap, (spent + ms, head))
    return math.inf
