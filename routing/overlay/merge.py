"""
A joined draft → `Roads`: both maps' columns one after the other, lines with the nodes put into them.

Goes through the columns by name, so that a new column of `Roads` needs nothing here.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.layer import Layer
from routing.overlay.marks import carry_marks, carry_restrictions
from routing.overlay.strokes import to_degrees
from routing.roads import WAY_COLUMNS, Roads

Lines = list[tuple[int, list[int]]]
_NAME: Final = "way_name"


def merge(old: Roads, layer: Layer, fate: Fate, draft: Draft) -> Roads:
    """The old map with the layer over it. Marks of nodes come from the layer where it has ids, else from both."""
    lines = [(way, nodes) for way, nodes in _old_lines(old, fate, draft) if len(nodes) > 1]
    lines += [(old.ways + way, nodes) for way, nodes in _new_lines(layer.roads, fate, draft) if len(nodes) > 1]
    rows = np.array([row for row, _ in lines], dtype=np.int64)
    flat = np.array([node for _, nodes in lines for node in nodes], dtype=np.int64)
    used = np.unique(flat)
    used = used[np.argsort(draft.node_id[used])]
    number = np.full(len(draft.node_id), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    place = to_degrees(draft.xy[used])
    names = dict.fromkeys([*old.names, *layer.roads.names])
    columns: dict[str, Any] = {
        name: _stack(getattr(old, name), getattr(layer.roads, name), rows) for name in WAY_COLUMNS
    }
    index = {name: place for place, name in enumerate(names)}
    renamed = np.array([index[name] for name in layer.roads.names], dtype=old.way_name.dtype)
    columns[_NAME] = _stack(old.way_name, renamed[layer.roads.way_name], rows)
    columns |= carry_marks(old, layer, fate, draft, used)
    roads = replace(
        old,
        node_id=draft.node_id[used],
        lon=np.ascontiguousarray(place[:, 0]),
        lat=np.ascontiguousarray(place[:, 1]),
        **columns,
        way_start=np.concatenate([[0], np.cumsum([len(nodes) for _, nodes in lines])]).astype(np.int64),
        way_node=number[flat].astype(np.int32),
        names=tuple(names),
    )
    return replace(roads, restrictions=carry_restrictions(old, layer, fate, draft, roads))


def _stack(old: Any, new: Any, rows: Any) -> Any:
    return np.concatenate([old, new.astype(old.dtype)])[rows]


def _old_lines(old: Roads, fate: Fate, draft: Draft) -> Lines:
    """Runs of strokes that stay, with the nodes put into them."""
    lines: Lines = []
    before = -1  # the stroke before, when it stays
    strokes = fate.old
    tails, heads, ways = strokes.tail.tolist(), strokes.head.tolist(), strokes.way.tolist()
    for stroke in np.flatnonzero(~fate.gone).tolist():
        if not (before == stroke - 1 and before >= 0 and ways[before] == ways[stroke]):
            lines.append((ways[stroke], [draft.root(tails[stroke])]))
        line = lines[-1][1]
        for node in (*_between(draft, stroke, tails[stroke], heads[stroke]), heads[stroke]):
            if (root := draft.root(node)) != line[-1]:
                line.append(root)
        before = stroke
    return lines


def _between(draft: Draft, stroke: int, tail: int, head: int) -> list[int]:
    inside = [node for _, node in sorted(draft.inserted_old.get(stroke, ()))]
    first, last = draft.between.get((tail, head)), draft.between.get((head, tail))
    return [*([first] if first is not None else []), *inside, *([last] if last is not None else [])]


def _new_lines(new: Roads, fate: Fate, draft: Draft) -> Lines:
    lines: Lines = []
    first = np.searchsorted(fate.new.way, np.arange(new.ways + 1)).tolist()
    for way in np.flatnonzero(fate.taken).tolist():
        line = [draft.root(int(fate.new.tail[first[way]]) + draft.first_new)]
        for stroke in range(first[way], first[way + 1]):
            inside = [node for _, node in sorted(draft.inserted_new.get(stroke, ()))]
            for node in (*inside, int(fate.new.head[stroke]) + draft.first_new):
                if (root := draft.root(node)) != line[-1]:
                    line.append(root)
        lines.append((way, line))
    return lines
