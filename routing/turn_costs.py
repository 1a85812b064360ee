"""
Road graph + profile → seconds lost at every turn: waiting, bending, turning round; infinite where it cannot be taken.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.graph import BoolArray, FloatArray, IntArray, RoadGraph
from routing.profiles import NEVER_CONTRAFLOW, Profile
from routing.roads import CLASS_INDEX, MAIN_CLASSES, ROAD_CLASSES
from routing.turns import KINDS
from routing.visitors import THROUGH

# Signals nearer to each other than this stand at one crossing of divided roads and are waited for once (guess).
_ONE_CROSSING_M: Final = 40.0
# A bend of fewer degrees is straight on, of more a sharp turn (guess, as in most route instructions).
_STRAIGHT_DEG: Final = 45
_SHARP_DEG: Final = 135
# Roads on which nobody turns round.
_NEVER_U_TURN: Final = (*NEVER_CONTRAFLOW,)
_FERRY: Final = CLASS_INDEX["ferry"]


@dataclass(frozen=True)
class TurnCosts:
    """
    Rows are turns, but for `blocked`, whose rows are nodes that the profile cannot pass.

    `breaks_rule` marks turns that a restriction forbids, whether or not the profile takes them all the same.
    """

    seconds: FloatArray
    breaks_rule: BoolArray
    u_turn: BoolArray
    blocked: BoolArray


def turn_seconds(graph: RoadGraph, profile: Profile, drivable: BoolArray, *, through: bool) -> TurnCosts:
    """
    Seconds lost at each turn between arcs that are drivable, infinite where it cannot or may not be taken.

    `through`: visitors' streets are driven through, whoever minds their signs.
    """
    turns = graph.turns
    source, target = turns.state_arc[turns.source], turns.state_arc[turns.target]
    node = graph.arc_head[source]
    usable = drivable[0::2] | drivable[1::2]
    streets = np.bincount(np.concatenate([graph.edge_tail[usable], graph.edge_head[usable]]), minlength=graph.nodes)
    u_turn = (source ^ 1) == target
    possible = drivable[source] & drivable[target]
    blocked = _blocked_nodes(graph, profile)
    seconds = _waits_s(graph, profile, source, target, usable) + _bends_s(graph, profile, source, target, streets)
    seconds[blocked[node] & ~u_turn] = np.inf
    if profile.restricted is not None:
        seconds[graph.node_gated[node] & ~u_turn] += profile.gate_s
    breaks_rule = (turns.bound >> KINDS.index(profile.kind) & 1).astype(np.bool_)
    seconds[breaks_rule] += np.inf if profile.forbidden_turn_s is None else profile.forbidden_turn_s
    leads_on = ~u_turn
    if profile.minds_visitors and not through:
        seconds[turns.bound & THROUGH > 0] = np.inf
        leads_on &= graph.edge_visitors[source >> 1] | ~graph.edge_visitors[target >> 1]  # one turns round at a gate
    seconds[~possible] = np.inf
    ways_on = np.bincount(turns.source[np.isfinite(seconds) & leads_on], minlength=turns.states)
    dead_end = ways_on[turns.source] == 0
    allowed = dead_end | ((streets[node] > 2) & _u_turns_allowed(graph)[source] & ~breaks_rule)
    seconds[u_turn] = np.where(allowed & possible, profile.u_turn_s, np.inf)[u_turn]
    return TurnCosts(seconds, breaks_rule, u_turn, blocked)


def _blocked_nodes(graph: RoadGraph, profile: Profile) -> BoolArray:
    """Barriers; and gates for those who obey the sign on them."""
    blocked = graph.node_blocks_motorbikes if profile.two_wheels else graph.node_blocks_cars
    return blocked | graph.node_gated if profile.restricted is None else blocked


def _u_turns_allowed(graph: RoadGraph) -> BoolArray:
    """By arc: on ordinary streets; not on bridges, in tunnels or where there is only one direction by nature."""
    never = np.isin(graph.way_class, [CLASS_INDEX[name] for name in _NEVER_U_TURN] + [_FERRY])
    return np.asarray(~(never | graph.roundabout | graph.bridge | graph.tunnel)[graph.arc_way])


def _bends_s(
    graph: RoadGraph, profile: Profile, source: IntArray, target: IntArray, streets: NDArray[np.int64]
) -> FloatArray:
    """Slowing down for a bend at a real junction; a roundabout's own bends are in its speed."""
    angle = graph.turns.angle_deg
    bend = np.abs(angle)
    cost = np.where(angle > 0, profile.right_s, profile.left_s)
    cost = np.where(bend > _SHARP_DEG, np.maximum(cost, profile.sharp_s), cost)
    round_ = graph.roundabout[graph.arc_way]
    plain = (bend < _STRAIGHT_DEG) | (streets[graph.arc_head[source]] < 3) | round_[source] | round_[target]
    return np.where(plain, 0.0, cost)


def _waits_s(graph: RoadGraph, profile: Profile, source: IntArray, target: IntArray, usable: BoolArray) -> FloatArray:
    """Expected wait before each turn: at a signal, or to give way to a greater or an equal street."""
    rank = _ranks(graph)
    best, equals, ends = _junctions(graph, rank, usable)
    node, mine = graph.arc_head[source], rank[source >> 1]
    crossing = ends[node] > 2
    wait = np.where(crossing & (mine > best[node]), profile.give_way_s, 0.0)
    wait[crossing & (mine == best[node]) & (equals[node] > 2)] = profile.equal_junction_s
    round_ = graph.roundabout[graph.arc_way]
    wait[round_[target]] = profile.give_way_s
    wait[round_[source]] = 0.0
    motorway = (graph.way_class <= CLASS_INDEX["motorway_link"])[graph.arc_way]
    wait[motorway[source] & motorway[target]] = 0.0
    signal = graph.node_signal[node]
    wait[signal] = profile.signal_s
    second = graph.node_signal[graph.arc_tail[source]] & (graph.arc_length_m[source] < _ONE_CROSSING_M)
    wait[signal & second] = 0.0
    wait[(graph.way_class == _FERRY)[graph.arc_way[source]]] = 0.0
    return wait


def _ranks(graph: RoadGraph) -> IntArray:
    """Importance of each edge's way, a link counting as its road; 0 is the greatest."""
    rank = np.array([i // 2 if i < len(MAIN_CLASSES) else i for i in range(len(ROAD_CLASSES))], dtype=np.int32)
    return rank[graph.way_class][graph.edge_way]


def _junctions(
    graph: RoadGraph, rank: IntArray, usable: BoolArray
) -> tuple[IntArray, NDArray[np.int64], NDArray[np.int64]]:
    """By node: the greatest rank that meets there, how many usable ends have it, and how many ends there are."""
    nodes = np.concatenate([graph.edge_tail[usable], graph.edge_head[usable]])
    ranks = np.concatenate([rank[usable], rank[usable]])
    best = np.full(graph.nodes, len(ROAD_CLASSES), dtype=np.int32)
    np.minimum.at(best, nodes, ranks)
    equals = np.bincount(nodes[ranks == best[nodes]], minlength=graph.nodes)
    return best, equals, np.bincount(nodes, minlength=graph.nodes)
