"""
No old street may lose its connection: find those that did, and gaps in the newer map, and give the old roads back.
"""

import heapq
from collections import defaultdict
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.strokes import BoolArray, IntArray, strokes_of
from routing.roads import CLASS_INDEX, Access, Roads

_LEAST: Final = CLASS_INDEX["track"]
# A replaced stretch is missing from the newer map when the way round is so much longer (guess).
_DETOUR: Final = 1.5
_DETOUR_M: Final = 60.0


def find_connected(roads: Roads) -> BoolArray:
    """
    Nodes of the largest part in which a car can get from everywhere to everywhere and back.

    Looks at classes, one-way signs and "no motor cars"; not at barriers, ferries or private roads.
    """
    strokes = strokes_of(roads)
    way = strokes.way
    drivable = (roads.way_class[way] <= _LEAST) & (roads.access_car[way] != Access.NO)
    forward, backward = drivable & (roads.oneway[way] >= 0), drivable & (roads.oneway[way] <= 0)
    tails = np.concatenate([strokes.tail[forward], strokes.head[backward]])
    heads = np.concatenate([strokes.head[forward], strokes.tail[backward]])
    size = len(roads.node_id)
    links = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size, size))
    _, label = connected_components(links, directed=True, connection="strong")
    return np.asarray(label == np.bincount(label).argmax())


def find_cut_off(connected: BoolArray, fate: Fate, draft: Draft, roads: Roads) -> IntArray:
    """Old nodes on streets that stayed, connected before and no longer so."""
    inside = find_connected(roads)
    stays = np.unique(np.concatenate([fate.old.tail[~fate.gone], fate.old.head[~fate.gone]]))
    stays = stays[connected[stays]]
    ids = draft.node_id[[draft.root(node) for node in stays.tolist()]]
    at = np.minimum(np.searchsorted(roads.node_id, ids), len(roads.node_id) - 1)
    return np.asarray(stays[(roads.node_id[at] == ids) & ~inside[at]], dtype=np.int64)


def give_back(fate: Fate, cut_off: IntArray) -> int:
    """Let the old ways stay that led to nodes now cut off; how many strokes that were."""
    ends_there = np.isin(fate.old.tail, cut_off) | np.isin(fate.old.head, cut_off)
    ways = np.unique(fate.old.way[fate.gone & ends_there])
    back = fate.gone & np.isin(fate.old.way, ways)
    fate.gone[back] = False
    return int(back.sum())


def fill_gaps(fate: Fate, draft: Draft, roads: Roads) -> int:
    """
    Let old strokes stay where the newer map has a gap; how many that were.

    Between any two nodes of a replaced road that are still there it must be possible to get along the new map at about
    the same length, whatever the direction: a street may have become one-way.
    """
    old, number = fate.old, {node: index for index, node in enumerate(roads.node_id.tolist())}
    street = _Streets(roads)
    anchor = [number.get(node) for node in draft.node_id[[draft.root(n) for n in range(draft.first_new)]].tolist()]
    length = old.length_m
    back, start, travelled, before = 0, None, 0.0, -2
    waiting: list[int] = []
    for stroke in np.flatnonzero(fate.gone).tolist():
        if stroke != before + 1 or old.way[stroke] != old.way[before]:
            waiting, start, travelled = [], anchor[old.tail[stroke]], 0.0
        before = stroke
        waiting.append(stroke)
        travelled += float(length[stroke])
        if (end := anchor[old.head[stroke]]) is not None:
            if start is not None and not street.leads(start, end, _DETOUR * travelled + _DETOUR_M):
                fate.gone[waiting] = False
                back += len(waiting)
            waiting, start, travelled = [], end, 0.0
    return back


class _Streets:
    """Where one gets along the streets, whatever their direction."""

    def __init__(self, roads: Roads) -> None:
        strokes = strokes_of(roads)
        strokes = strokes[roads.way_class[strokes.way] <= _LEAST]
        self._ahead: dict[int, list[tuple[int, float]]] = defaultdict(list)
        columns = (strokes.tail.tolist(), strokes.head.tolist(), strokes.length_m.tolist())
        for tail, head, metres in zip(*columns, strict=True):
            self._ahead[tail].append((head, metres))
            self._ahead[head].append((tail, metres))

    def leads(self, here: int, there: int, limit_m: float) -> bool:
        """Whether one gets from here to there within so many metres (Dijkstra's algorithm)."""
        best, heap = {here: 0.0}, [(0.0, here)]
        while heap:
            metres, node = heapq.heappop(heap)
            if node == there:
                return True
            if metres > best[node]:
                continue
            for other, step in self._ahead[node]:
                if (total := metres + step) <= limit_m and total < best.get(other, np.inf):
                    best[other] = total
                    heapq.heappush(heap, (total, other))
        return False
