"""
Ends of the layer's ways that lead into the old map: where a road goes on in the old drawing, ends in the open, or
meets an old street at grade.

Only ends are joined: a way's middle may pass over or under anything. Where two edges of different ways meet and
nothing else does, the road may just have become a bridge: a junction is where an edge ends amid its way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.layer import Layer
from routing.overlay.strokes import FloatArray, nearest_on
from routing.roads import CLASS_INDEX, MAIN_CLASSES, Roads

# How far an end may lie from the old street that it meets (guesses) …
_TORN_M: Final = 40.0  # where a road of the layer goes on in the old drawing
_DEAD_M: Final = 20.0  # where a main road would end in the open
_AT_GRADE_M: Final = 3.0  # any other end
_CROSSED_M: Final = 8.0  # … unless the old street crosses the new road there
# Nearer than this to an old corner or junction it is joined there (guesses).
_CORNER_M: Final = 3.0
_JUNCTION_M: Final = 12.0
_LEAST: Final = CLASS_INDEX["track"]
_FERRY: Final = CLASS_INDEX["ferry"]
_NO_JUNCTIONS: Final = (CLASS_INDEX["motorway"], CLASS_INDEX["motorway_link"])


class LooseEnds:
    """Joins the ends of the ways taken; to be used after the lost nodes have found their places."""

    def __init__(self, old: Roads, layer: Layer, fate: Fate, draft: Draft) -> None:
        new = layer.roads
        self._old, self._new, self._by_id, self._fate, self._draft = old, new, layer.by_id, fate, draft
        stays = ~fate.gone & (old.way_class[fate.old.way] <= _LEAST)
        self._index = np.flatnonzero(stays)
        self._strokes = fate.old[self._index]
        self._tree = self._strokes.tree()
        self._row = {stroke: row for row, stroke in enumerate(self._index.tolist())}
        nodes = np.concatenate([fate.old.tail[~fate.gone], fate.old.head[~fate.gone]]).tolist()
        self._on_old = Counter(draft.root(node) for node in nodes)
        level = (old.bridge | old.tunnel)[self._strokes.way]
        self._no_junction = level | np.isin(old.way_class[self._strokes.way], _NO_JUNCTIONS)

    def join(self) -> None:
        """Join what is loose, each end once."""
        for end, ways in self._ends().items():
            node = self._draft.root(end + self._draft.first_new)
            if node not in self._on_old:
                self._join(end, node, ways)

    def _join(self, end: int, node: int, ways: list[int]) -> None:
        xy = self._draft.xy[node]
        torn = self._row_of(self._known_there[end])
        if torn and self._try(node, xy, torn, _TORN_M, "roads going on in the older map"):
            return
        main = min(int(self._new.way_class[way]) for way in ways) < len(MAIN_CLASSES)
        ferry = any(self._new.way_class[way] == _FERRY for way in ways)
        if self._degree[end] == 1 and (main or ferry or not self._by_id):
            reach = _DEAD_M if main or ferry else _AT_GRADE_M
            near = self._near(xy, reach)
            if any(self._new.way_class[way] in _NO_JUNCTIONS for way in ways):  # not into somebody's lane
                near = [row for row in near if self._old.way_class[self._strokes.way[row]] < len(MAIN_CLASSES)]
            self._try(node, xy, near, reach, "ends led into an older street")
        elif not self._by_id and self._is_junction(ways):
            near = self._near(xy, _CROSSED_M)
            crossed = [row for row in near if self._is_crossed(row, end, ways)]
            if not self._try(node, xy, near, _AT_GRADE_M, "junctions on an older street"):
                self._try(node, xy, crossed, _CROSSED_M, "junctions on an older street")

    def _ends(self) -> dict[int, list[int]]:
        """End nodes of ways taken, with these ways; learns what is known beside them, and how often each is used."""
        new, fate = self._new, self._fate
        found: dict[int, list[int]] = defaultdict(list)
        self._known_there: dict[int, set[int]] = defaultdict(set)
        used = np.repeat(fate.taken, np.diff(new.way_start))
        inner = np.bincount(new.way_node[used], minlength=len(new.node_id))
        for way, (first, last) in enumerate(zip(new.way_start[:-1].tolist(), new.way_start[1:].tolist(), strict=True)):
            for node in (int(new.way_node[first]), int(new.way_node[last - 1])):
                if fate.taken[way]:
                    found[node].append(way)
                else:
                    self._known_there[node] |= fate.known_as.get(way, set())
        self._degree = {node: int(inner[node]) for node in found}
        return found

    def _row_of(self, strokes: Iterable[int]) -> list[int]:
        return [self._row[stroke] for stroke in strokes if stroke in self._row]

    def _is_junction(self, ways: list[int]) -> bool:
        """Whether something meets the road here: an edge that ends amid its way, or a third end."""
        return len(ways) > 2 or len({int(self._new.way_id[way]) for way in ways}) < len(ways)

    def _near(self, xy: FloatArray, reach: float) -> list[int]:
        """Old strokes within reach that are no bridge, tunnel or motorway."""
        rows = self._tree.query(shapely.Point(xy), predicate="dwithin", distance=reach).tolist()
        return [row for row in rows if not self._no_junction[row]]

    def _is_crossed(self, row: int, end: int, ways: list[int]) -> bool:
        """Whether an old stroke crosses one of the new ways near their end."""
        street = shapely.LineString([self._strokes.start[row], self._strokes.end[row]])
        here = shapely.Point(self._draft.xy[end + self._draft.first_new]).buffer(1.5 * _CROSSED_M)
        for way in ways:
            nodes = self._new.way_node[self._new.way_start[way] : self._new.way_start[way + 1]]
            line = shapely.LineString(self._draft.xy[nodes.astype(np.int64) + self._draft.first_new])
            if line.crosses(street) and line.intersection(street).intersects(here):
                return True
        return False

    def _try(self, node: int, xy: FloatArray, rows: list[int], reach: float, kind: str) -> bool:
        """Join to the nearest of some old strokes, if it lies within reach."""
        if not rows:
            return False
        found = np.array(rows)
        distance, share = nearest_on(self._strokes, found, np.tile(xy, (len(rows), 1)))
        best = int(distance.argmin())
        if distance[best] > reach:
            return False
        self._draft.count(kind, float(distance[best]))
        self._put(node, int(found[best]), float(share[best]))
        return True

    def _put(self, node: int, row: int, share: float) -> None:
        start, end = self._strokes.start[row], self._strokes.end[row]
        length = float(np.hypot(*(end - start)))
        for corner, metres in ((self._strokes.tail, share * length), (self._strokes.head, (1 - share) * length)):
            target = self._draft.root(int(corner[row]))
            if metres < (_JUNCTION_M if self._on_old[target] > 2 else _CORNER_M):
                self._draft.unite(node, target)
                return
        self._draft.xy[node] = start + share * (end - start)
        self._draft.inserted_old.setdefault(int(self._index[row]), []).append((share, node))
        self._on_old[node] += 2
