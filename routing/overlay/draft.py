"""
The map while a layer is being laid over it: nodes of both maps in one numbering, lines, and what was joined to what.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from routing.overlay.layer import Layer
from routing.overlay.strokes import FloatArray, IntArray, to_metres
from routing.roads import Roads

# A node that lives on but moved farther than this is taken for another one (61 of 10,771 in the city moved over 50 m).
_MOVED_M: Final = 50.0


@dataclass
class Draft:
    """
    Node `n` of the old map is `n`, node `m` of the layer is `first_new + m`.

    `stands_for[n]` is the node that took its place; follow it with `root`. `inserted[stroke]` lists places along a
    stroke of the layer, or of the old map, at which a node was put in: (share of its length, node). `between[a, b]` is
    the node that an old line now passes on its way from node a to node b or back. `twins` are the nodes of the layer
    that are nodes of the old map too.
    """

    first_new: int
    xy: FloatArray
    node_id: IntArray
    stands_for: list[int]
    twins: set[int]
    joints: dict[str, int] = field(default_factory=dict)
    largest_snap_m: float = 0.0
    inserted_new: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    inserted_old: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    between: dict[tuple[int, int], int] = field(default_factory=dict)

    def copy(self) -> "Draft":
        """For another try."""
        return Draft(self.first_new, self.xy.copy(), self.node_id.copy(), self.stands_for.copy(), self.twins)

    def root(self, node: int) -> int:
        """The node that a node is now."""
        while (other := self.stands_for[node]) != node:
            self.stands_for[node] = self.stands_for[other]
            node = other
        return node

    def unite(self, node: int, with_node: int) -> None:
        """Let a node be another one."""
        node, with_node = self.root(node), self.root(with_node)
        if node != with_node:
            self.stands_for[node] = with_node

    def add_node(self, xy: FloatArray) -> int:
        """A node of neither map."""
        self.xy = np.vstack([self.xy, xy])
        self.stands_for.append(len(self.stands_for))
        self.node_id = np.append(self.node_id, min(int(self.node_id.min()), 0) - 1)
        return len(self.stands_for) - 1

    def count(self, kind: str, distance_m: float) -> None:
        """Note a joint and how far something was moved for it."""
        self.joints[kind] = self.joints.get(kind, 0) + 1
        self.largest_snap_m = max(self.largest_snap_m, distance_m)


def start_draft(old: Roads, layer: Layer) -> Draft:
    """
    Both maps' nodes, the same ones united.

    Nodes are the same by OSM id, or else by lying on one place of 1e-6 degrees; the layer says where they lie.
    """
    new = layer.roads
    xy = np.vstack([to_metres(old.lon, old.lat), to_metres(new.lon, new.lat)])
    size = len(old.node_id)
    old_id, new_id = old.node_id.copy(), new.node_id.copy()
    lowest = min(int(old_id.min(initial=0)), 0)
    made_up = new_id < 0
    new_id[made_up] += lowest
    lowest = min(lowest, int(new_id.min(initial=0)))
    order = np.argsort(old_id)
    at = order[np.minimum(np.searchsorted(old_id, new_id, sorter=order), size - 1)]
    same = old_id[at] == new_id
    strayed = same & (np.hypot(*(xy[size:] - xy[at]).T) > _MOVED_M)
    old_id[at[strayed]] = lowest - 1 - np.arange(int(strayed.sum()))
    same &= ~strayed
    here = {place: index for index, place in enumerate(_places(old))}
    twin = np.where(same, at, -1)
    for index in np.flatnonzero(~same).tolist():
        twin[index] = here.get(_place(new, index), -1)
    stands_for = list(range(size + len(new_id)))
    for index in np.flatnonzero(twin >= 0).tolist():
        stands_for[twin[index]] = size + index
        new_id[index] = old_id[twin[index]]
    twins = {size + index for index in np.flatnonzero(twin >= 0).tolist()}
    return Draft(size, xy, np.concatenate([old_id, new_id]), stands_for, twins)


def _place(roads: Roads, node: int) -> tuple[int, int]:
    return round(roads.lon[node] * 1e6), round(roads.lat[node] * 1e6)


def _places(roads: Roads) -> list[tuple[int, int]]:
    lon, lat = np.rint(roads.lon * 1e6).astype(int).tolist(), np.rint(roads.lat * 1e6).astype(int).tolist()
    return list(zip(lon, lat, strict=True))
