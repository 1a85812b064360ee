"""
Old nodes that lost the road they stood on: streets that ended on a road which a newer drawing replaced.

Each is moved onto the road that replaced its own, never onto one that merely passes by: bridges and motorways stay
apart from the streets below them.
"""

from collections import Counter, defaultdict
from typing import Final

import numpy as np
import shapely

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.layer import Layer
from routing.overlay.strokes import FloatArray, IntArray, nearest_on
from routing.roads import Roads

# How far a street's end may be moved (guess: the farther of two carriageways lies some 20 m off the old middle).
SNAP_M: Final = 45.0
# Nearer than this to a corner of the new line, or to one of its junctions, it is joined there (guesses).
_CORNER_M: Final = 3.0
_JUNCTION_M: Final = 12.0

# Metres away, stroke of the layer, share of the stroke's length.
Place = tuple[float, int, float]


class LostNodes:
    """Finds lost nodes and gives them a place on the layer."""

    def __init__(self, old: Roads, layer: Layer, fate: Fate, draft: Draft) -> None:
        new = layer.roads
        self._old, self._new, self._fate, self._draft = old, new, fate, draft
        self._index = np.flatnonzero(fate.taken[fate.new.way])
        self._strokes = fate.new[self._index]
        self._tree = self._strokes.tree()
        above = (new.bridge | new.tunnel)[self._strokes.way] & layer.by_id
        self._above = set(np.flatnonzero(above).tolist())
        nodes = np.concatenate([self._strokes.tail, self._strokes.head])
        self._on_layer = {draft.root(node) for node in (np.unique(nodes) + draft.first_new).tolist()}
        ends = np.concatenate([new.way_start[:-1][fate.taken], new.way_start[1:][fate.taken] - 1])
        self._ends_at = Counter((new.way_node[ends].astype(np.int64) + draft.first_new).tolist())

    def keep_what_cannot_be_joined(self) -> int:
        """Take back the replacing of strokes whose streets would lose their connection; how many that were."""
        old, gone, total = self._fate.old, self._fate.gone, 0
        while True:
            lost = self._find()
            stuck = np.setdiff1d(lost, list(self._places(lost)))
            back = gone & (np.isin(old.tail, stuck) | np.isin(old.head, stuck))
            if not back.any():
                return total
            gone[back] = False
            total += int(back.sum())

    def join(self) -> None:
        """Move each lost node onto the layer; where streets crossed a road that is two now, they meet both."""
        places = self._places(self._find())
        around, headings = self._surroundings(places)
        for node, nearest in places.items():
            distance_m, stroke, share = nearest[0]
            was = self._draft.xy[node].copy()
            second = self._second_carriageway(node, nearest, around[node], headings[node])
            self._put(node, stroke, share)
            self._draft.count("streets moved to the road that replaced theirs", distance_m)
            if second is not None:
                there = self._draft.add_node(was)
                self._put(there, *second[1:])
                self._draft.count("streets led over two carriageways", second[0])
                self._lead_over(node, there, around[node])

    def _find(self) -> IntArray:
        """Old nodes on a street that stays and on a road that goes, where the layer has no node of theirs."""
        old, gone = self._fate.old, self._fate.gone
        stays = np.concatenate([old.tail[~gone], old.head[~gone]])
        goes = np.concatenate([old.tail[gone], old.head[gone]])
        both = np.intersect1d(stays, goes).tolist()
        return np.array([node for node in both if self._draft.root(node) not in self._on_layer], dtype=np.int64)

    def _places(self, lost: IntArray) -> dict[int, list[Place]]:
        """For each lost node the places on the roads that replaced its own, nearest first."""
        if not len(lost):
            return {}
        shown_by = self._replacements(set(lost.tolist()))
        xy = self._draft.xy[lost]
        row, stroke = self._tree.query(shapely.points(xy), predicate="dwithin", distance=SNAP_M)
        distance, share = nearest_on(self._strokes, stroke, xy[row])
        way = self._strokes.way[stroke]
        found: dict[int, list[Place]] = defaultdict(list)
        for node, *place, on in zip(*map(np.ndarray.tolist, (lost[row], distance, stroke, share, way)), strict=True):
            if on in shown_by[node] and place[1] not in self._above:
                found[node].append((place[0], place[1], place[2]))
        return {node: sorted(nearest) for node, nearest in found.items()}

    def _replacements(self, lost: set[int]) -> dict[int, set[int]]:
        """The ways that show the gone strokes at each lost node and elsewhere along the old ways there."""
        old, gone = self._fate.old, np.flatnonzero(self._fate.gone)
        by_way: dict[int, set[int]] = defaultdict(set)
        for stroke, way in zip(gone.tolist(), old.way[gone].tolist(), strict=True):
            by_way[way] |= self._fate.shown_by.get(stroke, set())
        found: dict[int, set[int]] = defaultdict(set)
        for end in (old.tail, old.head):
            for node, way in zip(end[gone].tolist(), old.way[gone].tolist(), strict=True):
                if node in lost:
                    found[node] |= by_way[way]
        return found

    def _surroundings(self, lost: dict[int, list[Place]]) -> tuple[dict[int, list[int]], dict[int, list[FloatArray]]]:
        """The nodes next to each lost one along streets that stay, and the two-way headings of the roads that go."""
        old = self._fate.old
        around: dict[int, list[int]] = defaultdict(list)
        headings: dict[int, list[FloatArray]] = defaultdict(list)
        both_ways = self._old.oneway[old.way] == 0
        concerned = np.flatnonzero(np.isin(old.tail, list(lost)) | np.isin(old.head, list(lost)))
        for stroke in concerned.tolist():
            tail, head = int(old.tail[stroke]), int(old.head[stroke])
            for node, other in ((tail, head), (head, tail)):
                if not self._fate.gone[stroke]:
                    around[node].append(other)
                elif both_ways[stroke]:
                    headings[node].append(old.end[stroke] - old.start[stroke])
        return around, headings

    def _second_carriageway(
        self, node: int, places: list[Place], around: list[int], headings: list[FloatArray]
    ) -> Place | None:
        """The nearest place on a one-way road against the nearest one, if streets lie on both sides of the old road."""
        if not headings or len({self._side(headings[0], node, other) for other in around}) < 2:
            return None
        first = self._heading(places[0][1])
        if first is None:
            return None
        for place in places[1:]:
            heading = self._heading(place[1])
            if heading is not None and float(first @ heading) < 0:
                return place
        return None

    def _side(self, heading: FloatArray, node: int, other: int) -> bool:
        ahead = self._draft.xy[other] - self._draft.xy[node]
        return bool(heading[0] * ahead[1] > heading[1] * ahead[0])

    def _heading(self, stroke: int) -> FloatArray | None:
        """Where a one-way stroke leads."""
        oneway = int(self._new.oneway[self._strokes.way[stroke]])
        return oneway * (self._strokes.end[stroke] - self._strokes.start[stroke]) if oneway else None

    def _put(self, node: int, stroke: int, share: float) -> None:
        """Let a node be a corner or junction of the layer's stroke when one is near, else put it into the stroke."""
        start, end = self._strokes.start[stroke], self._strokes.end[stroke]
        length = float(np.hypot(*(end - start)))
        for corner, metres in ((self._strokes.tail, share * length), (self._strokes.head, (1 - share) * length)):
            target = int(corner[stroke]) + self._draft.first_new
            if metres < (_JUNCTION_M if self._ends_at[target] > 1 else _CORNER_M):
                self._draft.unite(node, target)
                return
        self._draft.xy[node] = start + share * (end - start)
        self._draft.inserted_new.setdefault(int(self._index[stroke]), []).append((share, node))

    def _lead_over(self, node: int, there: int, around: list[int]) -> None:
        """Streets on the far side pass the second carriageway on their way to the first."""
        xy, here = self._draft.xy, self._draft.root(node)
        there_now = self._draft.root(there)
        for other in around:
            if np.hypot(*(xy[other] - xy[there_now])) < np.hypot(*(xy[other] - xy[here])):
                self._draft.between[node, other] = there
