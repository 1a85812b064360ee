"""What mappers write, and what of it counts."""

import pytest

from routing.roads import ROAD_CLASSES, Access
from routing.tags import blocks_cars, parse_maxspeed, read_way


@pytest.mark.parametrize(
    "highway", ["111/12/2 ok", "69C ok", "proposed", "construction", "steps", "alley", "ferry", ""]
)
def test_what_is_no_road_is_ignored(highway: str) -> None:
    assert read_way({"highway": highway}) is None


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("60", 60),
        ("50 km/h", 50),
        ("40.0", 40),
        (" 30 ", 30),
        ("20;10", 0),
        ("4", 0),
        ("200", 0),
        ("VN:urban", 0),
        ("", 0),
    ],
)
def test_only_limits_that_can_be_meant_count(text: str, kph: int) -> None:
    assert parse_maxspeed(text) == kph


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({"highway": "primary", "oneway": "yes"}, 1),
        ({"highway": "primary", "oneway": "-1"}, -1),
        ({"highway": "primary", "oneway": "no;yes"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "tertiary", "junction": "roundabout"}, 1),
    ],
)
def test_oneways_are_read_as_mapped_or_as_implied(tags: dict[str, str], oneway: int) -> None:
    way = read_way(tags)
    assert way is not None
    assert way.oneway == oneway


def test_service_roads_are_told_apart() -> None:
    services = ["alley", "driveway", "parking_aisle", "emergency_access", "bus", ""]
    ways = [read_way({"highway": "service", "service": service}) for service in services]
    names = [ROAD_CLASSES[way.road_class] for way in ways if way is not None]
    assert names == ["alley", "driveway", "driveway", "driveway", "service", "service"]


def test_the_nearest_access_tag_wins() -> None:
    way = read_way({"highway": "service", "access": "private", "motor_vehicle": "yes", "motorcycle": "no"})
    assert way is not None
    assert (way.access_car, way.access_motorbike) == (Access.YES, Access.NO)


def test_a_boat_without_cars_takes_no_motorbikes_either() -> None:
    way = read_way({"route": "ferry", "motorcar": "no"})
    assert way is not None
    assert way.access_motorbike == Access.NO


def test_junk_widths_and_lanes_are_not_said() -> None:
    way = read_way({"highway": "service", "width": "8104", "lanes": "many"})
    assert way is not None
    assert (way.width_m, way.lanes) == (0.0, 0)


def test_bollards_block_cars_and_gates_do_not() -> None:
    barriers = [{"barrier": "bollard"}, {"barrier": "bollard", "motor_vehicle": "yes"}, {"barrier": "gate"}, {}]
    assert [blocks_cars(tags) for tags in barriers] == [True, False, False, False]
