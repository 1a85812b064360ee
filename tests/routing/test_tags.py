"""What mappers write, and what of it counts."""

import pytest

from routing.roads import ROAD_CLASSES, Access
from routing.tag_values import find_width, parse_height, parse_maxspeed, parse_weight, parse_width
from routing.tags import NodeTags, WayTags, blocks_cars, read_node, read_way


def _way(**tags: str) -> WayTags:
    """A street with such tags; `oneway__motorcycle` spells `oneway:motorcycle`."""
    way = read_way({"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()})
    assert way is not None
    return way


@pytest.mark.parametrize(
    "highway", ["111/12/2 ok", "69C ok", "proposed", "construction", "steps", "raceway", "alley", "ferry", "no", ""]
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


@pytest.mark.parametrize(("highway", "road_class"), [("primary;secondary", "primary"), ("yes; tertiary", "tertiary")])
def test_of_several_classes_the_first_known_counts(highway: str, road_class: str) -> None:
    assert ROAD_CLASSES[_way(highway=highway).road_class] == road_class


@pytest.mark.parametrize(
    ("tags", "car", "motorbike"),
    [
        ({"access": "no", "motor_vehicle": "yes"}, Access.YES, Access.YES),
        ({"vehicle": "no", "motorcycle": "yes"}, Access.NO, Access.YES),
        ({"motorcar": "no", "motorcycle": "designated"}, Access.NO, Access.YES),
        ({"motorcar": "destination"}, Access.DESTINATION, Access.DEFAULT),
        ({"car": "no", "motorcar": "yes"}, Access.YES, Access.DEFAULT),
        ({"car": "no"}, Access.NO, Access.DEFAULT),
        ({"access": "đường cấm", "vehicle": "private"}, Access.PRIVATE, Access.PRIVATE),
        ({"motor_vehicle__conditional": "no @ (Sa-Su 18:30-23:00)"}, Access.DEFAULT, Access.DEFAULT),
        ({"motorroad": "yes"}, Access.DEFAULT, Access.DEFAULT),
        ({"highway": "busway"}, Access.NO, Access.NO),
        ({"highway": "busway", "motorcycle": "yes"}, Access.NO, Access.YES),
        ({"oneway": "reversible"}, Access.NO, Access.NO),
    ],
)
def test_access_is_read_along_the_hierarchy(tags: dict[str, str], car: Access, motorbike: Access) -> None:
    way = _way(**tags)
    assert (way.access_car, way.access_motorbike) == (car, motorbike)


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({}, Access.DEFAULT),
        ({"access": "no", "emergency": "yes"}, Access.YES),
        ({"emergency": "designated"}, Access.YES),
        ({"emergency": "no"}, Access.NO),
        ({"emergency": "private"}, Access.PRIVATE),
        ({"emergency": "fire_hydrant"}, Access.DEFAULT),
        ({"access": "emergency"}, Access.YES),
        ({"highway": "service", "service": "emergency_access"}, Access.YES),
    ],
)
def test_emergency_vehicles_have_an_access_of_their_own(tags: dict[str, str], access: Access) -> None:
    assert _way(**tags).access_emergency == access


@pytest.mark.parametrize(
    ("tags", "car", "motorbike"),
    [
        ({"oneway": "yes", "oneway__motorcycle": "no"}, 1, 0),
        ({"oneway": "yes", "motorcycle__oneway": "no"}, 1, 0),
        ({"oneway": "no", "oneway__motorcar": "yes", "oneway__motorcycle": "no"}, 1, 0),
        ({"oneway": "yes", "oneway__moped": "no"}, 1, 1),
        ({"oneway": "yes", "oneway__motor_vehicle": "-1"}, -1, -1),
        ({"oneway": "alternating"}, 0, 0),
        ({"motorcar__forward": "no"}, -1, 0),
        ({"oneway": "no", "motorcar__backward": "no"}, 1, 0),
        ({"highway": "motorway_link"}, 0, 0),
        ({"junction": "circular"}, 1, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1, -1),
    ],
)
def test_each_kind_of_vehicle_has_its_one_way(tags: dict[str, str], car: int, motorbike: int) -> None:
    way = _way(**tags)
    assert (way.oneway, way.oneway_motorbike) == (car, motorbike)


def test_a_road_closed_to_cars_in_both_directions_is_closed_to_them() -> None:
    way = _way(oneway="yes", motorcar__forward="no")
    assert (way.access_car, way.access_motorbike, way.oneway_motorbike) == (Access.NO, Access.DEFAULT, 1)


@pytest.mark.parametrize(
    ("text", "metres"), [("2.5 m", 2.5), ("2,5m", 2.5), ("4", 4.0), ("8104", 0.0), ("mã đợt", 0.0), ("0.1", 0.0)]
)
def test_widths_are_metres(text: str, metres: float) -> None:
    assert parse_width(text) == metres


@pytest.mark.parametrize(
    ("name", "metres"),
    [
        ("Hem 1.8m", 1.8),
        ("Hẻm 1237 Hoàng Sa (5m)", 5.0),
        ("686/28   0.9m", 0.9),
        ("Hem 686 CMTT 3.5m", 3.5),
        ("Hẻm 766/92 m", 0.0),
        ("Hẻm 12m Võ Văn Kiệt", 0.0),
        ("Đường 3 Mới", 0.0),
        ("80cm Bó Tay", 0.0),
        ("He3m 156 Huỳnh Tấn Phát", 0.0),
    ],
)
def test_alleys_that_carry_their_width_in_their_name_are_that_wide(name: str, metres: float) -> None:
    assert find_width(name) == metres
    assert _way(name=name, width="4").width_m == 4.0
    assert _way(name=name).width_m == metres


@pytest.mark.parametrize(
    ("text", "metres"), [("2.2", 2.2), ("4.75 m", 4.75), ("6'7\"", 2.01), ("default", 0.0), ("none", 0.0), ("42", 0.0)]
)
def test_heights_are_metres_or_feet(text: str, metres: float) -> None:
    assert parse_height(text) == metres


@pytest.mark.parametrize(
    ("text", "tonnes"), [("2.5", 2.5), ("10 t", 10.0), ("3,5t", 3.5), ("3500 kg", 3.5), ("2.5 @ (06:00-22:00)", 0.0)]
)
def test_weights_are_tonnes_or_kilograms(text: str, tonnes: float) -> None:
    assert parse_weight(text) == tonnes


def test_the_tightest_limit_of_a_road_counts() -> None:
    way = _way(width="10", maxwidth="2.5", maxheight="4.2", maxweight="20", maxweightrating="2.5", bridge="viaduct")
    assert (way.width_m, way.maxheight_m, way.maxweight_t, way.bridge, way.tunnel) == (2.5, 4.2, 2.5, True, False)


@pytest.mark.parametrize(
    ("tags", "node"),
    [
        ({"highway": "traffic_signals;crossing"}, NodeTags(signal=True)),
        ({"barrier": "gate"}, NodeTags()),
        ({"barrier": "yes"}, NodeTags()),
        ({"barrier": "gate", "access": "private"}, NodeTags(gated=True)),
        ({"barrier": "gate", "access": "private", "motorcar": "yes"}, NodeTags()),
        ({"barrier": "bollard"}, NodeTags(blocks_cars=True)),
        ({"barrier": "bollard", "emergency": "yes"}, NodeTags(gated=True)),
        ({"barrier": "block"}, NodeTags(blocks_cars=True)),
        ({"barrier": "cycle_barrier", "motorcycle": "yes"}, NodeTags(blocks_cars=True)),
        ({"barrier": "kissing_gate"}, NodeTags(blocks_cars=True, blocks_motorbikes=True)),
        ({"barrier": "yes", "motorcar": "no", "motorcycle": "yes"}, NodeTags(blocks_cars=True)),
        ({"barrier": "toll_booth"}, NodeTags()),
    ],
)
def test_barriers_stop_whom_they_stop(tags: dict[str, str], node: NodeTags) -> None:
    assert read_node(tags) == node
