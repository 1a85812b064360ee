"""
What becomes of every stroke of the old map and every way of the layer: kept, replaced, taken, or left out as known.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from routing.graph import distance_m
from routing.overlay.draft import Draft
from routing.overlay.layer import Layer
from routing.overlay.same_road import REACH_M, Likeness, find_covered, find_known
from routing.overlay.strokes import BoolArray, Strokes, find_alongside, strokes_of
from routing.roads import CLASS_INDEX, Roads

# Covered runs shorter than this are not worth two joints (guess).
_SLIVER_M: Final = 15.0
# Ferries whose landings are this near to each other are one (guess).
_LANDING_M: Final = 400.0
_FERRY: Final = CLASS_INDEX["ferry"]


@dataclass
class Fate:
    """
    `gone[s]`: the old stroke s is replaced, by the ways of the layer in `shown_by[s]`. `taken[w]`: way w of the layer
    is laid over. `known_as[w]`: the old strokes that show a way that is not taken.
    """

    old: Strokes
    new: Strokes
    gone: BoolArray
    taken: BoolArray
    shown_by: dict[int, set[int]]
    known_as: dict[int, set[int]]


def decide_fate(old: Roads, layer: Layer, draft: Draft) -> Fate:
    """Compare both maps."""
    new = layer.roads
    old_strokes, new_strokes = strokes_of(old), strokes_of(new)
    taken = np.ones(new.ways, dtype=np.bool_)
    known_as: dict[int, set[int]] = defaultdict(set)
    if not layer.by_id:
        near = find_alongside(new_strokes, old_strokes, REACH_M)
        known, ways, strokes = find_known(new, new_strokes, old, old_strokes, near, Likeness(new, old, False))
        for way, stroke in zip(ways.tolist(), strokes.tolist(), strict=True):
            known_as[way].add(stroke)
        taken = ~(known | _known_ferries(new, old))
    part = new_strokes[taken[new_strokes.way]]
    gone, strokes, ways = find_covered(
        old, old_strokes, new, part, find_alongside(old_strokes, part, REACH_M), Likeness(old, new, layer.by_id)
    )
    shown_by: dict[int, set[int]] = defaultdict(set)
    for stroke, way in zip(strokes.tolist(), ways.tolist(), strict=True):
        shown_by[stroke].add(way)
    gone |= _drawn_by_the_same_nodes(draft, old_strokes, part, shown_by)
    gone[list(set().union(*known_as.values()))] = False
    return Fate(old_strokes, new_strokes, _without_slivers(old, old_strokes, gone), taken, shown_by, known_as)


def _drawn_by_the_same_nodes(draft: Draft, old: Strokes, part: Strokes, shown_by: dict[int, set[int]]) -> BoolArray:
    """Old strokes both of whose nodes lie on one way of the layer, whatever else has changed about it."""
    ways_at: dict[int, set[int]] = defaultdict(set)
    for way, tail, head in zip(part.way.tolist(), part.tail.tolist(), part.head.tolist(), strict=True):
        ways_at[draft.first_new + tail].add(way)
        ways_at[draft.first_new + head].add(way)
    same = np.zeros(len(old), dtype=np.bool_)
    for stroke, (tail, head) in enumerate(zip(old.tail.tolist(), old.head.tolist(), strict=True)):
        here = ways_at.get(draft.root(tail))
        there = ways_at.get(draft.root(head)) if here else None
        if here and there and (both := here & there):
            same[stroke] = True
            shown_by[stroke] |= both
    return same


def _without_slivers(old: Roads, strokes: Strokes, gone: BoolArray) -> BoolArray:
    """Short covered bits of ways that stay are kept; short rests of others too, for they may fill gaps."""
    gone = gone.copy()
    length = strokes.length_m
    first = np.searchsorted(strokes.way, np.arange(old.ways + 1))
    mixed = np.flatnonzero(np.diff(np.concatenate([[0], np.cumsum(gone)])[first]) % np.maximum(1, np.diff(first)))
    for way in mixed.tolist():
        here = gone[first[way] : first[way + 1]]
        metres = length[first[way] : first[way + 1]]
        edges = np.flatnonzero(np.diff(here)) + 1
        for run in np.split(np.arange(len(here)), edges):
            if here[run[0]] and metres[run].sum() < _SLIVER_M:
                here[run] = False
    return gone


def _known_ferries(new: Roads, old: Roads) -> BoolArray:
    """Ferries of the layer that cross where an old one does, however either is drawn."""
    known = np.zeros(new.ways, dtype=np.bool_)
    crossings = [_landings(old, way) for way in np.flatnonzero(old.way_class == _FERRY).tolist()]
    for way in np.flatnonzero(new.way_class == _FERRY).tolist():
        here = _landings(new, way)
        known[way] = any(
            max(_apart_m(here[0], there[end]), _apart_m(here[1], there[1 - end])) < _LANDING_M
            for there in crossings
            for end in (0, 1)
        )
    return known


def _landings(roads: Roads, way: int) -> list[tuple[float, float]]:
    ends = roads.way_node[[roads.way_start[way], roads.way_start[way + 1] - 1]]
    return list(zip(roads.lon[ends].tolist(), roads.lat[ends].tolist(), strict=True))


def _apart_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    return float(distance_m(*here, *there))
