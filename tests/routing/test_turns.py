"""Restrictions hold exactly, however they overlap; turning costs what the profile says."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.graph import CLOSED, IntArray
from routing.roads import TurnRestriction
from routing.travel_times import TravelTimes
from routing.turns import Forbidden, find_turns
from tests.routing.worlds import Cell, Street, at, make_times, node_number

# A crossing of two streets, each cut at the middle: west 0, east 1, south 2, north 3.
WEST: Street = ([(0, 2), (2, 2)], {"highway": "secondary", "name": "Tây"})
EAST: Street = ([(2, 2), (4, 2)], {"highway": "secondary", "name": "Đông"})
SOUTH: Street = ([(2, 0), (2, 2)], {"highway": "secondary", "name": "Nam"})
NORTH: Street = ([(2, 2), (2, 4)], {"highway": "secondary", "name": "Bắc"})
# A way round, so that every place can still be reached.
RING: Street = ([(0, 2), (0, 0), (2, 0), (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (0, 2)], {"highway": "secondary"})
CROSSING = (WEST, EAST, SOUTH, NORTH, RING)
MIDDLE: Cell = (2, 2)


def _rule(
    source: int,
    target: int,
    *,
    only: bool = False,
    via_ways: tuple[int, ...] = (),
    via: int | None = node_number(MIDDLE, *CROSSING),
    ambulance: bool = True,
) -> TurnRestriction:
    return TurnRestriction(
        from_way=source,
        via_node=None if via_ways else via,
        via_ways=via_ways,
        to_way=target,
        only=only,
        kind="only_straight_on" if only else "no_left_turn",
        car=True,
        motorbike=True,
        ambulance=ambulance,
    )


def _streets(profile: str, here: Cell, there: Cell, *rules: TurnRestriction) -> list[str | None]:
    route = make_times(*CROSSING, restrictions=rules).route(at(*here), at(*there), profile)
    assert route is not None
    return [step.name for step in route.steps]


def test_a_car_turns_left_where_it_may() -> None:
    assert _streets("car", (1, 2), (2, 3)) == ["Tây", "Bắc"]


def test_a_car_does_not_turn_left_where_it_must_not() -> None:
    assert _streets("car", (1, 2), (2, 3), _rule(0, 3)) == ["Tây", None, "Bắc"]


def test_only_straight_on_forbids_both_turns_and_turning_round() -> None:
    times = make_times(*CROSSING, restrictions=[_rule(0, 1, only=True)])
    plain = make_times(*CROSSING)
    ends = [at(2, 3), at(2, 1), at(3, 2)]
    slower = times.times([at(1, 2)], ends, "car")[0] > plain.times([at(1, 2)], ends, "car")[0] + 1
    assert slower.tolist() == [True, True, False]


def test_an_ambulance_makes_a_forbidden_turn_at_a_price_and_says_so() -> None:
    free, bound = make_times(*CROSSING), make_times(*CROSSING, restrictions=[_rule(0, 3)])
    price = bound.times_to([at(1, 2)], at(2, 3))[0] - free.times_to([at(1, 2)], at(2, 3))[0]
    assert price == pytest.approx(20.0)
    route = bound.route(at(1, 2), at(2, 3))
    assert route is not None
    assert [stretch.forbidden_turn for stretch in route.stretches] == [True, False]


def test_a_sign_that_spares_ambulances_costs_them_nothing() -> None:
    rule = _rule(0, 3, ambulance=False)
    free, spared = (make_times(*CROSSING, restrictions=rules) for rules in ([], [rule]))
    assert spared.times_to([at(1, 2)], at(2, 3))[0] == free.times_to([at(1, 2)], at(2, 3))[0]


def test_a_restriction_through_a_way_binds_only_those_who_came_that_way() -> None:
    """West, then east along the middle piece, then north: forbidden from the south, free from the west."""
    long: tuple[Street, ...] = (
        ([(0, 2), (2, 2)], {"highway": "secondary", "name": "Tây"}),
        ([(2, 2), (3, 2)], {"highway": "secondary", "name": "Giữa"}),
        ([(3, 2), (5, 2)], {"highway": "secondary", "name": "Đông"}),
        ([(2, 0), (2, 2)], {"highway": "secondary", "name": "Nam"}),
        ([(3, 2), (3, 4)], {"highway": "secondary", "name": "Bắc"}),
        ([(2, 0), (5, 0), (5, 2), (5, 4), (3, 4), (0, 4), (0, 2), (0, 0), (2, 0)], {"highway": "secondary"}),
    )
    times = make_times(*long, restrictions=[_rule(3, 4, via_ways=(1,), via=None)])
    assert [_names(times, here) for here in (at(1, 2), at(2, 1))] == [
        ["Tây", "Giữa", "Bắc"],
        ["Nam", "Giữa", "Đông", "Bắc"],  # past the turn, round at the next junction, and back
    ]


def _names(times: TravelTimes, here: tuple[float, float]) -> list[str | None]:
    route = times.route(here, at(3, 3), "car")
    assert route is not None
    return [step.name for step in route.steps]


@pytest.mark.parametrize(
    ("here", "there", "bend"), [((1, 2), (2, 3), "left_s"), ((1, 2), (2, 1), "right_s"), ((1, 2), (3, 2), None)]
)
def test_turning_costs_what_the_profile_says(here: Cell, there: Cell, bend: str | None) -> None:
    times = make_times(*CROSSING)
    for name in times.profiles:
        profile = times._of(name).profile
        route = times.route(at(*here), at(*there), name)
        assert route is not None
        wanted = profile.equal_junction_s + (getattr(profile, bend) if bend else 0.0)
        assert [stretch.delay_s for stretch in route.stretches] == [pytest.approx(wanted), 0.0]


def test_nobody_turns_round_on_a_bridge() -> None:
    """Back over it only from a street beyond."""
    bridge: Street = ([(0, 0), (1, 0), (2, 0)], {"highway": "residential", "bridge": "yes"})
    around: Street = ([(2, 0), (2, 4), (0, 4), (0, 0)], {"highway": "residential"})
    times = make_times(bridge, around)
    bends = times.graph.turns
    arcs = bends.state_arc
    round_ = (arcs[bends.source] ^ 1) == arcs[bends.target]
    on_bridge = times.graph.bridge[times.graph.arc_way[arcs[bends.source]]]
    cost = times._of("car").weighing.weights.turn_ms
    assert (cost[round_ & on_bridge] == CLOSED).all()


_ARCS = st.integers(0, 11)


@given(
    sequences=st.lists(st.tuples(st.lists(_ARCS, min_size=2, max_size=5), st.integers(1, 7)), max_size=8),
    seed=st.integers(0, 99),
)
@settings(max_examples=200, deadline=None)
def test_a_drive_is_forbidden_exactly_when_it_holds_a_forbidden_sequence(
    sequences: list[tuple[list[int], int]], seed: int
) -> None:
    """Three junctions, every one joined to every other twice: most sequences of arcs can be driven."""
    tails = np.array([0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 0], dtype=np.int32)
    heads = np.array([1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2], dtype=np.int32)
    rules = [Forbidden(tuple(arcs), bound) for arcs, bound in sequences if _drivable(arcs, tails, heads)]
    turns = find_turns(tails, heads, (np.zeros(12), np.zeros(12)), rules)
    step = {(s, turns.state_arc[t]): (t, b) for s, t, b in zip(turns.source, turns.target, turns.bound, strict=True)}
    for drive in _random_drives(tails, heads, seed):
        state, bound = drive[0], 0
        for arc in drive[1:]:
            state, mask = step[state, arc]
            bound |= int(mask)
        wanted = 0
        for rule in rules:
            size = len(rule.arcs)
            if any(tuple(drive[i : i + size]) == rule.arcs for i in range(len(drive))):
                wanted |= rule.bound
        assert bound == wanted


def _drivable(arcs: list[int], tails: IntArray, heads: IntArray) -> bool:
    return all(heads[a] == tails[b] for a, b in pairwise(arcs))


def _random_drives(tails: IntArray, heads: IntArray, seed: int) -> Iterator[list[int]]:
    random = np.random.default_rng(seed)
    for _ in range(40):
        drive = [int(random.integers(12))]
        while len(drive) < 9:
            drive.append(int(random.choice(np.flatnonzero(tails == heads[drive[-1]]))))
        yield drive
