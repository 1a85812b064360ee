"""
Point → place on an edge: the nearest street that a profile can use, or the one a moving vehicle is driving along.

The nearest street is also the one on the right side: a point beside a divided road lies nearest to the carriageway on
its side, and a two-way street drawn as one line is reached from either direction. On which kerb of it a house stands is
not looked at: no source of ours says which wide streets cannot be crossed.
"""

from collections import OrderedDict
from dataclasses import dataclass, fields
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.graph import BoolArray, FloatArray, IntArray
from routing.nearest import Nearest
from routing.streets import Near, Streets, join_near
from routing.weights import Weights

# So near to a junction a place is at the junction: it may leave by any of its streets.
_AT_JUNCTION_M: Final = 0.5
_REMEMBERED: Final = 50_000
# A point is on a street that leads nowhere when that is nearer by more than this than one that leads on (guess).
_CLEARLY_M: Final = 20.0
# ... and no further away than a front yard is deep (guess, as in `off_road`).
_BESIDE_M: Final = 100.0
# A vehicle drives along a street whose direction differs from its heading by no more than this (guess).
_FACING_DEG: Final = 60.0
# Below this speed a receiver's heading is noise (guess).
_MOVING_KPH: Final = 5.0
# A street that faces right is looked for so much further away than the nearest one (guess: twice a receiver's error).
_FACING_M: Final = 30.0
# Driving against a one-way is believed when that street is nearer by this than a lawful one (guess: a divided road).
_AGAINST_M: Final = 25.0
# Further away than this no street has a say in what a point is near.
_FAR_M: Final = 640.0
# The share of an edge that stands for its very end without being the junction there.
_END: Final = 1e-9


@dataclass(frozen=True)
class Places:
    """
    Where points lie: edge, share of its length from the tail (0–1), and metres from the point to the street.

    `facing` is 1 for a vehicle driving the edge from its tail, −1 from its head, 0 where either way is open: only
    leaving takes notice of it. `stranded` points lie on a street that leads nowhere; the edge is the nearest that
    leads on, and what lies between is no road of ours. `node` is the junction of a place at one, −1 inside an edge.
    """

    edge: IntArray
    share: FloatArray
    distance_m: FloatArray
    facing: NDArray[np.int8]
    stranded: BoolArray
    node: IntArray

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, index: slice | NDArray[np.int64] | BoolArray) -> "Places":
        return Places(*(getattr(self, column.name)[index] for column in fields(self)))


@dataclass(frozen=True)
class Candidates:
    """
    Several places a point, the nearest first: `start[p]:start[p + 1]` are those of point `p`.

    Each is on another edge; a point with no street within the radius has none.
    """

    start: NDArray[np.int64]
    places: Places


class Snapper:
    """The streets of one profile; thread-safe; remembers the places of the points last asked for together."""

    def __init__(self, streets: Streets, weights: Weights) -> None:
        self._streets, self._weights = streets, weights
        edge = streets.segment_edge
        is_open = _either_way(weights.open)[edge]
        is_isolated = _either_way(weights.isolated)[edge] & ~is_open
        self._open, self._all = Nearest(streets, is_open), Nearest(streets, np.ones(len(edge), dtype=np.bool_))
        self._isolated = Nearest(streets, is_isolated) if is_isolated.any() else None
        self._open.prepare()
        self._seen: OrderedDict[bytes, Places] = OrderedDict()
        self._points_seen = 0
        self._lock = Lock()

    def snap(self, points: FloatArray) -> Places:
        """The nearest places of (n, 2) lon, lat points, in their order, however far away; not to be written to."""
        places = self._known(points)
        if places is None:
            places = self._nearest_places(points)
            self._remember(points, places)
        return places

    def snap_both(self, points: FloatArray, others: FloatArray) -> tuple[Places, Places]:
        """As `snap`, both at a time: looking for few streets takes half as long as looking for many (measured)."""
        if self._known(points) is None and self._known(others) is None:
            places = self._nearest_places(np.concatenate([points, others]))
            self._remember(points, places[: len(points)])
            self._remember(others, places[len(points) :])
        return self.snap(points), self.snap(others)

    def snap_moving(self, points: FloatArray, headings_deg: FloatArray, speeds_kph: FloatArray) -> Places:
        """
        As `snap`; those that move lie on the nearest street that leads where they are heading, and face along it.

        Headings are degrees clockwise from north, not finite where unknown; so are speeds. Whoever is slower than
        5 km/h, or heads more than 60° away from all streets that are nearly as near as the nearest, is snapped as if
        standing. Of a divided road it is the carriageway in its direction, unless the other one is far nearer: sirens
        may drive there.
        """
        places = self.snap(points)
        moving = np.isfinite(headings_deg) & ~(speeds_kph < _MOVING_KPH)
        rows = np.flatnonzero(moving & (places.distance_m <= _FAR_M))
        if not len(rows):
            return places
        xy = self._streets.flat.to_metres(points[rows, 0], points[rows, 1])
        nearest_m = places.distance_m[rows]
        near = self._streets.near(xy, float(nearest_m.max()) + _FACING_M, self._open.wanted)
        near = near[near.distance_m <= nearest_m[near.point] + _FACING_M]
        point, pair, facing, cost_m = self._along(near, headings_deg[rows])
        order = np.lexsort((cost_m, point))
        first = order[np.append(True, np.diff(point[order]) != 0)] if len(order) else order
        driven = self._places(near[pair[first]])
        at = rows[point[first]]
        columns = {column.name: getattr(places, column.name).copy() for column in fields(Places)}
        for name in ("edge", "distance_m", "stranded"):
            columns[name][at] = getattr(driven, name)
        columns["share"][at] = np.clip(driven.share, _END, 1 - _END)
        columns["facing"][at] = facing[first]
        columns["node"][at] = -1
        return Places(**columns)

    def candidates(self, points: FloatArray, count: int, radius_m: float) -> Candidates:
        """Up to `count` edges a point, each at its nearest place, none further away than the radius."""
        xy = self._streets.flat.to_metres(points[:, 0], points[:, 1])
        near = self._streets.near(xy, radius_m, self._open.wanted)
        edge = self._streets.segment_edge[near.segment]
        order = np.lexsort((near.segment, near.distance_m, edge, near.point))
        near, edge = near[order], edge[order]
        another = np.append(True, (np.diff(edge) != 0) | (np.diff(near.point) != 0))[: len(edge)]
        near = near[np.flatnonzero(another)]
        near = near[np.lexsort((near.distance_m, near.point))]
        found = np.bincount(near.point, minlength=len(points))
        rank = np.arange(len(near.point)) - np.repeat(np.cumsum(found) - found, found)
        near = near[np.flatnonzero(rank < count)]
        start = np.concatenate([[0], np.cumsum(np.minimum(found, count))])
        return Candidates(start.astype(np.int64), self._places(near))

    def nearest_edge(self, points: FloatArray, *, drivable: bool) -> tuple[IntArray, FloatArray]:
        """
        The nearest edge of the map, whoever may use it, and metres to it; −1 and inf beyond 640 m.

        `drivable` ones are those that the profile could drive, even if they lead nowhere.
        """
        edge = np.full(len(points), -1, dtype=np.int32)
        distance = np.full(len(points), np.inf)
        xy = self._streets.flat.to_metres(points[:, 0], points[:, 1])
        near = (self._open if drivable else self._all).find(xy)
        if drivable and self._isolated is not None:
            alone = self._isolated.find(xy)
            near = join_near([near, alone])[np.arange(len(xy)) + len(xy) * (alone.distance_m < near.distance_m)]
        near = near[near.distance_m <= _FAR_M]
        edge[near.point], distance[near.point] = self._streets.segment_edge[near.segment], near.distance_m
        return edge, distance

    def _known(self, points: FloatArray) -> Places | None:
        key = points.tobytes()
        with self._lock:
            places = self._seen.get(key)
            if places is not None:
                self._seen.move_to_end(key)
            return places

    def _remember(self, points: FloatArray, places: Places) -> None:
        """Whoever asks for the same points again is given the same arrays: nobody may write to them."""
        key = points.tobytes()
        for column in fields(places):
            getattr(places, column.name).flags.writeable = False
        with self._lock:
            self._points_seen += len(places) if key not in self._seen else 0
            self._seen[key] = places
            while self._points_seen > _REMEMBERED:
                self._points_seen -= len(self._seen.popitem(last=False)[1])

    def _nearest_places(self, points: FloatArray) -> Places:
        xy = self._streets.flat.to_metres(points[:, 0], points[:, 1])
        near = self._open.find(xy)
        stranded = np.zeros(len(points), dtype=np.bool_)
        rows = np.flatnonzero(near.distance_m > _CLEARLY_M)
        if len(rows) and self._isolated is not None:
            stranded[rows] = near.distance_m[rows] - self._isolated.metres(xy[rows], _BESIDE_M) > _CLEARLY_M
        return self._places(near, stranded)

    def _places(self, near: Near, stranded: BoolArray | None = None) -> Places:
        """One place a row; so near to the end of an edge that it is there, at the end."""
        edge, along = self._streets.segment_edge[near.segment], self._streets.along_m(near)
        length = self._streets.length_m(edge)
        share = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
        share[along < _AT_JUNCTION_M] = 0.0
        share[(along > length - _AT_JUNCTION_M) & (share > 0)] = 1.0
        nobody = np.zeros(len(edge), dtype=np.bool_)
        facing = np.zeros(len(edge), dtype=np.int8)
        stranded = nobody if stranded is None else stranded
        return Places(edge, share, near.distance_m, facing, stranded, self._streets.junction(edge, share))

    def _along(
        self, near: Near, headings_deg: FloatArray
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8], FloatArray]:
        """Ways of driving along segments near points: point, row of `near`, direction, and metres to go by."""
        bearing = self._streets.bearing_deg(near.segment)
        off = np.abs((headings_deg[near.point] - bearing + 180.0) % 360.0 - 180.0)
        rows = np.arange(len(near.point))
        pair = np.concatenate([rows[off <= _FACING_DEG], rows[off >= 180.0 - _FACING_DEG]])
        facing = np.where(off[pair] <= _FACING_DEG, 1, -1).astype(np.int8)
        arc = 2 * self._streets.segment_edge[near.segment[pair]] + (facing < 0)
        drivable = self._weights.open[arc]
        pair, facing, arc = pair[drivable], facing[drivable], arc[drivable]
        cost_m = near.distance_m[pair] + np.where(self._weights.against[arc], _AGAINST_M, 0.0)
        return near.point[pair], pair, facing, cost_m


def _either_way(arcs: BoolArray) -> BoolArray:
    """By edge, whether one of its arcs is meant."""
    return np.asarray(arcs[0::2] | arcs[1::2])
