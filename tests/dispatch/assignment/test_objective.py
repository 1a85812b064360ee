"""What must hold for every world, searched for a counter-example."""

from __future__ import annotations

from hypothesis import given, settings

from dispatch.assignment.decide import assign
from dispatch.assignment.offerable import LEVELS
from dispatch.assignment.plan import Plan
from dispatch.domain.state import State, Unit
from tests.dispatch.assignment.worlds import (
    ROUNDING_S,
    SETTINGS,
    TRAVEL,
    Slot,
    World,
    can_serve,
    every_way,
    group_slots,
    response_s,
    scarce_worlds,
    value,
    worlds,
)
from tests.factories import NOW, make_unit


def chosen_units(world: World) -> list[str]:
    plan = world.plan()
    used = [column for case in plan.cases for column in case.sent]
    used += [case.parallel for case in plan.cases if case.parallel is not None]
    return [plan.fleet.units[column].id for column in used]


def fitting_units(plan: Plan, slots: list[Slot]) -> list[Unit | None]:
    """Who was chosen by the objective; a unit that lacks skills is sent to red beside it, not by it."""
    chosen = [-1 if (column := case.chosen[at]) is None else column for case, at in slots]
    return [
        plan.fleet.units[column] if column >= 0 and case.allowed[at, column] else None
        for (case, at), column in zip(slots, chosen, strict=True)
    ]


@given(worlds() | scarce_worlds())
@settings(max_examples=200, deadline=None)
def test_each_level_is_as_good_as_brute_force_can_make_it(world: World) -> None:
    plan = world.plan()
    units = list(plan.fleet.units)
    for levels in LEVELS:
        slots = group_slots(plan, levels)
        columns = [case.chosen[position] for case, position in slots]
        ours = value(world, plan, slots, fitting_units(plan, slots))
        best = min(value(world, plan, slots, way) for way in every_way(slots, units))
        assert ours[:2] == best[:2]
        assert ours[2] <= best[2] + 2 * ROUNDING_S * len(slots)
        parallels = [case.parallel for case, _ in slots]
        taken = {plan.fleet.units[at].id for at in (*columns, *parallels) if at is not None}
        units = [unit for unit in units if unit.id not in taken]


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_no_unit_is_given_twice(world: World) -> None:
    used = chosen_units(world)
    assert len(used) == len(set(used))


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_no_slot_is_left_beside_a_free_unit_that_fits(world: World) -> None:
    plan = world.plan()
    idle = [unit for unit in plan.fleet.units if unit.id not in chosen_units(world)]
    left = [(case, at) for case in plan.cases for at, column in enumerate(case.chosen) if column is None]
    assert not [(unit.id, slot) for slot in left for unit in idle if can_serve(unit, slot)]


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_things_stand_does_not_matter(world: World) -> None:
    def reverse(state: State) -> State:
        turned = State(seq=state.seq, at=state.at)
        for table in ("incidents", "units", "stations"):
            setattr(turned, table, dict(reversed(getattr(state, table).items())))
        return turned

    one = assign(world.state, world.positions, TRAVEL, NOW, SETTINGS, world.coverage)
    other = assign(reverse(world.state), world.positions, TRAVEL, NOW, SETTINGS, world.coverage)
    assert one == other


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_one_more_unit_never_worsens_what_red_gets(world: World) -> None:
    def red(world: World) -> tuple[int, int, float]:
        plan = world.plan()
        slots = group_slots(plan, (1,))
        return value(world, plan, slots, fitting_units(plan, slots))

    before = red(world)
    world.state.units["V"] = make_unit("V", station_id="S1")
    after = red(world)
    assert after[:2] < before[:2] or (after[:2] == before[:2] and after[2] <= before[2] + 0.1)


@given(worlds(with_coverage=False))
@settings(max_examples=100, deadline=None)
def test_a_call_loses_a_unit_only_to_one_answered_later_by_less_than_its_own_response(world: World) -> None:
    """The bound on starvation that `decide` states, for first units and stations that were not asked yet."""
    plan = world.plan()

    def overdue_s(at: int) -> float:
        incident = plan.cases[at].incident
        return (NOW - incident.answered_at).total_seconds() - SETTINGS.target_s[incident.priority]

    for lost, case in enumerate(plan.cases):
        for won, other in enumerate(plan.cases):
            column = other.chosen[0]
            same = any({case.incident.priority, other.incident.priority} <= set(levels) for levels in LEVELS)
            if case.chosen[0] is not None or column is None or not same or not case.allowed[0, column]:
                continue
            unit: Unit = plan.fleet.units[column]
            if unit.station_id in case.declined:
                continue
            ahead_s = overdue_s(lost) - overdue_s(won)
            assert ahead_s <= response_s(world, unit, case.incident) + 2 * ROUNDING_S
