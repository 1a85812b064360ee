"""Turn restriction relations: whom they bind, how they are put in order, and why some are left out."""

from pathlib import Path

import pytest

from routing.osm import read_roads
from routing.roads import Roads, TurnRestriction
from routing.turn_restrictions import Member, read_restriction
from tests.routing.maps import write_map
from tests.routing.worlds import Cell

NODE: list[Member] = [("w", 1, "from"), ("n", 7, "via"), ("w", 2, "to")]
EVERYBODY = {"car", "motorbike", "ambulance"}
# Four ways in a row: 1 west of (1, 0), 2 and 3 between, 4 east of (3, 0).
ROW: list[list[Cell]] = [[(0, 0), (1, 0)], [(1, 0), (2, 0)], [(2, 0), (3, 0)], [(3, 0), (4, 0)]]


def _bound(**tags: str) -> dict[str, set[str]]:
    """The vehicles that each kind of sign in one relation binds."""
    found = read_restriction({"type": "restriction"} | {k.replace("__", ":"): v for k, v in tags.items()}, NODE)
    assert not isinstance(found, str), found
    return {turn.kind: {name for name in EVERYBODY if getattr(turn, name)} for turn in found}


def _read(path: Path, tags: dict[str, str], *members: tuple[str, int | Cell]) -> Roads:
    streets = [(line, {"highway": "residential"}) for line in ROW]
    return read_roads(write_map(path / "map.osm.pbf", streets, relations=[({"type": "restriction"} | tags, members)]))


@pytest.mark.parametrize(
    ("tags", "bound"),
    [
        ({"restriction": "no_left_turn"}, {"no_left_turn": EVERYBODY}),
        ({"restriction": "no_left_turn", "except": "motorcycle;psv"}, {"no_left_turn": {"car", "ambulance"}}),
        ({"restriction": "no_left_turn", "except": "Mortorcycle"}, {"no_left_turn": {"car", "ambulance"}}),
        ({"restriction": "no_left_turn", "except": "psv, emergency"}, {"no_left_turn": {"car", "motorbike"}}),
        ({"restriction": "no_left_turn", "except": "motorcar"}, {"no_left_turn": {"motorbike"}}),
        ({"restriction__motorcar": "only_right_turn"}, {"only_right_turn": {"car", "ambulance"}}),
        ({"restriction__motorcycle": "no_u_turn"}, {"no_u_turn": {"motorbike"}}),
        (
            {"restriction": "no_u_turn", "restriction__motorcycle": "no_left_turn"},
            {"no_u_turn": {"car", "ambulance"}, "no_left_turn": {"motorbike"}},
        ),
        ({"type": "restriction:motorcar", "restriction": "no_entry"}, {"no_entry": {"car", "ambulance"}}),
    ],
)
def test_a_sign_binds_the_vehicles_it_names(tags: dict[str, str], bound: dict[str, set[str]]) -> None:
    assert _bound(**tags) == bound


@pytest.mark.parametrize(
    ("tags", "members", "reason"),
    [
        ({"restriction:hgv": "no_left_turn"}, NODE, "for no vehicle of ours"),
        ({"restriction:conditional": "no_left_turn @ (06:00-22:00)"}, NODE, "at certain hours only"),
        ({"restriction": "no_left_turn", "hour_on": "17:00"}, NODE, "at certain hours only"),
        ({"restriction": "no_rẽ_trái"}, NODE, "of unknown kind 'no_rẽ_trái'"),
        ({"restriction": "no_u_turn"}, NODE[:2], "without from, via or to"),
        ({"restriction": "no_u_turn"}, [*NODE, ("n", 8, "via")], "with a via that is neither one node nor ways"),
        ({"restriction": "only_left_turn"}, [*NODE, ("w", 3, "to")], "with several ways as the only one"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_its_reason(
    tags: dict[str, str], members: list[Member], reason: str
) -> None:
    assert read_restriction({"type": "restriction"} | tags, members) == reason


def test_no_entry_holds_from_every_way_that_it_names() -> None:
    found = read_restriction({"type": "restriction", "restriction": "no_entry"}, [("w", 3, "from"), *NODE])
    assert [(turn.from_way, turn.to_way) for turn in found if isinstance(turn, TurnRestriction)] == [(3, 2), (1, 2)]


@pytest.mark.parametrize("via_ways", [(2, 3), (3, 2)])
def test_via_ways_are_put_into_driving_order(tmp_path: Path, via_ways: tuple[int, int]) -> None:
    vias = [("via", way) for way in via_ways]
    roads = _read(tmp_path, {"restriction": "no_straight_on"}, ("from", 1), *vias, ("to", 4))
    assert roads.restrictions == (TurnRestriction(1, None, (2, 3), 4, False, "no_straight_on", True, True, True),)
    assert roads.restriction_notes == {"kept": 1}


def test_a_relation_with_nothing_but_a_sign_for_cars_is_read(tmp_path: Path) -> None:
    roads = _read(tmp_path, {"restriction:motorcar": "only_straight_on"}, ("from", 1), ("via", (1, 0)), ("to", 2))
    assert roads.restrictions == (TurnRestriction(1, 2, (), 2, True, "only_straight_on", True, False, True),)


@pytest.mark.parametrize(
    ("via", "to", "reason"),
    [
        (3, 4, "with members that do not join"),
        ((3, 0), 2, "with members that do not join"),
        ((1, 0), 99, "on ways that are not on the map"),
    ],
)
def test_members_that_do_not_join_or_are_not_there_are_counted(
    tmp_path: Path, via: int | Cell, to: int, reason: str
) -> None:
    roads = _read(tmp_path, {"restriction": "no_u_turn"}, ("from", 1), ("via", via), ("to", to))
    assert (roads.restrictions, roads.restriction_notes) == ((), {reason: 1})
