"""Who may drive where, and how long it takes."""

from itertools import pairwise

import numpy as np
import pytest

from routing.build import build_graph
from routing.errors import NoRoadsError, UnknownProfileError
from routing.graph import CLOSED
from routing.profiles import PROFILES, get_profile
from tests.routing.worlds import Cell, at, edge_between, make_roads, make_times

# Four streets that every profile can drive, so that nothing is dropped for being cut off.
CORNERS: list[Cell] = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
RING = [([here, there], {"highway": "residential"}) for here, there in pairwise(CORNERS)]
CHORD: list[Cell] = [(0, 0), (4, 4)]


def _chord_ms(tags: dict[str, str], profile: str, blocked: tuple[Cell, ...] = ()) -> tuple[int | None, int | None]:
    """Time along the chord there and back; `None` where closed."""
    graph = build_graph(make_roads(*RING, (CHORD, tags), blocked=blocked))
    edge, column = edge_between(graph, *CHORD)
    there, back = (int(graph.time_ms[profile][edge, side]) for side in (column, 1 - column))
    return (there if there < CLOSED else None, back if back < CLOSED else None)


def _is_open(tags: dict[str, str], profile: str) -> bool:
    try:
        return _chord_ms(tags, profile) != (None, None)
    except LookupError:
        return False


def test_a_car_obeys_one_ways() -> None:
    there, back = _chord_ms({"highway": "residential", "oneway": "yes"}, "car")
    assert there is not None
    assert back is None


@pytest.mark.parametrize("profile", ["ambulance", "motorbike"])
def test_units_on_duty_may_drive_against_a_one_way_at_a_price(profile: str) -> None:
    there, back = _chord_ms({"highway": "residential", "oneway": "yes"}, profile)
    assert there is not None
    assert back is not None
    assert back > 1.9 * there


@pytest.mark.parametrize("highway", ["motorway", "motorway_link", "trunk", "trunk_link"])
@pytest.mark.parametrize("profile", list(PROFILES))
def test_nobody_drives_against_a_motorway_or_trunk_road(highway: str, profile: str) -> None:
    if highway.startswith("motorway") and profile == "motorbike":
        assert not _is_open({"highway": highway, "oneway": "yes"}, profile)
    else:
        assert _chord_ms({"highway": highway, "oneway": "yes"}, profile)[1] is None


def test_nobody_drives_against_a_roundabout() -> None:
    assert _chord_ms({"highway": "tertiary", "junction": "roundabout"}, "ambulance")[1] is None


@pytest.mark.parametrize(
    ("tags", "drivers"),
    [
        ({"highway": "residential"}, {"car", "ambulance", "motorbike"}),
        ({"highway": "service", "service": "alley"}, {"car", "ambulance", "motorbike"}),
        ({"highway": "service", "service": "alley", "width": "1.5"}, {"motorbike"}),
        ({"highway": "footway"}, {"motorbike"}),
        ({"highway": "path"}, {"motorbike"}),
        ({"highway": "pedestrian"}, {"ambulance", "motorbike"}),
        ({"highway": "service", "access": "private"}, {"ambulance", "motorbike"}),
        ({"highway": "service", "motor_vehicle": "no"}, {"ambulance", "motorbike"}),
        ({"highway": "motorway"}, {"car", "ambulance"}),
        ({"route": "ferry"}, {"car", "ambulance", "motorbike"}),
        ({"route": "ferry", "motorcar": "no"}, set()),
    ],
)
def test_roads_are_open_to(tags: dict[str, str], drivers: set[str]) -> None:
    assert {profile for profile in PROFILES if _is_open(tags, profile)} == drivers


def test_a_short_ferry_carries_only_motorbikes_unless_mapped_so() -> None:
    raft: list[Cell] = [(0, 0), (0, 1)]
    round_about: list[Cell] = [(0, 0), (0, -1), (1, -1), (1, 1), (0, 1)]
    ring = [([here, there], {"highway": "residential"}) for here, there in pairwise(round_about)]
    for tags, carried in (({"route": "ferry"}, False), ({"route": "ferry", "motor_vehicle": "yes"}, True)):
        graph = build_graph(make_roads(*ring, (raft, tags)))
        edge, column = edge_between(graph, *raft)
        assert (graph.time_ms["car"][edge, column] < CLOSED) == carried
        assert graph.time_ms["motorbike"][edge, column] < CLOSED


def test_a_bollard_stops_vans_only() -> None:
    graph = build_graph(make_roads(*RING, ([(0, 0), (2, 2), (4, 4)], {"highway": "service"}), blocked=((2, 2),)))
    edge, column = edge_between(graph, (0, 0), (2, 2))
    ms = {profile: graph.time_ms[profile][edge, column] < CLOSED for profile in PROFILES}
    assert ms == {"car": False, "ambulance": False, "motorbike": True}


def test_a_posted_limit_rules() -> None:
    slow, fast = (_chord_ms({"highway": "primary", "maxspeed": limit}, "car")[0] for limit in ("30", "60"))
    assert slow is not None
    assert fast is not None
    assert slow == pytest.approx(2 * fast, rel=0.02)


def test_the_same_street_takes_an_ambulance_less_time_than_a_car() -> None:
    ambulance, car = (_chord_ms({"highway": "secondary"}, profile)[0] for profile in ("ambulance", "car"))
    assert ambulance is not None
    assert car is not None
    assert ambulance < car


def test_signals_cost_a_car_more_than_an_ambulance() -> None:
    line: list[Cell] = [(0, 0), (4, 0), (8, 0)]
    costs = {}
    for profile in ("car", "ambulance"):
        plain, lit = (
            make_times((line, {"highway": "primary"}), signals=signals).times_to([at(0, 0)], at(8, 0), profile)[0]
            for signals in ((), ((4, 0),))
        )
        costs[profile] = lit - plain
    assert costs == {"car": pytest.approx(11.0, abs=0.01), "ambulance": pytest.approx(2.0, abs=0.01)}


def test_an_unknown_profile_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownProfileError, match="'tank'; choose one of car, ambulance, motorbike"):
        get_profile("tank")


def test_roads_nobody_can_come_back_from_are_no_network() -> None:
    with pytest.raises(NoRoadsError, match="no connected network for profile 'car'"):
        build_graph(make_roads(([(0, 0), (1, 0)], {"highway": "residential", "oneway": "yes"})))


def test_a_dead_end_without_return_is_left_out() -> None:
    trap = ([(4, 0), (8, 0)], {"highway": "trunk", "oneway": "yes"})
    graph = build_graph(make_roads(*RING, trap))
    assert np.all(graph.node_lon <= at(4, 0)[0] + 1e-9)
