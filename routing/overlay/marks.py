"""
What stood on roads that were replaced: signals, barriers, turn restrictions.

A layer with node ids has the last word about nodes that live on, and knows its barriers. A signal whose node vanished
moves to the nearest node of the road that replaced its own, unless the layer has a signal at that crossing already.
"""

from collections import defaultdict
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.layer import Layer
from routing.overlay.strokes import IntArray
from routing.roads import NODE_COLUMNS, Roads, TurnRestriction

# How far a mark may move (guess), and how near signals stand at one crossing (as in `weights`).
_MOVED_M: Final = 25.0
_ONE_CROSSING_M: Final = 40.0
_SIGNAL: Final = "node_signal"
_MARKS: Final = tuple(name for name in NODE_COLUMNS if name.startswith("node_") and name != "node_id")


def carry_marks(old: Roads, layer: Layer, fate: Fate, draft: Draft, used: IntArray) -> dict[str, Any]:
    """The columns of marks for the nodes in use."""
    is_used = np.zeros(len(draft.node_id), dtype=np.bool_)
    is_used[used] = True
    columns = {}
    for name in _MARKS:
        there = np.zeros(len(draft.node_id), dtype=np.bool_)
        there[[draft.root(node + draft.first_new) for node in np.flatnonzero(getattr(layer.roads, name)).tolist()]] = (
            True
        )
        theirs = there.copy()
        homeless = []
        for node in np.flatnonzero(getattr(old, name)).tolist():
            root = draft.root(node)
            if not is_used[root]:
                homeless.append(node)
            elif not (layer.by_id and root in draft.twins):
                there[root] = True
        if name == _SIGNAL or not layer.by_id:
            _rehouse(homeless, there, theirs, fate, draft)
        columns[name] = there[used]
    return columns


def _rehouse(homeless: list[int], there: Any, theirs: Any, fate: Fate, draft: Draft) -> None:
    """Move marks of nodes that vanished to the nearest node of the ways that replaced their roads."""
    own = shapely.STRtree(shapely.points(draft.xy[theirs]))
    for node in homeless:
        if len(own.query(shapely.Point(draft.xy[node]), predicate="dwithin", distance=_ONE_CROSSING_M)):
            continue
        rows = np.flatnonzero(np.isin(fate.new.way, list(_replacing(fate, node))))
        nodes = [draft.root(n) for n in np.union1d(fate.new.tail[rows], fate.new.head[rows]) + draft.first_new]
        if not nodes:
            continue
        away = np.hypot(*(draft.xy[nodes] - draft.xy[node]).T)
        if away.min() <= _MOVED_M:
            there[nodes[int(away.argmin())]] = True
            draft.count("signals and barriers moved along", float(away.min()))


def _replacing(fate: Fate, node: int) -> set[int]:
    """Ways of the layer that show the old strokes at a node."""
    strokes = np.flatnonzero((fate.old.tail == node) | (fate.old.head == node)).tolist()
    return set().union(*(fate.shown_by.get(stroke, set()) for stroke in strokes if fate.gone[stroke]))


def carry_restrictions(old: Roads, layer: Layer, fate: Fate, draft: Draft, roads: Roads) -> tuple[TurnRestriction, ...]:
    """
    The old turn restrictions by the ids of the new map.

    Where a way was replaced under another id, the way of the layer that shows it and meets the junction takes its
    place. One that names several or none is left as it was: whoever resolves it finds out that it no longer fits.
    """
    alive = set(roads.way_id.tolist())
    index = {node: place for place, node in enumerate(old.node_id.tolist())}
    meeting = _ways_at(layer.roads, fate, draft)
    shown: dict[int, set[int]] = defaultdict(set)
    for stroke in np.flatnonzero(fate.gone).tolist():
        shown[int(old.way_id[fate.old.way[stroke]])] |= fate.shown_by.get(stroke, set())
    carried = []
    for rule in old.restrictions:
        if rule.via_node is None or rule.via_node not in index:
            carried.append(rule)
            continue
        root = draft.root(index[rule.via_node])
        ids = []
        for way in (rule.from_way, rule.to_way):
            now = {int(layer.roads.way_id[other]) for other in shown[way] & meeting[root]}
            ids.append(now.pop() if way not in alive and len(now) == 1 else way)
        carried.append(replace(rule, from_way=ids[0], via_node=int(draft.node_id[root]), to_way=ids[1]))
    return (*carried, *layer.roads.restrictions)


def _ways_at(new: Roads, fate: Fate, draft: Draft) -> dict[int, set[int]]:
    """Ways taken, by the nodes they run through."""
    found: dict[int, set[int]] = defaultdict(set)
    for stroke in np.flatnonzero(fate.taken[fate.new.way]).tolist():
        way = int(fate.new.way[stroke])
        ends = (int(fate.new.tail[stroke]) + draft.first_new, int(fate.new.head[stroke]) + draft.first_new)
        for node in (*ends, *(inner for _, inner in draft.inserted_new.get(stroke, ()))):
            found[draft.root(node)].add(way)
    return found
