"""Named ways → streets: one per name and neighbourhood, with their crossings, their alleys and their house numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from dispatch.geocoding.geometry import Floats, from_plane, to_plane
from dispatch.geocoding.osm_names import House, NamedRoad
from dispatch.geocoding.words import canonical, split_alley
from dispatch.geocoding.written import street_of

# Ways of one name closer than this are one street: bridges, tunnels and renamed stretches leave gaps (guess).
SAME_STREET_GAP_M = 300.0
# "Đường số 10", "Hẻm 12": the next estate has one too (guess).
NUMBERED_STREET_GAP_M = 60.0
# The two crossings of a dual carriageway are one crossing (guess).
SAME_CROSSING_M = 120.0
# A house number without a street belongs to the nearest named road if that is as near as this (guess).
HOUSE_TO_STREET_M = 30.0
SIMPLIFY_M = 3.0
# An alley that is not joined to the street of its name leaves it here at the farthest (guess).
MOUTH_NEARBY_M = 130.0
# A bus stop or a shop whose words name a street is no farther from it (guess: a wide avenue); the middle of a hospital
# or a school that a table lists is no farther from its street (the largest here: 200 m).
BESIDE_STREET_M, LISTED_STREET_M = 90.0, 230.0
# How a house number came to its street: a guess, the mapper's word, the mouth of the alley of that number, the word of
# something that stands beside it or opposite, or a table of known numbers.
NEAREST_ROAD, NAMED, ALLEY_MOUTH, BESIDE, LISTED = range(5)


@dataclass(frozen=True, slots=True)
class Street:
    """One street: its key, the names it bears, and its pieces in metres on the plane."""

    key: str
    name: str
    other_names: tuple[str, ...]
    parts: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two streets (their indices, the smaller first) and where they meet, in degrees."""

    a: int
    b: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class HouseOnStreet:
    """A number on a street; `source` says how the street is known, one of the five above."""

    street: int
    number: str
    lon: float
    lat: float
    source: int


def merge_roads(roads: Sequence[NamedRoad]) -> tuple[list[Street], list[Crossing]]:
    """Group ways into streets, and find where two of them share a node."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for index, road in enumerate(roads):
        if key := canonical(road.name):
            by_key[key].append(index)
    streets: list[Street] = []
    at_node: dict[int, set[int]] = defaultdict(set)
    where: dict[int, tuple[float, float]] = {}
    for key in sorted(by_key):
        for group in _neighbourhoods(key, [roads[index] for index in by_key[key]]):
            for road in group:
                for place, node in enumerate(road.nodes):
                    at_node[node].add(len(streets))
                    where[node] = (float(road.lon[place]), float(road.lat[place]))
            streets.append(_street(key, group))
    return streets, _crossings(at_node, where)


def _neighbourhoods(key: str, roads: list[NamedRoad]) -> list[list[NamedRoad]]:
    if len(roads) == 1:
        return [roads]
    gap_m = NUMBERED_STREET_GAP_M if key.startswith(("duong ", "hem ")) else SAME_STREET_GAP_M
    points = to_plane(np.concatenate([road.lon for road in roads]), np.concatenate([road.lat for road in roads]))
    owner = np.repeat(np.arange(len(roads)), [len(road.lon) for road in roads])
    pairs = owner[cKDTree(points).query_pairs(gap_m, output_type="ndarray")]
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(roads), len(roads)))
    count, label = connected_components(graph, directed=False)
    return [[road for road, mine in zip(roads, label, strict=True) if mine == group] for group in range(count)]


def _street(key: str, roads: list[NamedRoad]) -> Street:
    spelled = Counter(road.name for road in roads)
    name = max(spelled, key=lambda one: (spelled[one], sum(ord(letter) > 127 for letter in one), one))
    others = {other for road in roads for other in (road.name, *road.other_names)} - {name}
    lines = [shapely.LineString(to_plane(road.lon, road.lat)).simplify(SIMPLIFY_M) for road in roads]
    return Street(key, name, tuple(sorted(others)), tuple(shapely.get_coordinates(line) for line in lines))


def _crossings(at_node: dict[int, set[int]], where: dict[int, tuple[float, float]]) -> list[Crossing]:
    met: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for node, streets in at_node.items():
        ordered = sorted(streets)
        for position, a in enumerate(ordered):
            for b in ordered[position + 1 :]:
                met[a, b].append(where[node])
    return [Crossing(a, b, *point) for (a, b), points in sorted(met.items()) for point in _apart(points)]


def _apart(points: list[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """The middles of groups of points near each other."""
    if len(points) == 1:
        return points
    plane = to_plane(*np.array(points).T)
    pairs = cKDTree(plane).query_pairs(SAME_CROSSING_M, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    count, label = connected_components(graph, directed=False)
    middles = np.array([plane[label == group].mean(axis=0) for group in range(count)])
    return [(float(lon), float(lat)) for lon, lat in from_plane(middles)]


def place_houses(
    houses: Sequence[House],
    streets: Sequence[Street],
    crossings: Sequence[Crossing],
    beside: Sequence[House] = (),
) -> list[HouseOnStreet]:
    """
    Give each house number its street; an alley's mouth stands for the number it bears ("Hẻm 51 Thành Thái").

    Numbers `beside` something count only where the street they name is near.
    """
    by_key: dict[str, list[int]] = defaultdict(list)
    lines: list[shapely.LineString] = []
    owner: list[int] = []
    for index, street in enumerate(streets):
        by_key[street.key].append(index)
        lines.extend(shapely.LineString(part) for part in street.parts)
        owner.extend([index] * len(street.parts))
    shapes = [_line(street) for street in streets]
    tree = shapely.STRtree(lines)
    placed = [*_alley_mouths(streets, crossings, by_key)]
    degrees = np.array([(house.lon, house.lat) for house in houses]).reshape(-1, 2)
    points = np.asarray(shapely.points(to_plane(degrees[:, 0], degrees[:, 1])))
    near = _nearest(tree, points)
    for house, point, piece in zip(houses, points, near, strict=True):
        named = by_key.get(canonical((house.street or "").split(",")[0]), [])
        named = [index for index in named if shapes[index].distance(point) < 2 * SAME_STREET_GAP_M]
        if named:
            mine, source = min(named, key=lambda index: float(shapes[index].distance(point))), NAMED
        elif piece is not None and (guess := _street_by_alley(house.number, owner[piece], streets, by_key)) is not None:
            mine, source = guess, NEAREST_ROAD
        else:
            continue
        placed.append(HouseOnStreet(mine, house.number, house.lon, house.lat, source))
    placed += [
        HouseOnStreet(row, one.number, one.lon, one.lat, LISTED if one.is_listed else BESIDE)
        for one in beside
        if (row := _street_beside(one, shapes, by_key)) is not None
    ]
    return sorted(set(placed), key=lambda house: (house.street, house.number, house.lon, house.lat))


def _street_beside(one: House, shapes: Sequence[shapely.MultiLineString], by_key: dict[str, list[int]]) -> int | None:
    """The street that the words beside a number name, if it is near."""
    point = shapely.Point(to_plane(np.array([one.lon]), np.array([one.lat]))[0])
    reach_m = LISTED_STREET_M if one.is_listed else BESIDE_STREET_M

    def near(words: str) -> list[int]:
        return [row for row in by_key.get(canonical(words), ()) if shapes[row].distance(point) < reach_m]

    street = street_of(one.street or "", lambda words: bool(near(words)))
    return min(near(street), key=lambda row: float(shapes[row].distance(point))) if street else None


def _nearest(tree: shapely.STRtree, points: NDArray[np.object_]) -> list[int | None]:
    found: list[int | None] = [None] * len(points)
    if len(points) and len(tree):
        for point, piece in tree.query_nearest(points, max_distance=HOUSE_TO_STREET_M, all_matches=False).T:
            found[int(point)] = int(piece)
    return found


def _street_by_alley(number: str, nearest: int, streets: Sequence[Street], by_key: dict[str, list[int]]) -> int | None:
    """A plain number belongs to the nearest road; "7/14" beside "Hẻm 7 X" belongs to X; other slashes say nothing."""
    if "/" not in number:
        return nearest
    alley = split_alley(streets[nearest].key)
    if alley is None or not number.startswith(f"{alley[0]}/"):
        return None
    parents = by_key.get(alley[1], [])
    mouth = streets[nearest].parts[0][0]
    return min(parents, key=lambda index: _gap_m(streets[index], mouth), default=None)


def _gap_m(street: Street, point: Floats) -> float:
    return min(float(np.hypot(*(part - point).T).min()) for part in street.parts)


def _alley_mouths(
    streets: Sequence[Street], crossings: Sequence[Crossing], by_key: dict[str, list[int]]
) -> Iterable[HouseOnStreet]:
    """Where alleys leave the street whose number they bear; "Hẻm 103" alone leaves the one street that it meets."""
    met: set[tuple[int, str]] = set()
    of_no_street: dict[int, list[tuple[int, Crossing]]] = defaultdict(list)
    for crossing in crossings:
        for alley, parent in ((crossing.a, crossing.b), (crossing.b, crossing.a)):
            split = split_alley(streets[alley].key)
            if split is not None and split[1] == streets[parent].key and "/" not in split[0]:
                met.add((parent, split[0]))
                yield HouseOnStreet(parent, split[0], crossing.lon, crossing.lat, ALLEY_MOUTH)
            elif _NUMBER_OF_ALLEY.match(streets[alley].key) and not streets[parent].key.startswith("hem"):
                of_no_street[alley].append((parent, crossing))
    for alley, found in of_no_street.items():
        if len({parent for parent, _ in found}) == 1:
            parent, crossing = found[0]
            number = streets[alley].key.removeprefix("hem ")
            yield HouseOnStreet(parent, number, crossing.lon, crossing.lat, ALLEY_MOUTH)
    yield from _mouths_nearby(streets, by_key, met)


_NUMBER_OF_ALLEY = re.compile(r"^hem \d+[a-z]?$")


def _mouths_nearby(
    streets: Sequence[Street], by_key: dict[str, list[int]], met: set[tuple[int, str]]
) -> Iterable[HouseOnStreet]:
    """Alleys that the map does not join to their street: the nearest point of it, a guess."""
    for street in streets:
        split = split_alley(street.key)
        if split is None or not (parents := by_key.get(split[1])):
            continue
        number = split[0].split("/")[0]
        shape = _line(street)
        links = [(index, shapely.shortest_line(_line(streets[index]), shape)) for index in parents]
        parent, link = min(links, key=lambda pair: float(pair[1].length))
        if link.length <= MOUTH_NEARBY_M and (parent, number) not in met:
            lon, lat = from_plane(shapely.get_coordinates(link)[:1])[0]
            yield HouseOnStreet(parent, number, float(lon), float(lat), NEAREST_ROAD)


def _line(street: Street) -> shapely.MultiLineString:
    return shapely.MultiLineString([list(part) for part in street.parts])
