"""Times are exactly those of Dijkstra's algorithm, partial edges at both ends included."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from routing.build import build_graph
from routing.errors import NoRoadsError
from routing.graph import CLOSED, FloatArray, RoadGraph
from routing.snap import Places, Snapper, Streets
from routing.storage import load_graph
from routing.travel_times import TravelTimes
from tests.routing.oracle import fastest_ms
from tests.routing.worlds import Cell, at, make_roads

_CELLS = st.tuples(st.integers(0, 4), st.integers(0, 4))
_STREET = st.tuples(
    st.lists(_CELLS, min_size=2, max_size=5, unique=True),
    st.fixed_dictionaries(
        {
            "highway": st.sampled_from(["motorway", "trunk", "primary", "residential", "service", "path"]),
            "oneway": st.sampled_from(["yes", "no", "-1"]),
        }
    ),
)


@given(
    streets=st.lists(_STREET, min_size=2, max_size=9),
    signals=st.sets(_CELLS, max_size=3),
    spots=st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), min_size=4, max_size=4),
    profile=st.sampled_from(["car", "ambulance", "motorbike"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_times_in_small_worlds_are_dijkstras(
    streets: list[tuple[list[Cell], dict[str, str]]], signals: set[Cell], spots: list[Cell], profile: str
) -> None:
    used = {cell for line, _ in streets for cell in line}
    try:
        graph = build_graph(make_roads(*streets, signals=tuple(sorted(signals & used))))
    except NoRoadsError:
        assume(False)
    points = np.array([at(*spot) for spot in spots])
    assert _road_ms(graph, points, profile).tolist() == _oracle_ms(graph, points, profile).tolist()


@pytest.mark.parametrize("profile", ["car", "ambulance", "motorbike"])
def test_times_between_any_places_of_the_city_are_dijkstras(skeleton_times: TravelTimes, profile: str) -> None:
    graph = skeleton_times._graph
    random = np.random.default_rng(115)
    points = np.column_stack([random.uniform(106.62, 106.75, 5), random.uniform(10.73, 10.85, 5)])
    assert _road_ms(graph, points, profile).tolist() == _oracle_ms(graph, points, profile).tolist()


@pytest.mark.parametrize("profile", ["car", "ambulance", "motorbike"])
def test_times_between_junctions_of_the_city_are_scipys(skeleton_times: TravelTimes, profile: str) -> None:
    graph = skeleton_times._graph
    nodes = _junctions(graph, profile, 40)
    points = np.column_stack([graph.node_lon[nodes], graph.node_lat[nodes]])
    wanted = dijkstra(_sparse(graph, profile), indices=nodes)[:, nodes] / 1000
    assert skeleton_times.times(points, points, profile).tolist() == wanted.tolist()


def test_the_distance_is_that_of_the_route(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(7)
    points = np.column_stack([random.uniform(106.62, 106.75, 6), random.uniform(10.73, 10.85, 6)])
    matrix = skeleton_times.matrix(points, points, "car")
    for i, origin in enumerate(points.tolist()):
        for j, destination in enumerate(points.tolist()):
            route = skeleton_times.route(tuple(origin), tuple(destination), "car")
            assert route is not None
            assert route.time_s == pytest.approx(matrix.time_s[i, j], abs=1e-6)
            assert route.distance_m == pytest.approx(matrix.distance_m[i, j], abs=1e-3)


def test_distances_from_many_origins_are_those_from_few(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(8)
    points = np.column_stack([random.uniform(106.6, 106.8, 400), random.uniform(10.7, 10.9, 400)])
    crowd = skeleton_times.many_to_one(points, (106.7, 10.776), "car")
    few = skeleton_times.many_to_one(points[:100], (106.7, 10.776), "car")
    np.testing.assert_allclose(crowd.time_s[:100], few.time_s)
    np.testing.assert_allclose(crowd.distance_m[:100], few.distance_m, rtol=1e-3)


def _road_ms(graph: RoadGraph, points: FloatArray, profile: str) -> FloatArray:
    """Street to street, without the ways off the road."""
    journeys = TravelTimes(graph)._of(profile)
    return journeys._road_ms(journeys._trip(points, points))


def _oracle_ms(graph: RoadGraph, points: FloatArray, profile: str) -> FloatArray:
    places = Snapper(graph, Streets(graph), profile).snap(points)
    rows = [places[slice(i, i + 1)] for i in range(len(points))]
    return np.array([[_one(graph, profile, a, b) for b in rows] for a in rows])


def _one(graph: RoadGraph, profile: str, origin: Places, destination: Places) -> float:
    return float(fastest_ms(graph, profile, origin, destination))


def _junctions(graph: RoadGraph, profile: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Junctions of the profile that stand alone on their spot."""
    usable = graph.usable(profile)
    nodes = np.union1d(graph.edge_tail[usable], graph.edge_head[usable])
    spots, index, copies = np.unique(
        np.column_stack([graph.node_lon[nodes], graph.node_lat[nodes]]), axis=0, return_index=True, return_counts=True
    )
    assert len(spots)
    return np.random.default_rng(1).choice(nodes[index[copies == 1]], count, replace=False)


def _sparse(graph: RoadGraph, profile: str) -> coo_array:
    """Of parallel arcs the fastest: scipy would add them up."""
    tails, heads = graph.arc_ends()
    ms = graph.time_ms[profile].ravel()
    order = np.lexsort((ms, heads, tails))
    order = order[ms[order] < CLOSED]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(tails[order]) != 0) | (np.diff(heads[order]) != 0)
    chosen = order[first]
    size = (graph.nodes, graph.nodes)
    return coo_array((ms[chosen].astype(float), (tails[chosen], heads[chosen])), shape=size)


def test_a_saved_graph_is_read_back_whole(skeleton_city: object, skeleton_times: TravelTimes) -> None:
    again = load_graph(skeleton_city)  # type: ignore[arg-type]
    assert again.names == skeleton_times._graph.names
    assert all((again.time_ms[name] == ms).all() for name, ms in skeleton_times._graph.time_ms.items())
