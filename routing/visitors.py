"""
Streets for visitors: private ones, and those for residents, customers and deliveries. Who obeys the sign begins or ends
a journey there, and does not drive through.

Each state in such a street has a twin, "came in from a public street", which all turns in from outside lead to. Out of
a twin leads no turn that who obeys may take. So journeys that begin inside get out, those that end inside get in, and
none does both.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.graph import BoolArray, IntArray, RoadGraph, Turns
from routing.profiles import PROFILES
from routing.roads import CLASS_INDEX, Access
from routing.speeds import drive_seconds

# The bit of `Turns.bound` that marks turns out of a visitors' street that was come into: beyond those of `turns.KINDS`.
THROUGH: Final = 1 << 7
# So many pieces that hang together are a place of their own and not what lies behind a gate (guess).
_PLACE_EDGES: Final = 1000


def visitors_edges(graph: RoadGraph) -> BoolArray:
    """
    Pieces whose signs let in cars that begin or end a journey there, and what cars can come to only along those.

    Mappers sign the street at the gate and not the lanes behind it. Ferries for residents carry whoever comes.
    """
    signed = (graph.access_car == Access.DESTINATION) | (graph.access_car == Access.PRIVATE)
    signed = np.asarray((signed & (graph.way_class != CLASS_INDEX["ferry"]))[graph.edge_way])
    if not signed.any():
        return signed
    seconds = drive_seconds(graph, PROFILES["car"], turns=True).seconds
    open_ = np.isfinite(np.minimum(seconds[0::2], seconds[1::2]))
    edges = np.flatnonzero(open_ & ~signed)
    ends = (graph.edge_tail[edges], graph.edge_head[edges])
    links = coo_array((np.ones(len(edges), dtype=np.int8), ends), shape=(graph.nodes, graph.nodes))
    _, part = connected_components(links, directed=False)
    size = np.bincount(part[ends[0]], minlength=int(part.max()) + 1)
    gates = np.concatenate([graph.edge_tail[signed & open_], graph.edge_head[signed & open_]])
    behind = np.isin(np.arange(len(size)), part[gates]) & (size < min(_PLACE_EDGES, int(size.max())))
    return np.asarray(signed | (open_ & behind[part[graph.edge_tail]]))


def mark_through(turns: Turns, visitors: BoolArray) -> Turns:
    """Add the twins, given which arcs are visitors' streets, and mark turns that make a way through of them."""
    inside = visitors[turns.state_arc]
    if not inside.any():
        return turns
    states = np.flatnonzero(inside)
    twin = np.full(turns.states, -1, dtype=np.int32)
    twin[states] = np.arange(turns.states, turns.states + len(states))
    comes_from_inside, goes_inside = inside[turns.source], inside[turns.target]
    again = np.flatnonzero(comes_from_inside)
    stays = goes_inside[again]
    bound = turns.bound[again] | np.where(stays, 0, THROUGH)
    return replace(
        turns,
        state_arc=np.append(turns.state_arc, turns.state_arc[states]),
        source=np.append(turns.source, twin[turns.source[again]]),
        target=np.append(
            np.where(~comes_from_inside & goes_inside, twin[turns.target], turns.target),
            np.where(stays, twin[turns.target[again]], turns.target[again]),
        ),
        angle_deg=np.append(turns.angle_deg, turns.angle_deg[again]),
        bound=np.append(turns.bound, bound.astype(np.uint8)),
    )


def visitable(visitors: BoolArray, kept: BoolArray, turns: Turns, source: IntArray, target: IntArray) -> BoolArray:
    """
    Which arcs of visitors' streets can be come to from states that are kept, and left for some.

    `source` and `target` are the turns that can be taken, from state to state.
    """
    inside = visitors[turns.state_arc]
    to_inside, from_inside = inside[target], inside[source]
    came = _spread(kept, source[to_inside], target[to_inside])
    left = _spread(kept, target[from_inside], source[from_inside])
    arrived = np.zeros(len(visitors), dtype=np.bool_)
    arrived[turns.state_arc[came]] = True
    return np.asarray(visitors & arrived & left[: len(visitors)])


def _spread(start: BoolArray, source: IntArray, target: IntArray) -> BoolArray:
    """The states that turns lead to from some, however many it takes."""
    reached = start.copy()
    while len(more := np.flatnonzero(reached[source] & ~reached[target])):
        reached[target[more]] = True
    return reached
