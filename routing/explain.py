"""What was made of each point: on which kind of ground it lies, and what that means for its journeys."""

from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing import off_road
from routing.graph import BoolArray, FloatArray, RoadGraph
from routing.points import PointKind, PointNote, Snapped
from routing.snap import Snapper
from routing.weights import Weights

# A street closed to the profile is told of when it is nearer by more than this than an open one (guess).
_CLEARLY_M: Final = 20.0
# The map ends so far beyond its outermost street (guess: as far as our roads have a say).
_MARGIN_DEG: Final = off_road.FAR_M / 111_000


class Explainer:
    """Says what one profile's journeys assume of points. Thread-safe."""

    def __init__(self, graph: RoadGraph, snapper: Snapper, weights: Weights) -> None:
        self._graph, self._snapper, self._weights = graph, snapper, weights

    def notes(self, snapped: Snapped) -> list[PointNote]:
        """One note a row asked for, in order."""
        kinds = self._kinds(snapped)
        metres = snapped.places.distance_m.tolist()
        kept = {
            row: PointNote(kind, metre) for row, kind, metre in zip(snapped.rows.tolist(), kinds, metres, strict=True)
        }
        notes = {**kept, **snapped.refused}
        return [notes[row] for row in range(snapped.asked)]

    def _kinds(self, snapped: Snapped) -> list[PointKind]:
        """Of the rows that are answered for; what is said last goes before what is said first."""
        places, points = snapped.places, snapped.points
        kinds = np.full(len(places), PointKind.ON_ROAD, dtype=np.object_)
        _, nearest_m = self._snapper.nearest_edge(points, drivable=False)
        kinds[nearest_m + _CLEARLY_M < places.distance_m] = PointKind.NOT_FOR_PROFILE
        kinds[off_road.is_off(places)] = PointKind.OFF_ROAD
        kinds[self._on_island[places.edge]] = PointKind.ISLAND
        kinds[places.stranded] = PointKind.ISOLATED_STREET
        far = off_road.is_far(places)
        kinds[far] = PointKind.FAR
        kinds[far & self._outside(points)] = PointKind.OUTSIDE
        return list(kinds)

    def _outside(self, points: FloatArray) -> BoolArray:
        west, south, east, north = self._graph.bbox
        low, high = (west - _MARGIN_DEG, south - _MARGIN_DEG), (east + _MARGIN_DEG, north + _MARGIN_DEG)
        return np.asarray(((points < low) | (points > high)).any(axis=1))

    @cached_property
    def _on_island(self) -> BoolArray:
        """By edge, whether it can be driven but hangs together with another network than the largest."""
        graph = self._graph
        usable = self._weights.open[0::2] | self._weights.open[1::2]
        ends = (graph.edge_tail[usable], graph.edge_head[usable])
        links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(graph.nodes, graph.nodes))
        label = connected_components(links, directed=False)[1][graph.edge_tail]
        largest = np.bincount(label[usable]).argmax()
        return np.asarray(usable & (label != largest))
