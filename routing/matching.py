"""
Map matching: a GPS trace → the streets driven, after Newson & Krumm, "Hidden Markov Map Matching Through Noise and
Sparseness" (ACM SIGSPATIAL 2009), over the profile's own network, turns included.

States are (arc, place along it): the direction of travel is part of them. A fix is the likelier on a street the nearer
it is (normal with the receiver's error) and the better the street's direction fits its heading; going on from state to
state is the likelier the nearer the way's length is to the distance between the fixes (exponential with `beta_m`).
Ways are the fastest on empty streets, whatever the conditions: the same trace has the same match at any hour.

Weaknesses: a restriction over a whole way is forgotten at each fix on that way; a drive round the block between two
fixes that ends behind where it began, on the same street piece, is not seen; an outlier so near that it could have
been driven to and back is believed.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engine import Path
from routing.graph import FloatArray, IntArray, RoadGraph, distance_m
from routing.journeys import Leg
from routing.route import Route
from routing.route_builder import RouteBuilder
from routing.snap import Snapper
from routing.streets import Streets
from routing.trace import Driven, FixStatus, Match, Piece, Trace
from routing.viterbi import Column, first_column, likeliest, next_column, posterior
from routing.weighing import Weighing

# A receiver's error (standard deviation along each axis) when it does not tell (guess: 4–10 m in streets), and the
# least that is believed (Newson & Krumm: 4.07 m).
_SIGMA_M: Final = 7.0
_LEAST_SIGMA_M: Final = 4.07
# The radius that holds two thirds of a round normal distribution, in its standard deviations: sqrt(-2 ln(1 - 0.68)).
_ACCURACY_SIGMAS: Final = 1.51
# Streets are looked for within so many standard deviations, and at least so many metres (guess).
_RADIUS_SIGMAS: Final = 4.0
_RADIUS_M: Final = (40.0, 200.0)
_STREETS: Final = 16
# A heading's error, and the most that one may count against a street (guesses).
_HEADING_SIGMA_DEG: Final = 25.0
_HEADING_MOST: Final = 8.0
_MOVING_KPH: Final = 5.0
# How unlikely it is, at each fix, to be driving against a one-way: e to the minus this (guess).
_AGAINST: Final = 1.0
# Fixes nearer to the last one than this many standard deviations say nothing new (Newson & Krumm: 2).
_NEW_SIGMAS: Final = 2.0
# ... and so do those that come sooner than one could drive that far at this speed: they are errors (guess).
_NEW_MPS: Final = 10.0
# Turning round in the middle of a street counts as so many metres (guess).
_TURN_ROUND_M: Final = 60.0
# A way may take this many times the seconds between two fixes, and a long wait at a signal besides (guess).
_TIMES: Final = 2.0
_SLACK_S: Final = 20.0
# A way that is longer than the fixes are apart by this is none (Newson & Krumm: 2,000 m).
_DETOUR_M: Final = 2000.0
# No fix for so long and the trace breaks (Newson & Krumm: 180 s; ours stand longer in tunnels and at gates: guess).
_GAP_S: Final = 300.0
# So many fixes in a row may be outliers (guess).
_OUTLIERS: Final = 3
# States less likely than the best by more than e to this are given up (guess).
_BEAM: Final = 30.0


def beta_m(elapsed_s: float, sigma_m: float) -> float:
    """
    Scale of the difference between a way's length and the distance between its fixes, in metres.

    Fitted by eye to Newson & Krumm's estimator (median / ln 2) over random drives of this city, 1 to 60 s apart, with
    errors of 5 to 20 m (`benchmarks/matching.py`): up to 30 s the estimator lies between this and two fifths less; at
    60 s it varies with the drives, from this to twice as much. Those drives are our own fastest ways, not people's.
    """
    return 1.0 + 0.3 * elapsed_s + 1.2 * sigma_m


@dataclass(frozen=True)
class _States:
    """What a fix may be: arcs, shares of their length, and the logarithm of how likely each is by the fix alone."""

    fix: int
    arc: IntArray
    share: FloatArray
    log_p: FloatArray


@dataclass(frozen=True)
class _Step:
    """A fix in a piece, and the arcs between the states of the one before and its own, where there are some."""

    states: _States
    column: Column
    ways: dict[tuple[int, int], IntArray]


class Matcher:
    """Matches traces for one profile; thread-safe."""

    def __init__(self, graph: RoadGraph, streets: Streets, snapper: Snapper, weighing: Weighing) -> None:
        self._graph, self._streets, self._snapper, self._weighing = graph, streets, snapper, weighing
        self._extra = _states_of_arcs(graph)

    def match(self, trace: Trace) -> Match:
        """See `Match`; a trace without fixes has no pieces."""
        sigma_m = _sigmas(trace.accuracy_m)
        status = [FixStatus.STANDING] * len(trace)
        states = deque(self._states(trace, sigma_m, status))
        pieces: list[list[_Step]] = []
        while states:
            pieces.append(self._piece(trace, sigma_m, states, status))
        return self._finish(trace, status, pieces)

    def _states(self, trace: Trace, sigma_m: FloatArray, status: list[FixStatus]) -> list[_States]:
        """The states of every fix that says something new and has a street."""
        rows = _that_say_something(trace, sigma_m)
        found = []
        for row in rows:
            radius = float(np.clip(_RADIUS_SIGMAS * sigma_m[row], *_RADIUS_M))
            places = self._snapper.candidates(trace.points[row : row + 1], _STREETS, radius).places
            weights = self._weighing.weights
            arc = np.concatenate([2 * places.edge, 2 * places.edge + 1])
            share = np.concatenate([places.share, 1 - places.share])
            log_p = np.tile(-0.5 * (places.distance_m / sigma_m[row]) ** 2, 2)
            log_p -= np.where(weights.against[arc], _AGAINST, 0.0) + self._off_heading(trace, row, arc, share)
            open_ = weights.open[arc]
            if not open_.any():
                status[row] = FixStatus.NO_STREET
                continue
            status[row] = FixStatus.MATCHED
            found.append(_States(row, arc[open_], share[open_], log_p[open_]))
        return found

    def _off_heading(self, trace: Trace, row: int, arc: IntArray, share: FloatArray) -> FloatArray:
        """How much a fix's heading speaks against each arc; nothing when it stands or has none."""
        heading, kph = trace.headings_deg[row], trace.speeds_kph[row]
        if not np.isfinite(heading) or kph < _MOVING_KPH:
            return np.zeros(len(arc))
        off = np.abs((self._streets.direction_deg(arc, share) - heading + 180.0) % 360.0 - 180.0)
        return np.asarray(np.minimum(0.5 * (off / _HEADING_SIGMA_DEG) ** 2, _HEADING_MOST), dtype=np.float64)

    def _piece(self, trace: Trace, sigma_m: FloatArray, states: deque[_States], status: list[FixStatus]) -> list[_Step]:
        """Take fixes while they can be joined; those that cannot, but are soon followed by one that can, fall out."""
        first = states.popleft()
        steps = [_Step(first, first_column(first.log_p), {})]
        waiting: list[_States] = []
        while states:
            following = states.popleft()
            step = self._step(trace, sigma_m, steps[-1], following)
            if step is not None:
                steps.append(step)
                for outlier in waiting:
                    status[outlier.fix] = FixStatus.OUTLIER
                waiting = []
                continue
            waiting.append(following)
            apart_s = trace.at_s[following.fix] - trace.at_s[steps[-1].states.fix]
            if len(waiting) > _OUTLIERS or apart_s > _GAP_S:
                break
        states.extendleft(reversed(waiting))
        return steps

    def _step(self, trace: Trace, sigma_m: FloatArray, last: _Step, following: _States) -> _Step | None:
        """One step of Viterbi's algorithm; `None` when no way leads there in the time there was."""
        here, there = last.states.fix, following.fix
        elapsed_s = float(trace.at_s[there] - trace.at_s[here])
        if elapsed_s > _GAP_S:
            return None
        apart_m = float(distance_m(*trace.points[here], *trace.points[there]))
        sigma = float(max(sigma_m[here], sigma_m[there]))
        most_s = _TIMES * elapsed_s + _SLACK_S
        # The likely states first; all of them before the fix is given up.
        for beam in (_BEAM, np.inf):
            alive = last.column.best >= last.column.best.max() - beam
            way_m, ways = self._ways(last.states, following, alive, most_s)
            way_m[way_m > apart_m + _DETOUR_M] = np.inf
            log_step = -np.abs(way_m - apart_m) / beta_m(elapsed_s, sigma)
            back_m = self._back_m(last.states, following)
            slipped = (back_m > 0) & (back_m <= 2 * _RADIUS_SIGMAS * sigma) & alive[:, None]
            log_step[slipped] = -((back_m[slipped] / (2 * sigma)) ** 2)
            column = next_column(last.column, log_step, following.log_p)
            if column is not None:
                return _Step(following, column, ways)
        return None

    def _back_m(self, here: _States, there: _States) -> FloatArray:
        """Metres that a state lies behind another on its arc: nobody drives backwards, but errors along the way do."""
        behind = (here.share[:, None] - there.share) * self._graph.arc_length_m[here.arc][:, None]
        return np.where(here.arc[:, None] == there.arc, behind, 0.0)

    def _ways(
        self, here: _States, there: _States, alive: NDArray[np.bool_], most_s: float
    ) -> tuple[FloatArray, dict[tuple[int, int], IntArray]]:
        """Metres from state to state (inf: no way), and the arcs between them where there are some."""
        length_m = self._graph.arc_length_m
        metres = np.full((len(here.arc), len(there.arc)), np.inf)
        rest_m, into_m = (1 - here.share) * length_m[here.arc], there.share * length_m[there.arc]
        ahead_m = (there.share[None, :] - here.share[:, None]) * length_m[here.arc][:, None]
        same = (here.arc[:, None] == there.arc) & alive[:, None]
        metres[same & (ahead_m >= 0)] = ahead_m[same & (ahead_m >= 0)]
        turned = (here.arc[:, None] == there.arc ^ 1) & alive[:, None]
        turned_m = np.abs(1 - there.share[None, :] - here.share[:, None]) * length_m[here.arc][:, None]
        metres[turned] = turned_m[turned] + _TURN_ROUND_M
        pairs = np.argwhere(~same & alive[:, None])
        ways: dict[tuple[int, int], IntArray] = {}
        for (row, column), path in zip(pairs.tolist(), self._paths(here, there, pairs, most_s), strict=True):
            if path is not None:
                way_m = float(rest_m[row] + length_m[path].sum() + into_m[column])
                if way_m < metres[row, column]:
                    metres[row, column], ways[row, column] = way_m, path
        return metres, ways

    def _paths(self, here: _States, there: _States, pairs: NDArray[np.int64], most_s: float) -> list[IntArray | None]:
        """For each pair the arcs between the end of its one arc and the start of its other, when that is in time."""
        network, graph = self._weighing.network, self._graph
        with self._weighing.in_force() as now:
            rest_ms = (1 - here.share) * now.drive_ms[here.arc]
            if network.has_turns:
                start = here.arc
                ends = [self._extra.get(arc, [(arc, 0)]) for arc in there.arc.tolist()]
                into_ms = (there.share - 1) * now.drive_ms[there.arc]
            else:
                start = graph.arc_head[here.arc]
                ends = [[(node, 0)] for node in graph.arc_tail[there.arc].tolist()]
                into_ms = there.share * now.drive_ms[there.arc]
            across_ms = now.metric.times_to_each(start.tolist(), ends).T
            in_time = rest_ms[:, None] + across_ms + into_ms <= most_s * 1000
            wanted = [(row, column) for row, column in pairs.tolist() if in_time[row, column]]
            found = dict(
                zip(
                    wanted,
                    now.metric.find_paths([([(int(start[row]), 0)], ends[column]) for row, column in wanted]),
                    strict=True,
                )
            )
        return [self._between(found.get((row, column))) for row, column in pairs.tolist()]

    def _between(self, path: Path | None) -> IntArray | None:
        return None if path is None else self._weighing.network.whole_arcs(path)

    def _finish(self, trace: Trace, status: list[FixStatus], steps: list[list[_Step]]) -> Match:
        count = len(trace)
        arc = np.full(count, -1, dtype=np.int32)
        share, confidence = np.full(count, np.nan), np.zeros(count)
        pieces = []
        for piece in steps:
            if len(piece) == 1 and len(steps) > 1:
                status[piece[0].states.fix] = FixStatus.OUTLIER
                continue
            columns = [step.column for step in piece]
            chosen = likeliest(columns)
            for step, state, sure in zip(piece, chosen, posterior(columns), strict=True):
                fix = step.states.fix
                arc[fix], share[fix], confidence[fix] = step.states.arc[state], step.states.share[state], sure[state]
            pieces.append(self._make_piece(piece, chosen))
        _stand(status, arc, share, confidence)
        points = np.full((count, 2), np.nan)
        on = np.flatnonzero(arc >= 0)
        from_tail = np.where(arc[on] & 1, 1 - share[on], share[on])
        points[on] = self._streets.point_at(arc[on] >> 1, from_tail)
        return Match(trace, tuple(status), arc, share, points, confidence, tuple(pieces), self._graph.arc_length_m)

    def _make_piece(self, steps: list[_Step], chosen: list[int]) -> Piece:
        legs: list[tuple[int, float, float]] = []
        driven = []
        first = steps[0].states
        legs.append((int(first.arc[chosen[0]]), float(first.share[chosen[0]]), float(first.share[chosen[0]])))
        for index in range(1, len(steps)):
            here, there = steps[index - 1].states, steps[index].states
            row, column = chosen[index - 1], chosen[index]
            between = steps[index].ways.get((row, column))
            parts = _parts(legs, int(there.arc[column]), float(there.share[column]), between)
            arcs, starts, ends = zip(*parts, strict=True)
            driven.append(Driven(here.fix, there.fix, np.array(arcs, np.int32), np.array(starts), np.array(ends)))
        route = self._route(legs)
        arcs_driven = tuple(arc for arc, start, end in legs if end > start)
        return Piece(np.array([step.states.fix for step in steps]), tuple(driven), arcs_driven, route)

    def _route(self, legs: list[tuple[int, float, float]]) -> Route | None:
        weights = self._weighing.weights
        builder = RouteBuilder(self._graph, weights, np.zeros(0, dtype=np.int64))
        moved = [leg for leg in legs if leg[2] > leg[1]]
        for arc, start, end in moved:
            builder.add_leg(Leg(arc, start, end, round((end - start) * int(weights.drive_ms[arc])), 0))
        return builder.finish((0.0, 0.0)) if moved else None


def _parts(
    legs: list[tuple[int, float, float]], arc: int, share: float, between: IntArray | None
) -> list[tuple[int, float, float]]:
    """Drive on from the last of the legs to a place on an arc, adding to them: the parts driven (arc, from, to)."""
    here, begun, at = legs.pop()
    if between is not None:
        new = [(here, at, 1.0), *((whole, 0.0, 1.0) for whole in between.tolist()), (arc, 0.0, share)]
    elif arc == here:
        new = [(here, at, max(at, share))]
    else:
        turned = max(at, 1 - share)
        new = [(here, at, turned), (arc, 1 - turned, share)]
    legs += [(here, begun, new[0][2]), *new[1:]]
    return new


def _sigmas(accuracy_m: FloatArray) -> FloatArray:
    known = np.where(np.isfinite(accuracy_m), accuracy_m / _ACCURACY_SIGMAS, _SIGMA_M)
    return np.asarray(np.maximum(known, _LEAST_SIGMA_M), dtype=np.float64)


def _that_say_something(trace: Trace, sigma_m: FloatArray) -> list[int]:
    """The first fix, the last, and those in between that lie apart from the one taken before."""
    if not len(trace):
        return []
    rows = [0]
    for row in range(1, len(trace)):
        apart_m = float(distance_m(*trace.points[rows[-1]], *trace.points[row]))
        new_m = _NEW_SIGMAS * sigma_m[row]
        soon = trace.at_s[row] - trace.at_s[rows[-1]] < new_m / _NEW_MPS
        if (apart_m >= new_m and not soon) or row == len(trace) - 1:
            rows.append(row)
    return rows


def _stand(status: list[FixStatus], arc: IntArray, share: FloatArray, confidence: FloatArray) -> None:
    """Fixes that say nothing new share what became of the one before."""
    for row in range(1, len(status)):
        if status[row] == FixStatus.STANDING:
            arc[row], share[row], confidence[row] = arc[row - 1], share[row - 1], confidence[row - 1]
            if arc[row] < 0:
                status[row] = status[row - 1]


def _states_of_arcs(graph: RoadGraph) -> dict[int, list[tuple[int, int]]]:
    """The states of those arcs that have several, ready to be travelled to."""
    found: dict[int, list[tuple[int, int]]] = {}
    for state, arc in enumerate(graph.turns.state_arc[graph.arcs :].tolist(), start=graph.arcs):
        found.setdefault(arc, [(arc, 0)]).append((state, 0))
    return found
