"""
Which arcs does a road mean that somebody names by way number, line, area, point or street name?

Pure and thread-safe. What a road means is found anew in every city it is asked of, so that a road told in last year's
map is found in this year's as long as it is still there.
"""

import hashlib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.along import StreetIndex, both_arcs
from routing.errors import UnknownRoadError
from routing.graph import IntArray, RoadGraph
from routing.road_ref import Point, RoadRef, check
from routing.roads import CLASS_INDEX
from routing.streets import Streets

# More streets than this at once are a slip: a whole ward has some 40 km (guess).
MOST_LENGTH_M: Final = 100_000.0
# A street of the name must begin within this distance of the point (guess).
_NAME_WITHIN_M: Final = 500.0
# Pieces of one name so near to each other are one street: carriageways, and gaps at junctions (guess).
_NAME_GAP_M: Final = 60.0
_DECIMALS: Final = 6
# Mappers write the Vietnamese đ and, looking just like it in capitals, the Icelandic ð.
_D: Final = str.maketrans("đð", "dd")

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Located:
    """
    A road found: its arcs, the ways and street names they belong to, the length of its pieces (each counted once), and
    lines to draw, along the direction of travel where only one is meant.
    """

    arcs: IntArray
    way_ids: tuple[int, ...]
    names: tuple[str, ...]
    length_m: float
    lines: tuple[tuple[Point, ...], ...]


class Locator:
    """Roads of one city by everything they can be told by. Takes 0.2 s to make for the whole city."""

    def __init__(self, graph: RoadGraph, streets: Streets) -> None:
        self.graph, self.streets = graph, streets
        self._bbox = graph.bbox
        way_id = graph.way_id[graph.edge_way]
        self._edge_by_id = np.argsort(way_id, kind="stable")
        self._sorted_ids = way_id[self._edge_by_id]
        self._index = StreetIndex(graph, streets, graph.way_class[graph.edge_way] != CLASS_INDEX["footway"])

    @cached_property
    def key(self) -> str:
        """Names this network: arcs of one with another key mean other streets."""
        digest = hashlib.sha256()
        for column in (self.graph.way_id, self.graph.edge_way, self.graph.edge_tail, self.graph.edge_head):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()[:12]

    def locate(self, ref: RoadRef) -> Located:
        """The road with all that there is to say about it. Raises `UnknownRoadError`."""
        return self.describe(self.arcs(ref))

    def arcs(self, ref: RoadRef) -> IntArray:
        """The road's arcs alone, in order. Raises `UnknownRoadError`."""
        check(ref, self._bbox)
        if ref.way_ids:
            found = self._of_ways(ref)
        elif ref.line:
            points = np.array(ref.line if ref.direction != "backward" else ref.line[::-1], dtype=np.float64)
            found = self._index.arcs_along(points, one_way=ref.direction != "both")
        elif ref.area:
            found = both_arcs(self._inside(ref.area))
        else:
            found = self._at_point(ref)
        arcs = np.unique(found).astype(np.int32)
        length_m = float(self.graph.edge_length_m[np.unique(arcs >> 1)].sum())
        if length_m > MOST_LENGTH_M:
            raise UnknownRoadError(
                f"that is {length_m / 1000:,.0f} km of streets; name at most {MOST_LENGTH_M / 1000:.0f} km at once"
            )
        return arcs

    def describe(self, arcs: IntArray) -> Located:
        """What there is to say about arcs."""
        edges = np.unique(arcs >> 1)
        ways = self.graph.edge_way[edges]
        names = (self.graph.names[name] for name in self.graph.way_name[ways].tolist())
        return Located(
            arcs=arcs,
            way_ids=tuple(dict.fromkeys(self.graph.way_id[ways].tolist())),
            names=tuple(dict.fromkeys(name for name in names if name)),
            length_m=round(float(self.graph.edge_length_m[edges].sum()), 1),
            lines=self._lines(arcs),
        )

    def _of_ways(self, ref: RoadRef) -> Indices:
        found = [self._one_way(way_id) for way_id in ref.way_ids]
        edges = found[0] if len(found) == 1 else np.concatenate(found)
        if ref.direction == "both":
            return both_arcs(edges)
        return 2 * edges + (ref.direction == "backward")

    def _one_way(self, way_id: int) -> Indices:
        if -(2**63) <= way_id < 2**63:
            first = self._sorted_ids.searchsorted(way_id, side="left")
            last = self._sorted_ids.searchsorted(way_id, side="right")
            if first < last:
                return self._edge_by_id[first:last]
        raise UnknownRoadError(f"no way {way_id} on the map in use; send a line or a point instead")

    def _at_point(self, ref: RoadRef) -> Indices:
        assert ref.point is not None, "checked by `check`"
        if ref.name is not None:
            return both_arcs(self._named(ref.name, ref.point))
        arcs = self._index.arcs_at(*ref.point, ref.heading_deg)
        if ref.heading_deg is not None or ref.direction == "both":
            return arcs
        return arcs[[0 if ref.direction == "forward" else 1]]

    def _inside(self, ring: tuple[Point, ...]) -> Indices:
        """The pieces of which at least half lies in the area."""
        points = np.array(ring, dtype=np.float64)
        polygon = shapely.make_valid(shapely.Polygon(self.streets.flat.to_metres(points[:, 0], points[:, 1])))
        west, south, east, north = polygon.bounds
        start = self.streets.xy[self.streets.segment_start]
        ahead = self.streets.xy[self.streets.segment_start + 1] - start
        x, y = (start + ahead / 2).T
        near = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north))
        inside = near[shapely.contains_xy(polygon, x[near], y[near])]
        metres = np.hypot(ahead[inside, 0], ahead[inside, 1])
        of_edge = np.bincount(self.streets.segment_edge[inside], weights=metres, minlength=self.graph.edges)
        edges = np.flatnonzero(of_edge)
        edges = edges[of_edge[edges] >= self.streets.length_m(edges.astype(np.int32)) / 2]
        if not len(edges):
            raise UnknownRoadError(f"the area of {polygon.area:,.0f} m² holds no street; draw it around one")
        return edges

    def _named(self, name: str, point: Point) -> Indices:
        """The pieces of the street of this name that is nearest to the point."""
        named = np.array(self._names.get(plain_name(name), ()), dtype=np.int32)
        edges = np.flatnonzero(np.isin(self.graph.way_name[self.graph.edge_way], named))
        if not len(edges):
            raise UnknownRoadError(f"no street named {name!r} on the map in use; check the spelling, or send a line")
        lines = np.array([self._line_of(edge) for edge in edges.tolist()])
        here = shapely.Point(self.streets.flat.to_metres(np.array([point[0]]), np.array([point[1]]))[0])
        away_m = shapely.distance(lines, here)
        if away_m.min() > _NAME_WITHIN_M:
            raise UnknownRoadError(
                f"the nearest street named {name!r} is {away_m.min():,.0f} m from ({point[0]}, {point[1]}); "
                f"send a point within {_NAME_WITHIN_M:.0f} m of it"
            )
        one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_NAME_GAP_M)
        links = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(lines), len(lines)))
        _, street = connected_components(links, directed=False)
        return np.asarray(edges[street == street[away_m.argmin()]], dtype=np.int64)

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.graph.names):
            if name:
                found[plain_name(name)].append(index)
        return found

    def _line_of(self, edge: int) -> shapely.LineString:
        first, last = self.graph.geometry_start[edge : edge + 2].tolist()
        return shapely.LineString(self.streets.xy[first:last])

    def _lines(self, arcs: IntArray) -> tuple[tuple[Point, ...], ...]:
        """Lines along the arcs, joined end to end where they can be."""
        is_double = np.isin(arcs ^ 1, arcs)
        doubles = [self._degrees(arc) for arc in arcs[is_double & (arcs % 2 == 0)].tolist()]
        singles = [self._degrees(arc) for arc in arcs[~is_double].tolist()]
        merged = [
            shapely.line_merge(shapely.multilinestrings(lines), directed=directed)
            for lines, directed in ((doubles, False), (singles, True))
            if lines
        ]
        parts = shapely.get_parts(merged)
        return tuple(tuple((lon, lat) for lon, lat in shapely.get_coordinates(part).tolist()) for part in parts)

    def _degrees(self, arc: int) -> shapely.LineString:
        first, last = self.graph.geometry_start[arc >> 1 : (arc >> 1) + 2].tolist()
        columns = (self.graph.geometry_lon[first:last], self.graph.geometry_lat[first:last])
        line = np.round(np.column_stack(columns), _DECIMALS)
        return shapely.LineString(line if arc % 2 == 0 else line[::-1])


def plain_name(name: str) -> str:
    """A street's name as it is compared: without accents, case and the word for street before it."""
    letters = unicodedata.normalize("NFD", name.strip().casefold().translate(_D))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.removeprefix("duong ").split())
