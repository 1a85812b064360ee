"""
Which turn follows which arc, how it bends, and whom it is forbidden to.

The edge-expanded graph: arcs become nodes, turns become arcs (Winter, "Modeling costs of turns in route planning",
GeoInformatica 2002). A restriction is a forbidden sequence of arcs. One over a single junction forbids one turn; one
that leads through a whole way forbids a turn only to those who came a certain way, which takes states that remember:
they are the proper prefixes of the forbidden sequences, joined as in Aho and Corasick's automaton ("Efficient string
matching", 1975), so that restrictions that overlap hold exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.graph import FloatArray, IntArray, Turns

# Kinds of vehicle that a restriction may bind, by bit.
KINDS: Final = ("car", "ambulance", "motorbike")
# The street's direction at a junction is that of its first metres: mappers bend the very last one (guess).
BEARING_M: Final = 15.0

Sequence_ = tuple[int, ...]


@dataclass(frozen=True)
class Forbidden:
    """A sequence of arcs that the kinds of vehicle in `bound` (bits of `KINDS`) may not drive one after another."""

    arcs: Sequence_
    bound: int


def find_turns(
    tails: IntArray, heads: IntArray, bearings: tuple[FloatArray, FloatArray], forbidden: Iterable[Forbidden]
) -> Turns:
    """
    All turns, U-turns included; `order` is left empty.

    `bearings` are the directions (degrees) in which each arc starts and ends.
    """
    out, start = _outgoing(tails)
    source, target = _all_pairs(heads, out, start)
    plain = Turns(
        state_arc=np.arange(len(tails), dtype=np.int32),
        source=source,
        target=target,
        angle_deg=_bend(bearings, source, target),
        bound=np.zeros(len(source), dtype=np.uint8),
        order=np.zeros(0, dtype=np.uint32),
    )
    rules = list(forbidden)
    return _restrict(plain, rules) if rules else plain


def end_bearings(start: NDArray[np.int64], x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """
    Directions (degrees clockwise from north) in which every arc starts and ends.

    Edge `e` runs through the points `start[e]` up to `start[e + 1]`, in metres east and north.
    """
    first, last = start[:-1], start[1:] - 1
    leaving_tail = _bearing(x_m, y_m, first, _ahead(start, x_m, y_m, forward=True))
    leaving_head = _bearing(x_m, y_m, last, _ahead(start, x_m, y_m, forward=False))
    starts = np.column_stack([leaving_tail, leaving_head]).ravel()
    ends = (np.column_stack([leaving_head, leaving_tail]).ravel() + 180.0) % 360.0
    return starts, ends


def _outgoing(tails: IntArray) -> tuple[IntArray, NDArray[np.int64]]:
    """Arcs grouped by tail, and where each node's group starts."""
    out = np.argsort(tails, kind="stable").astype(np.int32)
    start = np.concatenate([[0], np.cumsum(np.bincount(tails))]).astype(np.int64)
    return out, start


def _all_pairs(heads: IntArray, out: IntArray, start: NDArray[np.int64]) -> tuple[IntArray, IntArray]:
    count = np.diff(start)[heads]
    source = np.repeat(np.arange(len(heads), dtype=np.int32), count)
    first = np.repeat(start[heads] - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return source, out[np.arange(len(source)) + first]


def _bend(bearings: tuple[FloatArray, FloatArray], source: IntArray, target: IntArray) -> NDArray[np.int16]:
    starts, ends = bearings
    return np.rint((starts[target] - ends[source] + 180.0) % 360.0 - 180.0).astype(np.int16)


def _ahead(start: NDArray[np.int64], x_m: FloatArray, y_m: FloatArray, *, forward: bool) -> NDArray[np.int64]:
    """For each edge the first point at least `BEARING_M` from its tail (or head), else its other end."""
    first, last = start[:-1], start[1:] - 1
    at, end, step = (first, last, 1) if forward else (last, first, -1)
    ahead = at.copy()
    walking = np.flatnonzero(ahead != end)
    while len(walking):
        ahead[walking] += step
        far = np.hypot(x_m[ahead] - x_m[at], y_m[ahead] - y_m[at])[walking] >= BEARING_M
        walking = walking[~far & (ahead[walking] != end[walking])]
    return ahead


def _bearing(x_m: FloatArray, y_m: FloatArray, here: NDArray[np.int64], there: NDArray[np.int64]) -> FloatArray:
    degrees = np.degrees(np.arctan2(x_m[there] - x_m[here], y_m[there] - y_m[here])) % 360.0
    return np.asarray(degrees, dtype=np.float64)


def _restrict(plain: Turns, rules: Sequence[Forbidden]) -> Turns:
    """Add the states that remember, and mark the turns that complete a forbidden sequence."""
    memory = _Memory(rules, plain.states)
    after = _turns_by_source(plain, {arcs[-1] for arcs in memory.prefixes} | {rule.arcs[0] for rule in rules})
    source, target, bound = plain.source.copy(), plain.target.copy(), plain.bound.copy()
    for first in {rule.arcs[0] for rule in rules}:
        for turn in after[first]:
            target[turn], bound[turn] = memory.step((first,), int(plain.target[turn]))
    more: list[tuple[int, int, int, int]] = []
    for prefix, state in memory.states.items():
        for turn in after[prefix[-1]]:
            to, mask = memory.step(prefix, int(plain.target[turn]))
            more.append((state, to, int(plain.angle_deg[turn]), mask))
    rows = np.array(more, dtype=np.int64).reshape(-1, 4)
    return replace(
        plain,
        state_arc=np.append(plain.state_arc, [prefix[-1] for prefix in memory.prefixes]).astype(np.int32),
        source=np.append(source, rows[:, 0]).astype(np.int32),
        target=np.append(target, rows[:, 1]).astype(np.int32),
        angle_deg=np.append(plain.angle_deg, rows[:, 2]).astype(np.int16),
        bound=np.append(bound, rows[:, 3]).astype(np.uint8),
    )


def _turns_by_source(turns: Turns, arcs: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for turn in np.flatnonzero(np.isin(turns.source, list(arcs))).tolist():
        found[int(turns.source[turn])].append(turn)
    return found


class _Memory:
    """What must be remembered of the arcs driven so far: the longest part that a forbidden sequence begins with."""

    def __init__(self, rules: Sequence[Forbidden], arcs: int) -> None:
        self._bound: dict[Sequence_, int] = defaultdict(int)
        for rule in rules:
            self._bound[rule.arcs] |= rule.bound
        self.prefixes = sorted({rule.arcs[:size] for rule in rules for size in range(2, len(rule.arcs))})
        self.states = {prefix: arcs + index for index, prefix in enumerate(self.prefixes)}

    def step(self, driven: Sequence_, arc: int) -> tuple[int, int]:
        """The state after one more arc, and whom that turn is forbidden to."""
        whole = (*driven, arc)
        tails = [whole[at:] for at in range(len(whole))]
        bound = 0
        for tail in tails:
            bound |= self._bound.get(tail, 0)
        return next((self.states[tail] for tail in tails if tail in self.states), arc), bound
