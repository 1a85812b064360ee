"""Who may drive where, and how long it takes."""

from itertools import pairwise

import msgspec
import pytest

from routing.build import join_roads
from routing.errors import NoRoadsError, UnknownProfileError
from routing.graph import CLOSED, RoadGraph
from routing.profiles import PROFILES, Profile, get_profile
from routing.roads import Roads
from routing.weights import Weights, weigh
from tests.routing.worlds import Cell, Street, edge_between, make_roads

# Four streets that every profile can drive, so that nothing is dropped for being cut off.
CORNERS: list[Cell] = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
RING = [([here, there], {"highway": "residential"}) for here, there in pairwise(CORNERS)]
CHORD: list[Cell] = [(0, 0), (4, 4)]


def _weigh(roads: Roads, profile: Profile | str) -> tuple[RoadGraph, Weights]:
    graph, _ = join_roads(roads)
    return graph, weigh(graph, PROFILES[profile] if isinstance(profile, str) else profile)


def _arc(graph: RoadGraph, here: Cell, there: Cell) -> int:
    edge, column = edge_between(graph, here, there)
    return 2 * edge + column


def _chord_ms(tags: dict[str, str], profile: Profile | str) -> tuple[int | None, int | None]:
    """Time along the chord there and back; `None` where closed."""
    graph, weights = _weigh(make_roads(*RING, (CHORD, tags)), profile)
    arc = _arc(graph, *CHORD)
    there, back = int(weights.drive_ms[arc]), int(weights.drive_ms[arc ^ 1])
    return (there if there < CLOSED else None, back if back < CLOSED else None)


def _is_open(tags: dict[str, str], profile: Profile | str) -> bool:
    return _chord_ms(tags, profile) != (None, None)


def _drivers(tags: dict[str, str]) -> set[str]:
    return {profile for profile in PROFILES if _is_open(tags, profile)}


def _passes(profile: str, **places: tuple[Cell, ...]) -> bool:
    """Whether the profile gets past the middle of a street with something standing there."""
    line: Street = ([(0, 0), (2, 2), (4, 4)], {"highway": "service"})
    graph, weights = _weigh(make_roads(*RING, line, **places), profile)  # type: ignore[arg-type]  # places only
    return not weights.blocked[_arc(graph, (0, 0), (2, 2))]


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
        ({"highway": "service", "service": "alley", "width": "2.1"}, {"car", "motorbike"}),
        ({"highway": "service", "service": "alley", "width": "1.5"}, {"motorbike"}),
        ({"highway": "service", "service": "alley", "width": "0.7"}, set()),
        ({"highway": "tertiary", "maxheight": "2.2"}, {"car", "motorbike"}),
        ({"highway": "tertiary", "maxheight": "1.6"}, set()),
        ({"highway": "tertiary", "maxweight": "2.5", "bridge": "yes"}, {"car", "motorbike"}),
        ({"highway": "primary", "motorcar": "no", "motorcycle": "designated"}, {"ambulance", "motorbike"}),
        ({"highway": "service", "access": "no", "emergency": "yes"}, {"ambulance", "motorbike"}),
        ({"highway": "busway"}, {"ambulance", "motorbike"}),
        ({"highway": "footway"}, {"motorbike"}),
        ({"highway": "path"}, {"motorbike"}),
        ({"highway": "pedestrian"}, {"ambulance", "motorbike"}),
        ({"highway": "service", "access": "private"}, {"car", "ambulance", "motorbike"}),
        ({"highway": "service", "motor_vehicle": "no"}, {"ambulance", "motorbike"}),
        ({"highway": "motorway"}, {"car", "ambulance"}),
        ({"route": "ferry"}, {"car", "ambulance", "motorbike"}),
        ({"route": "ferry", "motorcar": "no"}, set()),
    ],
)
def test_roads_are_open_to(tags: dict[str, str], drivers: set[str]) -> None:
    assert _drivers(tags) == drivers


def test_emergency_access_spares_an_ambulance_the_price_of_a_closed_road() -> None:
    closed = {"highway": "service", "access": "no"}
    assert _chord_ms(closed | {"emergency": "yes"}, "ambulance") == _chord_ms({"highway": "service"}, "ambulance")
    assert _chord_ms(closed, "ambulance") > _chord_ms({"highway": "service"}, "ambulance")


def test_a_planner_may_keep_vans_out_of_alleys_that_nobody_measured() -> None:
    ambulance = PROFILES["ambulance"]
    careful = msgspec.structs.replace(ambulance, assumed_width_m=dict(ambulance.assumed_width_m) | {"alley": 2.0})
    alley = {"highway": "service", "service": "alley"}
    assert [_is_open(alley, profile) for profile in (ambulance, careful)] == [True, False]
    assert _is_open(alley | {"width": "3"}, careful)


def test_a_short_ferry_carries_only_motorbikes_unless_mapped_so() -> None:
    raft: list[Cell] = [(0, 0), (0, 1)]
    round_about: list[Cell] = [(0, 0), (0, -1), (1, -1), (1, 1), (0, 1)]
    ring = [([here, there], {"highway": "residential"}) for here, there in pairwise(round_about)]
    for tags, carried in (({"route": "ferry"}, False), ({"route": "ferry", "motor_vehicle": "yes"}, True)):
        carries = {}
        for profile in ("car", "motorbike"):
            graph, weights = _weigh(make_roads(*ring, (raft, tags)), profile)
            carries[profile] = bool(weights.open[_arc(graph, *raft)])
        assert carries == {"car": carried, "motorbike": True}


def test_a_bollard_stops_vans_only() -> None:
    assert {profile: _passes(profile, blocked=((2, 2),)) for profile in PROFILES} == {
        "car": False,
        "ambulance": False,
        "motorbike": True,
    }


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
    line: Street = ([(0, 0), (4, 0), (8, 0)], {"highway": "primary"})
    waits_ms = {}
    for profile in ("car", "ambulance"):
        graph, weights = _weigh(make_roads(line, signals=((4, 0),)), profile)
        waits_ms[profile] = int(weights.wait_ms[_arc(graph, (0, 0), (4, 0))])
    assert waits_ms == {"car": 5_000, "ambulance": 2_000}


def test_an_unknown_profile_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownProfileError, match="'tank'; choose one of car, ambulance, motorbike"):
        get_profile("tank")


def test_roads_nobody_can_come_back_from_are_no_network() -> None:
    roads = make_roads(([(0, 0), (1, 0)], {"highway": "residential", "oneway": "yes"}))
    with pytest.raises(NoRoadsError, match="no connected network for profile 'car'"):
        _weigh(roads, "car")


def test_a_dead_end_without_return_is_left_out() -> None:
    trap: Street = ([(4, 0), (8, 0)], {"highway": "trunk", "oneway": "yes"})
    graph, weights = _weigh(make_roads(*RING, trap), "ambulance")
    arc = _arc(graph, (4, 0), (8, 0))
    assert (bool(weights.isolated[arc]), bool(weights.open[arc])) == (True, False)
