"""
TravelTimes: how long from here to there. The one thing that the rest of the system uses of routing.

Seconds and metres; points are (lon, lat) in degrees, WGS 84; many points are float arrays of shape (n, 2). Thread-safe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.ends import PartialEdges
from routing.engine import Engine, Topology
from routing.errors import UnknownProfileError
from routing.graph import FloatArray, RoadGraph
from routing.journeys import Journeys
from routing.route import Route
from routing.snap import Snapper, Streets
from routing.storage import graph_facts, load_graph

Point = tuple[float, float]


@dataclass(frozen=True)
class Matrix:
    """
    Times and distances, one row an origin and one column a destination (one-dimensional from `many_to_one`).

    `time_s` is infinite where no road leads; `distance_m` is that of the fastest path. `estimated` marks journeys with
    a straight line in them, because a point lies off our roads.
    """

    time_s: FloatArray
    distance_m: FloatArray
    estimated: NDArray[np.bool_]


class NearestRoad(NamedTuple):
    """The point on the nearest street, its name if it has one, and how far off the asked point is."""

    lon: float
    lat: float
    name: str | None
    distance_m: float


class TravelTimes:
    """
    Travel times over one built city.

    `at` is accepted everywhere and ignored until traffic arrives: all times are free flow. Where a point lies off the
    roads a straight line stands in and is marked `estimated`; nothing is ever refused.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._streets = Streets(graph)
        topology = Topology(graph)
        self._journeys = {
            profile: Journeys(
                graph=graph,
                streets=self._streets,
                snapper=Snapper(graph, self._streets, profile),
                partial=PartialEdges(graph, profile),
                engine=Engine(topology, arc_ms.ravel()),
            )
            for profile, arc_ms in graph.time_ms.items()
        }
        self._info = MappingProxyType(graph_facts(graph))

    @classmethod
    def load(cls, city_dir: Path) -> "TravelTimes":
        """Open a built city; raises `CityCacheError` when it is absent, foreign or damaged."""
        return cls(load_graph(city_dir))

    @property
    def info(self) -> Mapping[str, Any]:
        """Date of the data, nodes, arcs, box (west, south, east, north), and nodes and arcs by profile."""
        return self._info

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names that `profile` may take."""
        return tuple(self._journeys)

    def times_to(
        self, origins: ArrayLike, destination: Sequence[float], profile: str = "ambulance", at: datetime | None = None
    ) -> FloatArray:
        """Seconds from each origin to one destination, inf = unreachable. The fast way: no distances."""
        journeys = self._of(profile)
        return journeys.times(as_points(origins), as_points([destination]))[:, 0]

    def times(
        self, origins: ArrayLike, destinations: ArrayLike, profile: str = "ambulance", at: datetime | None = None
    ) -> FloatArray:
        """Seconds, (origins × destinations), inf = unreachable; no distances."""
        return self._of(profile).times(as_points(origins), as_points(destinations))

    def is_off_road(self, points: ArrayLike, profile: str = "ambulance") -> NDArray[np.bool_]:
        """Which points lie off our roads: journeys from or to them hold a straight line and are estimates."""
        return self._of(profile).is_off_road(as_points(points))

    def many_to_one(
        self, origins: ArrayLike, destination: Sequence[float], profile: str = "ambulance", at: datetime | None = None
    ) -> Matrix:
        """As `matrix` with one destination, in one dimension."""
        matrix = self.matrix(origins, [destination], profile, at)
        return Matrix(matrix.time_s[:, 0], matrix.distance_m[:, 0], matrix.estimated[:, 0])

    def matrix(
        self, origins: ArrayLike, destinations: ArrayLike, profile: str = "ambulance", at: datetime | None = None
    ) -> Matrix:
        """Times and the fastest paths' distances between all origins and all destinations."""
        journeys = self._of(profile)
        return Matrix(*journeys.matrix(as_points(origins), as_points(destinations)))

    def route(
        self, origin: Point, destination: Point, profile: str = "ambulance", at: datetime | None = None
    ) -> Route | None:
        """The fastest way; `None` where no road leads. Starts and ends on the street, unless that is over 100 m off."""
        return self._of(profile).route(as_points([origin]), as_points([destination]))

    def nearest_road(self, lon: float, lat: float, profile: str = "ambulance") -> NearestRoad:
        """The nearest street that the profile can use, however far away."""
        place = self._of(profile).snapper.snap(as_points([(lon, lat)]))
        on_street = self._streets.point_at(place)[0]
        name = self._graph.names[self._graph.way_name[self._graph.edge_way[place.edge[0]]]]
        return NearestRoad(float(on_street[0]), float(on_street[1]), name or None, float(place.distance_m[0]))

    def _of(self, profile: str) -> Journeys:
        try:
            return self._journeys[profile]
        except KeyError:
            raise UnknownProfileError(f"no profile {profile!r}; choose one of {', '.join(self._journeys)}") from None


def as_points(points: ArrayLike) -> FloatArray:
    """(n, 2) lon, lat in degrees; raises `ValueError` on another shape, on no numbers and off the globe."""
    array = np.asarray(points, dtype=np.float64)
    if array.size == 0:
        return np.zeros((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"points must be rows of lon, lat; got an array of shape {array.shape}")
    if not np.isfinite(array).all() or (np.abs(array) > (180.0, 90.0)).any():
        raise ValueError("points must be degrees: lon within ±180, lat within ±90")
    return array
