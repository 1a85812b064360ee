"""Times are exactly those of Dijkstra's algorithm: turns, restrictions, traffic and partial edges included."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from routing.build import build_graph
from routing.conditions import Conditions, Obstacle
from routing.errors import NoRoadsError
from routing.graph import CLOSED, FloatArray, IntArray
from routing.journeys import trips
from routing.roads import TurnRestriction
from routing.route import Route
from routing.snap import Places
from routing.storage import load_graph
from routing.travel_times import TravelTimes
from tests.routing.oracle import Oracle
from tests.routing.worlds import Cell, at, make_roads

_CELLS = st.tuples(st.integers(0, 4), st.integers(0, 4))
_STREET = st.tuples(
    st.lists(_CELLS, min_size=2, max_size=5, unique=True),
    st.fixed_dictionaries(
        {
            "highway": st.sampled_from(["motorway", "trunk", "primary", "residential", "service", "path"]),
            "oneway": st.sampled_from(["yes", "no", "-1"]),
            "access": st.sampled_from(["yes", "yes", "yes", "private", "destination"]),
        }
    ),
)
# Street numbers and cells that may or may not make a restriction: those that make none must do no harm.
_RULE = st.tuples(
    st.integers(0, 8), st.lists(st.integers(0, 8), max_size=2), _CELLS, st.integers(0, 8), st.booleans(), st.booleans()
)
_SPOTS = st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), min_size=4, max_size=4)


@given(
    streets=st.lists(_STREET, min_size=2, max_size=9),
    rules=st.lists(_RULE, max_size=6),
    signals=st.sets(_CELLS, max_size=3),
    blocked=st.sets(_CELLS, max_size=2),
    spots=_SPOTS,
    profile=st.sampled_from(["car", "ambulance", "motorbike"]),
    turns=st.booleans(),
    slow=st.lists(st.tuples(st.integers(0, 60), st.sampled_from([None, 4.0, 15.0])), max_size=4),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_times_in_small_worlds_are_dijkstras(
    streets: list[tuple[list[Cell], dict[str, str]]],
    rules: list[tuple[int, list[int], Cell, int, bool, bool]],
    signals: set[Cell],
    blocked: set[Cell],
    spots: list[Cell],
    profile: str,
    turns: bool,
    slow: list[tuple[int, float | None]],
) -> None:
    cells = list(dict.fromkeys(cell for line, _ in streets for cell in line))
    roads = make_roads(
        *streets,
        signals=tuple(sorted(signals & set(cells))),
        blocked=tuple(sorted(blocked & set(cells))),
        restrictions=[_rule(rule, cells) for rule in rules],
    )
    try:
        times = TravelTimes(build_graph(roads), turns=turns)
    except NoRoadsError:
        assume(False)
    obstacles = tuple(Obstacle((arc % times.graph.arcs,), kph) for arc, kph in slow)
    times.apply(Conditions(obstacles=obstacles))
    points = np.array([at(*spot) for spot in spots])
    assert _road_ms(times, points, profile).tolist() == _oracle_ms(times, points, profile).tolist()
    _assert_routes_add_up(times, points, profile)


def _rule(rule: tuple[int, list[int], Cell, int, bool, bool], cells: list[Cell]) -> TurnRestriction:
    source, via, cell, target, only, ambulance = rule
    node = cells.index(cell) if cell in cells else 999
    return TurnRestriction(
        from_way=source,
        via_node=None if via else node,
        via_ways=tuple(via),
        to_way=target,
        only=only,
        kind="only_straight_on" if only else "no_left_turn",
        car=True,
        motorbike=False,
        ambulance=ambulance,
    )


def _assert_routes_add_up(times: TravelTimes, points: FloatArray, profile: str) -> None:
    """What is drawn takes the time that was told, and the distance of the matrix."""
    matrix = times.matrix(points, points, profile)
    for i, origin in enumerate(points.tolist()):
        for j, destination in enumerate(points.tolist()):
            route = times.route(tuple(origin), tuple(destination), profile)
            if route is None:
                assert np.isinf(matrix.time_s[i, j])
                continue
            assert route.time_s == pytest.approx(matrix.time_s[i, j], abs=1e-6)
            assert profile != "car" or not _drives_through(times, route)
            # Another way of the same time may be of another length: then the matrix holds that of one of them.
            if route.distance_m != pytest.approx(matrix.distance_m[i, j], rel=1e-6, abs=0.01):
                assert len(route.stretches) > 1


def _drives_through(times: TravelTimes, route: Route) -> bool:
    """Whether a way by turns leads from public streets over visitors' streets to public ones."""
    visits = [bool(times.graph.edge_visitors[piece.arc >> 1]) for piece in route.stretches if piece.arc >= 0]
    changes = [after for before, after in pairwise(visits) if before != after]
    return times._of("car").weighing.network.has_turns and len(changes) > 1 + (visits[:1] == [True])


@pytest.mark.parametrize("turns", [True, False])
@pytest.mark.parametrize("profile", ["car", "ambulance", "motorbike"])
def test_times_between_any_places_of_the_city_are_dijkstras(
    skeleton_city: Path, skeleton_times: TravelTimes, profile: str, turns: bool
) -> None:
    times = skeleton_times if turns else TravelTimes.load(skeleton_city, turns=False)
    random = np.random.default_rng(115)
    points = np.column_stack([random.uniform(106.62, 106.75, 5), random.uniform(10.73, 10.85, 5)])
    assert _road_ms(times, points, profile).tolist() == _oracle_ms(times, points, profile).tolist()


@pytest.mark.parametrize("traffic", [False, True])
@pytest.mark.parametrize("profile", ["car", "ambulance", "motorbike"])
def test_times_between_thousands_of_streets_of_the_city_are_scipys(
    skeleton_city: Path, profile: str, traffic: bool
) -> None:
    """From the ends of 60 arcs to the ends of 60 others, by the turns and by the junctions alone."""
    random = np.random.default_rng(1)
    for turns in (True, False):
        times = TravelTimes.load(skeleton_city, turns=turns)
        if traffic:
            arcs = random.choice(times.graph.arcs, 3000, replace=False).astype(np.int32)
            closed = Obstacle(tuple(random.choice(times.graph.arcs, 50, replace=False).tolist()), None)
            kph = random.uniform(2, 60, 3000)
            times.apply(Conditions(hour=8, live_arc=np.sort(arcs), live_kph=kph, obstacles=(closed,)))
        weighing = times._of(profile).weighing
        topology = weighing.network.topology
        with weighing.in_force() as now:
            usable = topology.tails[now.metric.weights < CLOSED]
            nodes = random.choice(np.unique(usable), 60, replace=False)
            ours = now.metric.times_to_each(nodes.tolist(), [[(node, 0)] for node in nodes.tolist()])
            links = _sparse(now.metric.weights, topology.tails, topology.heads, topology.nodes)
        theirs = dijkstra(links, indices=nodes)[:, nodes]
        assert ours.T.tolist() == theirs.tolist()


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
    few = skeleton_times.many_to_one(points[:50], (106.7, 10.776), "car")
    np.testing.assert_allclose(crowd.time_s[:50], few.time_s)
    np.testing.assert_allclose(crowd.distance_m[:50], few.distance_m, rtol=1e-3)


def test_one_to_many_gives_the_times_of_many_to_one(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(9)
    points = np.column_stack([random.uniform(106.6, 106.8, 40), random.uniform(10.7, 10.9, 40)])
    column_by_column = [skeleton_times.times_to(points[:2], point).tolist() for point in points.tolist()]
    assert skeleton_times.times(points[:2], points).T.tolist() == column_by_column


def test_a_saved_graph_is_read_back_whole(skeleton_city: Path, skeleton_times: TravelTimes) -> None:
    again, graph = load_graph(skeleton_city), skeleton_times.graph
    assert (again.names, again.data_at) == (graph.names, graph.data_at)
    assert (again.turns.bound == graph.turns.bound).all()
    assert (again.geometry_lon == graph.geometry_lon).all()


def _road_ms(times: TravelTimes, points: FloatArray, profile: str) -> FloatArray:
    """Street to street, without the ways off the road."""
    ways = times._of(profile)
    places = ways.guide.snapper.snap(points)
    with trips(times.graph, ways.weighing, places, places) as trip:
        return trip.times_ms()


def _oracle_ms(times: TravelTimes, points: FloatArray, profile: str) -> FloatArray:
    ways = times._of(profile)
    with ways.weighing.in_force() as now:
        oracle = Oracle(times.graph, ways.weighing.weights, now.drive_ms.tolist())
    places = ways.guide.snapper.snap(points)
    rows: list[Places] = [places[slice(i, i + 1)] for i in range(len(points))]
    turns = ways.weighing.network.has_turns
    return np.array([[oracle.fastest_ms(a, b, turns) for b in rows] for a in rows])


def _sparse(weights: IntArray, tails: IntArray, heads: IntArray, nodes: int) -> coo_array:
    """Of parallel arcs the fastest: scipy would add them up."""
    order = np.lexsort((weights, heads, tails))
    order = order[weights[order] < CLOSED]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(tails[order]) != 0) | (np.diff(heads[order]) != 0)
    chosen = order[first]
    return coo_array((weights[chosen].astype(float), (tails[chosen], heads[chosen])), shape=(nodes, nodes))
