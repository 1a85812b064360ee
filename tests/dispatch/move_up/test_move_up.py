"""Move-up: DMEXCLP by hand and by brute force, compliance tables, and who is left in peace."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.assignment.coverage import Coverage
from dispatch.domain.state import State, Unit
from dispatch.domain.words import UnitStatus
from dispatch.move_up import commands
from dispatch.move_up.advice import MoveUp
from dispatch.move_up.compliance import table_of, targets
from dispatch.move_up.decide import move_up
from dispatch.move_up.settings import MoveUpSettings
from dispatch.move_up.standing import look
from dispatch.move_up.watch import list_silent, remember_asked
from tests.factories import LAT, LON, NOW, FakeTravel, make_state, make_station, make_unit
from tests.folding import fold

SETTINGS = MoveUpSettings(least_gain=0.01, longest_s=5000.0)
STATIONS = [make_station("a"), make_station("b", lon=LON + 0.1), make_station("c", lon=LON + 0.2)]
"""A row of three posts, 1000 s from one to the next."""
CITY = Coverage(
    zones=np.array([[LON, LAT, 5.0], [LON + 0.1, LAT, 3.0], [LON + 0.2, LAT, 2.0]]),
    time_from_station=np.array([[0.0, 1000.0, 2000.0], [1000.0, 0.0, 1000.0], [2000.0, 1000.0, 0.0]]),
    station_ids=["a", "b", "c"],
)
"""Each post covers its own zone only, within 900 s."""


def advised(*units: Unit, q: float = 0.3, policy: MoveUpSettings = SETTINGS) -> list[MoveUp]:
    return move_up(make_state(stations=STATIONS, units=units), {}, FakeTravel(), CITY, NOW, policy, q)


def told(moves: list[MoveUp]) -> list[tuple[str, str, str]]:
    return [(move.unit_id, move.from_id, move.to_id) for move in moves]


def test_a_unit_that_is_free_again_goes_where_its_formula_says() -> None:
    """
    q = 0.3. One unit stands at a, one at b; u comes back to a. At a it would add 5/10 · 0.7 · 0.3 = 0.105, at b
    3/10 · 0.7 · 0.3 = 0.063, at c, which nobody covers, 2/10 · 0.7 = 0.14: it goes to c.
    """
    stay = [make_unit("s1", station_id="a"), make_unit("s2", station_id="b")]
    standing = look(make_state(stations=STATIONS, units=[*stay, make_unit("u", station_id="a")]), CITY, 900.0, 0.3)
    assert standing.marginals(standing.post)[2] == pytest.approx([0.105, 0.063, 0.14])
    (move,) = advised(*stay, make_unit("u", station_id="a", status="returning"))
    assert (move.unit_id, move.from_id, move.to_id) == ("u", "a", "c")
    before = 0.5 * 0.7 + 0.3 * 0.7
    assert [move.coverage_before, move.coverage_after] == pytest.approx([before + 0.105, before + 0.14])


def test_it_stays_where_a_higher_load_makes_a_second_unit_worth_more() -> None:
    """q = 0.9: a second unit at a adds 0.5 · 0.1 · 0.9 = 0.045, the first at c 0.2 · 0.1 = 0.02."""
    units = [make_unit("s1", station_id="a"), make_unit("s2", station_id="b")]
    units.append(make_unit("u", station_id="a", status="returning"))
    assert all(move.unit_id != "u" for move in advised(*units, q=0.9))


def test_the_move_that_adds_most_comes_first_and_each_unit_moves_once() -> None:
    moves = advised(*(make_unit(f"u{number}", station_id="c") for number in range(3)))
    assert [move.to_id for move in moves] == ["a", "b"]
    assert len({move.unit_id for move in moves}) == 2
    assert moves[0].coverage_after == moves[1].coverage_before


def test_of_equally_good_units_the_nearer_one_moves_then_the_first_by_id() -> None:
    far, near = make_unit("a-far", station_id="c"), make_unit("z-near", station_id="b")
    units = [far, make_unit("c2", station_id="c"), near, make_unit("b2", station_id="b")]
    even = Coverage(
        np.array([[LON, LAT, 1.0], [LON, LAT, 1.0], [LON, LAT, 1.0]]), CITY.time_from_station, ["a", "b", "c"]
    )
    state = make_state(stations=STATIONS, units=units)
    assert told(move_up(state, {}, FakeTravel(), even, NOW, SETTINGS, 0.3)) == [("b2", "b", "a")]


@pytest.mark.parametrize(
    ("why", "unit"),
    [
        ("asked already", {"asked_post_id": "b"}),
        ("moved twice within the hour", {"moved_at": [NOW - timedelta(minutes=50), NOW - timedelta(minutes=30)]}),
        ("not rested", {"moved_at": [NOW - timedelta(minutes=5)]}),
        ("on the move", {"status": "moving_up"}),
        ("off duty", {"status": "off_duty"}),
        ("on a run", {"status": "en_route"}),
        ("a boat", {"kind": "boat"}),
    ],
)
def test_some_units_are_left_in_peace(why: str, unit: dict[str, object]) -> None:
    second = msgspec.structs.replace(make_unit("u2", station_id="c"), **unit)
    assert all(move.unit_id != "u2" for move in advised(make_unit("u1", station_id="a"), second)), why


def test_a_crew_that_moved_over_an_hour_ago_may_be_asked_again() -> None:
    moved = [NOW - timedelta(minutes=61), NOW - timedelta(minutes=75), NOW - timedelta(minutes=40)]
    unit = msgspec.structs.replace(make_unit("u", station_id="c"), moved_at=moved)
    (move,) = advised(unit)
    assert (move.to_id, move.moves_left) == ("a", 1)


def test_a_clock_that_jumped_backward_silences_nobody() -> None:
    unit = msgspec.structs.replace(make_unit("u", station_id="c"), moved_at=[NOW + timedelta(hours=3)] * 5)
    assert told(advised(unit)) == [("u", "c", "a")]


def test_a_unit_counts_where_it_was_moved_to() -> None:
    unit = msgspec.structs.replace(make_unit("u", station_id="c"), post_id="a")
    assert advised(unit) == []


def test_nothing_is_advised_beyond_the_longest_way_or_for_too_little() -> None:
    unit = make_unit("u", station_id="c")
    assert told(advised(unit, policy=msgspec.structs.replace(SETTINGS, longest_s=1500.0))) == [("u", "c", "b")]
    assert advised(unit, policy=msgspec.structs.replace(SETTINGS, least_gain=0.5)) == []
    assert advised(unit, policy=msgspec.structs.replace(SETTINGS, policy="off")) == []


@pytest.mark.parametrize("policy", ["dmexclp", "compliance"])
def test_an_empty_city_asks_for_nothing(policy: str) -> None:
    chosen = msgspec.convert({"policy": policy}, MoveUpSettings)
    assert advised(policy=chosen) == []
    nobody = Coverage(np.empty((0, 3)), np.empty((0, 0)), [])
    assert move_up(State(), {}, FakeTravel(), nobody, NOW, chosen) == []


def test_the_table_is_nested_and_begins_with_the_most_important_posts() -> None:
    """q = 0.3: a (0.35), b (0.21), c (0.14), then a second unit at a (0.105)."""
    units = [make_unit(f"u{number}", station_id="a") for number in range(4)]
    standing = look(make_state(stations=STATIONS, units=units), CITY, 900.0, 0.3)
    assert [standing.post_ids[post] for post in table_of(standing)] == ["a", "b", "c", "a"]


def test_compliance_moves_units_so_that_the_longest_way_is_shortest() -> None:
    """Three units at a; b and c are wanted too: one unit goes to each, none further than it must."""
    policy = msgspec.structs.replace(SETTINGS, policy="compliance")
    moves = advised(*(make_unit(f"u{number}", station_id="a") for number in range(3)), policy=policy)
    assert sorted(move.to_id for move in moves) == ["b", "c"]
    assert [move.travel_s for move in moves] == [2000.0, 1000.0]
    shifted = advised(
        make_unit("u0", station_id="a"), make_unit("u1", station_id="a"), make_unit("u2", station_id="b"), policy=policy
    )
    assert sorted((move.from_id, move.to_id) for move in shifted) == [("a", "b"), ("b", "c")]


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(st.integers(1, 60), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
@settings(max_examples=300, deadline=None)
def test_the_matching_is_as_good_as_any(ways: list[list[int]]) -> None:
    cost = np.array(ways, dtype=np.float64)
    size = len(cost)
    found = [cost[unit, post] for unit, post in targets(cost, list(range(size)))]
    every = [[cost[unit, post] for unit, post in enumerate(order)] for order in permutations(range(size))]
    assert (max(found), sum(found)) == min((max(way), sum(way)) for way in every)


STATUSES: list[UnitStatus] = ["available", "returning"]
UNITS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(STATUSES)), min_size=1, max_size=5)


@given(UNITS, st.floats(0.0, 0.95), st.sampled_from(["dmexclp", "compliance"]))
@settings(max_examples=300, deadline=None)
def test_every_advised_move_is_told_truly(units: list[tuple[str, UnitStatus]], q: float, policy: str) -> None:
    """Coverage adds up move by move; DMEXCLP moves only where it gains; the order of input does not matter."""
    fleet = [make_unit(f"u{number}", station_id=post, status=status) for number, (post, status) in enumerate(units)]
    chosen = msgspec.structs.replace(SETTINGS, policy=policy)
    moves = advised(*fleet, q=q, policy=chosen)
    post = {unit.id: unit.post for unit in fleet}
    for move in moves:
        assert move.coverage_before == pytest.approx(share_by_hand(list(post.values()), q))
        assert post[move.unit_id] == move.from_id
        post[move.unit_id] = move.to_id
        assert move.coverage_after == pytest.approx(share_by_hand(list(post.values()), q))
        assert policy == "compliance" or move.gain > 0
    assert moves == advised(*reversed(fleet), q=q, policy=chosen)


def share_by_hand(posts: list[str], q: float) -> float:
    demand = {"a": 0.5, "b": 0.3, "c": 0.2}
    return sum(share * (1 - q ** posts.count(post)) for post, share in demand.items())


def test_a_crew_that_does_not_answer_is_as_if_nobody_had_asked() -> None:
    state = make_state(stations=STATIONS, units=[make_unit("u", station_id="a")])
    state = fold(state, commands.ask(state, commands.MoveRequest(unit_id="u", station_id="c")))
    asked = remember_asked({}, state, NOW)
    assert remember_asked(asked, state, NOW + timedelta(seconds=60)) == asked == {("u", "c"): NOW}
    assert list_silent(asked, NOW + timedelta(seconds=179), 180.0) == []
    assert list_silent(asked, NOW + timedelta(seconds=180), 180.0) == [("u", "c")]
    after = fold(state, commands.drop_silent(state, "u", "c"))
    assert (after.units["u"].asked_post_id, after.units["u"].status) == (None, "available")
    assert remember_asked(asked, after, NOW) == {}
    assert commands.drop_silent(after, "u", "c") == []
