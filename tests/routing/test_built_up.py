"""Where town ends, and what may be driven beyond it."""

from routing.build import join_roads
from routing.built_up import built_up
from routing.graph import BoolArray, RoadGraph
from routing.profiles import PROFILES
from routing.speeds import ordinary_kph
from tests.routing.worlds import Cell, Street, edge_between, make_roads

# Streets every 110 m in a square of 3.3 km hold 18 km for every square kilometre; 20 km away there is one road.
TOWN: list[Street] = [
    line
    for at in range(31)
    for line in (
        ([(step, at) for step in range(31)], {"highway": "residential"}),
        ([(at, step) for step in range(31)], {"highway": "residential"}),
    )
]
IN_TOWN: tuple[Cell, Cell] = ((15, 14), (16, 16))
IN_COUNTRY: tuple[Cell, Cell] = ((200, 200), (204, 200))


def _world(highway: str, **tags: str) -> RoadGraph:
    main = {"highway": highway, **tags}
    return join_roads(make_roads(*TOWN, (IN_TOWN, main), (IN_COUNTRY, main)))[0]


def _kph(graph: RoadGraph, profile: str = "car") -> tuple[float, float]:
    """The free-flow speed in town and in the country."""
    kph = ordinary_kph(graph, PROFILES[profile])
    town, country = (2 * edge_between(graph, *ends)[0] for ends in (IN_TOWN, IN_COUNTRY))
    return float(kph[town]), float(kph[country])


def _built_up(*streets: Street) -> BoolArray:
    return built_up(join_roads(make_roads(*streets))[0])


def test_a_dense_net_of_streets_is_built_up_and_a_lone_road_is_not() -> None:
    graph = _world("primary")
    found = built_up(graph)
    assert [bool(found[edge_between(graph, *ends)[0]]) for ends in (IN_TOWN, IN_COUNTRY)] == [True, False]


def test_outside_town_a_main_road_without_a_sign_is_driven_at_its_open_limit() -> None:
    for highway in ("trunk", "primary", "secondary"):
        rule = PROFILES["car"].rules[highway]
        assert rule.open_kph is not None
        assert _kph(_world(highway)) == (rule.limit_kph * rule.flow, rule.open_kph * rule.flow)


def test_a_posted_limit_rules_in_town_and_outside() -> None:
    assert _kph(_world("primary", maxspeed="40")) == (40.0, 40.0)


def test_a_class_without_an_open_limit_is_driven_alike_everywhere() -> None:
    assert _kph(_world("tertiary")) == (40.0, 40.0)


def test_a_motorbike_keeps_its_own_lower_limit_outside_town() -> None:
    town, country = _kph(_world("secondary"), "motorbike")
    assert (town, country) == (50 * 1.3, 60 * 1.3)


def test_service_roads_and_alleys_make_no_town() -> None:
    alleys: list[Street] = [(line, {"highway": "service"}) for line, _ in TOWN]
    assert not _built_up(*alleys, ([(0, 31), (30, 31)], {"highway": "residential"})).any()


def test_a_map_of_main_roads_alone_counts_as_built_up() -> None:
    assert _built_up(([(0, 0), (9, 0)], {"highway": "primary"}), ([(9, 0), (9, 9)], {"highway": "trunk"})).all()


def test_the_measure_is_kilometres_of_street_for_every_square_kilometre() -> None:
    """Half the town's streets leave 9 km for every square kilometre, which is enough; a quarter is not."""
    half, quarter = (_built_up(*TOWN[::step]).mean() for step in (2, 4))
    assert half > 0.5
    assert quarter == 0.0
