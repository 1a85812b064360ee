"""
Road graph + profile → milliseconds: for driving each arc and for taking each turn, on empty streets.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.errors import NoRoadsError
from routing.graph import CLOSED, BoolArray, IntArray, RoadGraph
from routing.profiles import Profile
from routing.roads import Access
from routing.speeds import drive_seconds
from routing.turn_costs import TurnCosts, turn_seconds
from routing.visitors import visitable

# A second network of this many arcs is a place of its own (an island); a smaller one, a mapping slip (guess).
_ISLAND_ARCS: Final = 2000


@dataclass(frozen=True)
class Weights:
    """
    What a profile pays: rows are the graph's arcs, but for `turn_ms` and `breaks_rule`, whose rows are its turns.

    `drive_ms` is the time along an arc and `turn_ms` the time lost between two of them, waits included; `CLOSED` where
    the profile cannot go. `wait_ms` is the least time lost on leaving an arc, `blocked` says that its far end cannot
    be passed: all that is known of turns where they are not looked at one by one. `against` marks arcs driven against
    a one-way, `restricted` those closed by a sign that the profile may pass, `breaks_rule` turns that a restriction
    forbids. `isolated` arcs could be driven but hang together with no network worth the name: they are closed.
    `fixed` arcs take their time whatever the traffic (ferries). `private` arcs are open to those alone who begin or end
    a journey there.
    """

    drive_ms: IntArray
    turn_ms: IntArray
    wait_ms: IntArray
    blocked: BoolArray
    against: BoolArray
    restricted: BoolArray
    breaks_rule: BoolArray
    isolated: BoolArray
    fixed: BoolArray
    private: BoolArray

    @property
    def open(self) -> BoolArray:
        """Which arcs can be driven."""
        return np.asarray(self.drive_ms < CLOSED)


def weigh(graph: RoadGraph, profile: Profile, island_arcs: float = _ISLAND_ARCS, *, turns: bool = True) -> Weights:
    """
    Free-flow weights of all arcs and turns; without `turns`, of arcs that are driven whatever turns lead to them.

    A profile keeps its largest strongly connected network, and others of at least `island_arcs` arcs. Raises
    `NoRoadsError` when there is none.
    """
    drive = drive_seconds(graph, profile, turns)
    drive_ms = _to_ms(drive.seconds, least=1)
    costs = turn_seconds(graph, profile, drive_ms < CLOSED, through=not turns)
    turn_ms = _to_ms(costs.seconds, least=0)
    kept = _connected(graph, drive_ms, turn_ms, island_arcs)
    isolated = (drive_ms < CLOSED) & ~kept
    drive_ms[isolated] = CLOSED
    if not kept.any():
        raise NoRoadsError(f"the roads hold no connected network for profile {profile.name!r}; choose a larger extract")
    return Weights(
        drive_ms=drive_ms,
        turn_ms=turn_ms,
        wait_ms=_least_wait_ms(graph, costs, turn_ms),
        blocked=costs.blocked[graph.arc_head],
        against=drive.against,
        restricted=drive.restricted,
        breaks_rule=costs.breaks_rule,
        isolated=isolated,
        fixed=drive.fixed,
        private=(graph.access_car == Access.PRIVATE)[graph.arc_way] & (drive_ms < CLOSED) & profile.minds_visitors,
    )


def _to_ms(seconds: np.ndarray[tuple[int], np.dtype[np.float64]], least: int) -> IntArray:
    open_ = np.isfinite(seconds)
    ms = np.full(len(seconds), CLOSED, dtype=np.int32)
    ms[open_] = np.maximum(least, np.rint(seconds[open_] * 1000)).astype(np.int32)
    return ms


def _connected(graph: RoadGraph, drive_ms: IntArray, turn_ms: IntArray, island_arcs: float) -> BoolArray:
    """Which arcs belong to a strongly connected network worth keeping."""
    turns = graph.turns
    usable = drive_ms[turns.state_arc] < CLOSED
    open_ = (turn_ms < CLOSED) & usable[turns.source] & usable[turns.target]
    ends = (turns.source[open_], turns.target[open_])
    links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(turns.states, turns.states))
    _, label = connected_components(links, directed=True, connection="strong")
    inside = label[ends[0]][label[ends[0]] == label[ends[1]]]
    arcs = label[: graph.arcs]
    labels = int(label.max()) + 1
    count = np.where(np.bincount(inside, minlength=labels) > 0, np.bincount(arcs, minlength=labels), 0)
    worth = ((count == count.max()) & (count > 0)) | (count >= island_arcs)
    kept = worth[arcs]
    if graph.edge_visitors.any():
        kept = kept | visitable(graph.edge_visitors.repeat(2), worth[label] & usable, turns, *ends)
    return np.asarray(kept & (drive_ms < CLOSED))


def _least_wait_ms(graph: RoadGraph, costs: TurnCosts, turn_ms: IntArray) -> IntArray:
    """For each arc the time lost by the easiest way on, U-turns not counted; none where there is no way on."""
    turns = graph.turns
    on = (turn_ms < CLOSED) & ~costs.u_turn & (turns.source < graph.arcs)
    wait = np.full(graph.arcs, CLOSED, dtype=np.int32)
    np.minimum.at(wait, turns.source[on], turn_ms[on])
    wait[wait == CLOSED] = 0
    return wait
