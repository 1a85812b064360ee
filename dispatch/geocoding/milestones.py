"""
Kilometre posts: "km 1905 quốc lộ 1" → the spot of the road that is so far from where its kilometres are known.

No map at hand has the posts themselves. Metres are measured along the road's own lines, gaps bridged, from one or two
known kilometres (`chainage.py`): an estimate, never sure enough to open an incident by itself. Where none is known the
whole road is given, and that the kilometre was not used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from dispatch.geocoding.chainage import CountedRoad, counted_roads
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import Area, Candidate
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.houses import ESTIMATED
from dispatch.geocoding.reading import Address
from dispatch.geocoding.tables import Integers
from dispatch.geocoding.thing_candidates import candidate_at, street_candidate, streets_named

# The lines of one road lie side by side, and break where a bridge or a junction bears another name (guesses).
SIDE_BY_SIDE_M, WIDEST_GAP_M = 60.0, 2_500.0
# A spot that fits the known kilometres worse than this is beyond what is mapped (guess).
MOST_MISFIT_M = 1_200.0
# A road is not measured further than this from a known kilometre (guess).
FURTHEST_M = 60_000.0
# Official metres are of the old line: each kilometre from a known one is this much further off (guess).
DRIFT = 0.05
MOST_CONFIDENCE = 0.6
# A kilometre that could not be used leaves the whole road (guess).
UNUSED_CONFIDENCE = 0.4
NOT_USED = "unknown on this street"


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the road on the plane, and how far off it may be."""

    point: Floats
    radius_m: float


def of_kilometre(city: CityNames, reading: Address, area: Area) -> Iterator[Candidate]:
    """The spot of each road that the words may name, or the whole road where its kilometres are not known."""
    assert reading.kilometre is not None
    for words in ([reading.street] if reading.street else []) + list(reading.names):
        for street, score in streets_named(city, words, area, numbered=True).items():
            yield _on_road(city, street, score, reading.kilometre, area)


def _on_road(city: CityNames, street: int, score: float, km: float, area: Area) -> Candidate:
    name = city.tables.street_names[street]
    road = counted_roads().get(city.street_keys[street])
    spot = find_spot(city, road, km) if road else None
    if spot is not None:
        understood = {"house_number": f"km {km:g} ({ESTIMATED})", "street": name}
        found = candidate_at(city, spot.point, spot.radius_m, "street", f"Km {km:g} {name}", score, understood)
        found.most_confidence = MOST_CONFIDENCE
        return found
    whole = street_candidate(city, street, score, area)
    away_m = min((1000 * abs(km - one.km) for one in road.known), default=0.0) if road else 0.0
    whole.radius_m = max(1.2 * whole.radius_m + 150, away_m if away_m < FURTHEST_M else 0.0)
    whole.most_confidence = UNUSED_CONFIDENCE
    whole.understood["house_number"] = f"km {km:g} ({NOT_USED})"
    return whole


def find_spot(city: CityNames, road: CountedRoad, km: float) -> Spot | None:
    """The point whose metres along the road fit best to the two nearest known kilometres; None beyond the map."""
    said_m = np.array([1000 * abs(km - one.km) for one in road.known])
    nearest = np.argsort(said_m, kind="stable")[:2]
    if said_m[nearest[0]] > FURTHEST_M:
        return None
    points, metres = city.measured_roads.get(road.keys) or _measure(city, road)
    misfit_m = np.sqrt(np.mean((metres[nearest] - said_m[nearest, None]) ** 2, axis=0))
    best = int(misfit_m.argmin())
    if misfit_m[best] > MOST_MISFIT_M:
        return None
    doubt_m = road.known[int(nearest[0])].doubt_m + DRIFT * said_m[nearest[0]] + misfit_m[best]
    return Spot(points[best], float(100 + doubt_m))


def _measure(city: CityNames, road: CountedRoad) -> tuple[Floats, Floats]:
    """The points of all pieces of a road, and for each known kilometre the metres along the road to every point."""
    streets = [row for row, key in enumerate(city.street_keys) if key in road.keys]
    points, line = _points_of(city, streets)
    found = points, _metres_from(points, line, np.array([one.point for one in road.known]))
    city.measured_roads[road.keys] = found
    return found


def _points_of(city: CityNames, streets: Collection[int]) -> tuple[Floats, Integers]:
    """The points of all pieces, and which line each belongs to."""
    taken = np.concatenate([np.arange(len(city.points))[city.street_points(street)] for street in sorted(streets)])
    return city.points[taken], np.searchsorted(city.first_point, taken, side="right")


def _metres_from(points: Floats, line: Integers, starts: Floats) -> Floats:
    """Metres along the road from the points nearest to some starts to every point."""
    tree = cKDTree(points)
    after = np.flatnonzero(line[1:] == line[:-1])
    beside = np.asarray(tree.query_pairs(SIDE_BY_SIDE_M, output_type="ndarray"))
    edges = np.vstack([np.column_stack((after, after + 1)), beside])
    while len(over := _over_gaps(points, edges)):
        edges = np.vstack([edges, over])
    offset_m, at = (np.asarray(column) for column in tree.query(starts))
    metres: Floats = np.asarray(dijkstra(_graph(points, edges), directed=False, indices=at.tolist()))
    metres += offset_m[:, None]
    return metres


def _graph(points: Floats, edges: Integers) -> csr_array:
    """The points joined by edges of their distance; one for each pair, as repeated ones would be added up."""
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    lengths = np.maximum(np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T), 0.01)
    return csr_array((lengths, (edges[:, 0], edges[:, 1])), shape=(len(points), len(points)))


def _over_gaps(points: Floats, edges: Integers) -> Integers:
    """From each piece that hangs together to the nearest point of the others, unless it is too far."""
    pieces, piece = connected_components(_graph(points, edges), directed=False)
    found = []
    for own in range(pieces if pieces > 1 else 0):
        mine, others = np.flatnonzero(piece == own), np.flatnonzero(piece != own)
        gap_m, nearest = (np.asarray(column) for column in cKDTree(points[others]).query(points[mine]))
        at = int(gap_m.argmin())
        if gap_m[at] <= WIDEST_GAP_M:
            found.append((mine[at], others[nearest[at]]))
    return np.array(found, dtype=np.int64).reshape(-1, 2)
