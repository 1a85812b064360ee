"""
A line drawn along streets → the arcs it runs along.

The line is sampled every few metres; each sample votes for the nearest street that runs the same way, and a street
piece is taken when it has the votes of half of its length, or of half of a line that is shorter than it. Weakness: of
two streets side by side within the reach of a careless hand, the nearer is taken.
"""

from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.errors import UnknownRoadError
from routing.graph import BoolArray, FloatArray, RoadGraph
from routing.nearest import Nearest
from routing.streets import Streets

# Farther than this from a street, a point or a line is not on it: half of a wide road and an honest hand (guess).
REACH_M: Final = 30.0
_STEP_M: Final = 2.0
_MOST_SAMPLES: Final = 20_000
# A street that bends away from the line by more is another street (guess).
_LINE_WITHIN: Final = float(np.cos(np.radians(30.0)))
# The heading of a moving vehicle is rougher than a drawn line (guess).
_HEADING_WITHIN: Final = float(np.cos(np.radians(45.0)))
# A line of which less lies on streets is no line along streets (guess).
_LEAST_ON_STREETS: Final = 0.5

Indices = NDArray[np.int64]


class _Near(NamedTuple):
    """Pairs of a sample and a street piece near it, the nearest first for each sample."""

    sample: Indices
    edge: Indices
    # Cosine of the angle between the line's direction and the piece's.
    cosine: FloatArray


class StreetIndex:
    """Segments of all streets that are driven on, by place. Footways are left out: traffic is not on them."""

    def __init__(self, graph: RoadGraph, streets: Streets, driven: BoolArray) -> None:
        self._graph, self._streets = graph, streets
        self._driven = driven[streets.segment_edge]
        self._nearest = Nearest(streets, self._driven)
        ahead = streets.xy[streets.segment_start + 1] - streets.xy[streets.segment_start]
        length = np.hypot(ahead[:, 0], ahead[:, 1])
        self._unit = np.divide(ahead, length[:, None], out=np.zeros_like(ahead), where=length[:, None] > 0)
        oneway = graph.oneway[graph.edge_way]
        self._open_ahead, self._open_back = oneway >= 0, oneway <= 0

    def arcs_along(self, line: FloatArray, *, one_way: bool) -> Indices:
        """
        The arcs along a line of (n, 2) lon, lat: those that may be driven its way, or all of the pieces along it.

        With all of them, the other carriageway of a divided road is found too. Raises `UnknownRoadError`.
        """
        xy = self._streets.flat.to_metres(line[:, 0], line[:, 1])
        samples, directions, length_m = _sample(xy)
        near = self._near(samples, directions)
        runs_along = np.abs(near.cosine) >= _LINE_WITHIN
        on = self._pick(near, runs_along)
        if one_way and len(on.sample):
            on = self._its_way(near, on, runs_along)
        if len(on.sample) < _LEAST_ON_STREETS * len(samples):
            raise UnknownRoadError(self._why_not(samples, near, runs_along, one_way))
        votes = np.bincount(on.edge, minlength=self._graph.edges)
        if not one_way:
            beside = self._other_carriageway(near, on)
            votes += np.bincount(beside.edge, minlength=self._graph.edges)
        voted = np.flatnonzero(votes)
        enough = np.minimum(self._graph.edge_length_m[voted], length_m) / 2
        taken = voted[votes[voted] * (length_m / len(samples)) >= enough]
        if one_way:
            ahead = np.bincount(on.edge, weights=np.sign(on.cosine), minlength=self._graph.edges)
            return 2 * taken + (ahead[taken] < 0)
        return both_arcs(taken)

    def arcs_at(self, lon: float, lat: float, heading_deg: float | None) -> Indices:
        """Both arcs of the piece nearest to a point, or the one arc that leads towards a heading there."""
        xy = self._streets.flat.to_metres(np.array([lon]), np.array([lat]))
        angle = np.radians(0.0 if heading_deg is None else heading_deg)
        near = self._near(xy, np.array([[np.sin(angle), np.cos(angle)]]))
        if not len(near.edge):
            raise UnknownRoadError(
                f"({lon}, {lat}) lies {self._farthest_m(xy):,.0f} m from the nearest street; "
                f"send a point within {REACH_M:.0f} m of one"
            )
        if heading_deg is None:
            return both_arcs(near.edge[:1])
        leads = (np.abs(near.cosine) >= _HEADING_WITHIN) & self._may_go(near)
        if not leads.any():
            raise UnknownRoadError(
                f"no street within {REACH_M:.0f} m of ({lon}, {lat}) leads towards {heading_deg:.0f}°; "
                "leave heading_deg out, or send a way_id"
            )
        first = int(np.argmax(leads))
        return near.edge[[first]] * 2 + (near.cosine[[first]] < 0)

    def _near(self, samples: FloatArray, directions: FloatArray) -> _Near:
        near = self._streets.near(samples, REACH_M, self._driven)
        order = np.lexsort((near.segment, near.distance_m, near.point))
        sample, segment = near.point[order], near.segment[order]
        cosine = (directions[sample] * self._unit[segment]).sum(axis=1)
        return _Near(sample, self._streets.segment_edge[segment].astype(np.int64), cosine)

    def _may_go(self, near: _Near) -> BoolArray:
        """Whether one-way signs let traffic go the sample's way along the piece."""
        return np.where(near.cosine >= 0, self._open_ahead[near.edge], self._open_back[near.edge])

    @staticmethod
    def _pick(near: _Near, wanted: BoolArray) -> _Near:
        """The first wanted pair of each sample."""
        rows = np.flatnonzero(wanted)
        _, first = np.unique(near.sample[rows], return_index=True)
        rows = rows[first]
        return _Near(near.sample[rows], near.edge[rows], near.cosine[rows])

    def _its_way(self, near: _Near, on: _Near, runs_along: BoolArray) -> _Near:
        """The nearest piece that may be driven the sample's way: of the street it is on, else of any."""
        wanted = runs_along & self._may_go(near)
        its_own = self._pick(near, wanted & self._beside(near, on)[0])
        other = self._pick(near, wanted & ~np.isin(near.sample, its_own.sample))
        return _Near(*(np.concatenate(columns) for columns in zip(its_own, other, strict=True)))

    def _other_carriageway(self, near: _Near, on: _Near) -> _Near:
        """For samples on a one-way piece: the nearest one-way piece of the same street that leads back."""
        is_same, goes = self._beside(near, on)
        theirs = near.cosine * self._graph.oneway[self._graph.edge_way[near.edge]]
        return self._pick(near, is_same & (goes * theirs <= -_LINE_WITHIN))

    def _beside(self, near: _Near, on: _Near) -> tuple[BoolArray, FloatArray]:
        """
        Whether a piece near a sample is of the same street (by name and class) as the piece that the sample is on, and
        whether traffic on that goes with the line (1), against it (-1) or both ways (0).
        """
        graph, way = self._graph, self._graph.edge_way
        row = np.searchsorted(on.sample, near.sample).clip(max=len(on.sample) - 1)
        is_on = on.sample[row] == near.sample
        own, other = way[on.edge[row]], way[near.edge]
        is_same = (graph.way_name[own] == graph.way_name[other]) & (graph.way_class[own] == graph.way_class[other])
        return is_on & is_same, np.sign(on.cosine[row]) * graph.oneway[own]

    def _why_not(self, samples: FloatArray, near: _Near, runs_along: BoolArray, one_way: bool) -> str:
        if len(np.unique(near.sample[runs_along])) >= _LEAST_ON_STREETS * len(samples) and one_way:
            return "the streets along the line are one-way against it; turn the line round, or send direction both"
        if len(np.unique(near.sample)) >= _LEAST_ON_STREETS * len(samples):
            return f"no street within {REACH_M:.0f} m runs the way of the line; draw it along a street"
        return (
            f"the line lies on no street: it is up to {self._farthest_m(samples):,.0f} m from the nearest; "
            f"draw it within {REACH_M:.0f} m of a street"
        )

    def _farthest_m(self, samples: FloatArray) -> float:
        return float(self._nearest.find(samples).distance_m.max())


def both_arcs(edges: Indices) -> Indices:
    """The arcs of some edges, both ways."""
    arcs: Indices = (2 * np.asarray(edges, dtype=np.int64)[:, None] + np.array([0, 1])).ravel()
    return arcs


def _sample(xy: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Points evenly along a line, the line's direction at each as a unit vector, and its length in metres."""
    steps = np.diff(xy, axis=0)
    step_m = np.hypot(steps[:, 0], steps[:, 1])
    steps, step_m = steps[step_m > 0], step_m[step_m > 0]
    travelled = np.cumsum(step_m)
    length_m = float(travelled[-1])
    count = int(np.clip(np.ceil(length_m / _STEP_M), 1, _MOST_SAMPLES))
    at_m = (np.arange(count) + 0.5) * length_m / count
    samples = shapely.get_coordinates(shapely.line_interpolate_point(shapely.linestrings(xy), at_m))
    leg = np.searchsorted(travelled, at_m, side="right")
    return samples, steps[leg] / step_m[leg][:, None], length_m
