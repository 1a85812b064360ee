"""What must hold for every world, searched for a counter-example."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings

from dispatch.assignment.decide import assign
from dispatch.assignment.plan import Case, Plan
from dispatch.domain.state import State, Unit
from tests.dispatch.assignment.worlds import (
    GROUPS,
    ROUNDING_S,
    SETTINGS,
    TRAVEL,
    Slot,
    Value,
    World,
    best_value,
    burden_s,
    can_serve,
    free_in_s,
    group_of,
    group_slots,
    is_under_way,
    must_send,
    overtime_s,
    red_worlds,
    response_s,
    scarce_worlds,
    skills_of,
    switch_s,
    value,
    waited_s,
    worlds,
)
from tests.factories import NOW, make_unit


def used_units(plan: Plan) -> list[str]:
    return [plan.fleet.units[column].id for case in plan.cases for column in columns_of(case)]


def columns_of(case: Case) -> list[int]:
    beside = [column for column in (case.first, case.parallel) if column is not None]
    return [column for column in case.chosen if column is not None] + beside


def fitting_units(plan: Plan, slots: Sequence[Slot]) -> list[Unit | None]:
    """Who was chosen by the objective; a unit that lacks skills is sent to red beside it, not by it."""
    chosen = [-1 if (column := case.chosen[at]) is None else column for case, at in slots]
    return [
        plan.fleet.units[column] if column >= 0 and case.allowed[at, column] else None
        for (case, at), column in zip(slots, chosen, strict=True)
    ]


def is_as_good(ours: Value, best: Value, slots: int) -> bool:
    return ours[:2] == best[:2] and ours[2] <= best[2] + 2 * ROUNDING_S * slots


@given(worlds() | scarce_worlds() | red_worlds())
@settings(max_examples=1500, deadline=None)
def test_each_level_is_as_good_as_brute_force_can_make_it(world: World) -> None:
    """First the slots with the units open to them, then those that had to do without busy ones with what is left."""
    plan = world.plan()
    units = list(plan.fleet.units)

    def may(unit: Unit, slot: Slot) -> bool:
        return can_serve(world, unit, slot) and (free_in_s(unit) is None or not must_send(slot[0].incident))

    for levels in GROUPS:
        slots = group_slots(plan, levels)
        given_now = fitting_units(plan, slots)
        sent = [
            None if unit is not None and must_send(case.incident) and free_in_s(unit) is not None else unit
            for (case, _), unit in zip(slots, given_now, strict=True)
        ]
        assert is_as_good(value(world, plan, slots, sent), best_value(world, plan, slots, units, may), len(slots))
        rest = [at for at, slot in enumerate(slots) if sent[at] is None and must_send(slot[0].incident)]
        used = {unit.id for unit in sent if unit}
        busy = [unit for unit in units if unit.id not in used and free_in_s(unit) is not None]
        left, awaited = [slots[at] for at in rest], [given_now[at] for at in rest]
        best = best_value(world, plan, left, busy, lambda unit, slot: can_serve(world, unit, slot))
        assert is_as_good(value(world, plan, left, awaited), best, len(left))
        taken = {plan.fleet.units[at].id for case in plan.cases if case.incident.priority in levels
                 for at in columns_of(case)}  # fmt: skip
        units = [unit for unit in units if unit.id not in taken]


@given(red_worlds() | worlds(with_coverage=False))
@settings(max_examples=300, deadline=None)
def test_as_many_reds_as_possible_get_a_unit_ahead_and_those_the_soonest(world: World) -> None:
    plan = world.plan()
    reds = [case for case in plan.cases if case.incident.priority == 1 and case.reach is not None]
    asking = [case for case in reds if not case.incident.active_runs and any(at is not None for at in case.chosen)]
    mains = {plan.fleet.units[at].id for case in reds for at in case.chosen if at is not None}
    free = [unit for unit in plan.fleet.units if unit.is_free_for(1) and unit.id not in mains]

    def gains(case: Case, unit: Unit) -> bool:
        latest_s = min((response_s(world, plan.fleet.units[at], case.incident) for at in case.sent), default=1e9)
        covers = any(can_serve(world, unit, (case, at)) for at in range(len(case.slots)))
        barred = unit.station_id in case.declined or unit.id in case.incident.barred
        is_sooner = response_s(world, unit, case.incident) <= latest_s - SETTINGS.first_tier_gain_s + 1e-6
        return bool(skills_of(unit) & {"doctor", "nurse"}) and not covers and not barred and is_sooner

    def best(cases: list[Case], units: list[Unit]) -> tuple[int, float]:
        if not cases:
            return 0, 0.0
        missing, cost = best(cases[1:], units)
        ways = [(missing + 1, cost)]
        for unit in units:
            if gains(cases[0], unit):
                missing, cost = best(cases[1:], [one for one in units if one is not unit])
                ways.append((missing, cost + response_s(world, unit, cases[0].incident)))
        return min(ways)

    ahead = [plan.fleet.units[case.first] if case.first is not None else None for case in asking]
    assert all(unit is None or gains(case, unit) for case, unit in zip(asking, ahead, strict=True))
    cost = sum(response_s(world, unit, case.incident) for case, unit in zip(asking, ahead, strict=True) if unit)
    wanted = best(asking, free)
    assert ahead.count(None) == wanted[0]
    assert cost <= wanted[1] + 2 * ROUNDING_S * len(asking)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_no_unit_is_given_twice_and_none_asked_to_leave_what_it_may_not(world: World) -> None:
    plan = world.plan()
    used = used_units(plan)
    assert len(used) == len(set(used))
    for case in plan.cases:
        for column in columns_of(case):
            old = plan.fleet.offerable[column].diverts_from
            assert old is None or (group_of(old) > group_of(case.incident) and old.priority != 1)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_whoever_loses_a_unit_asks_for_another_in_the_same_decision(world: World) -> None:
    plan = world.plan()
    lost = {
        (old.id, plan.fleet.units[at].id)
        for case in plan.cases
        for at in case.sent
        if (old := plan.fleet.offerable[at].diverts_from)
    }
    asking = {case.incident.id: case for case in plan.cases}
    assert {(key, unit_id) for key, case in asking.items() for unit_id in case.left_by} == lost
    for key, unit_id in lost:
        assert asking[key].slots or not any(run.unit_id == unit_id for run in asking[key].incident.active_runs)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_no_slot_is_left_beside_a_unit_that_could_be_sent(world: World) -> None:
    plan = world.plan()
    used = used_units(plan)
    idle = [unit for unit in plan.fleet.units if unit.id not in used]
    left = [(case, at) for case in plan.cases for at, column in enumerate(case.chosen) if column is None]
    assert not [(unit.id, case.incident.id) for case, at in left for unit in idle if can_serve(world, unit, (case, at))]


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_red_and_whoever_waited_long_enough_wait_for_no_busy_unit_beside_a_free_one(world: World) -> None:
    plan = world.plan()
    used = used_units(plan)
    free = [unit for unit in plan.fleet.units if unit.is_free_for(1) and unit.id not in used]
    waiting = [(case, case.chosen.index(at)) for case in plan.cases if case.must_send for at in case.awaited]
    assert not [slot for slot in waiting for unit in free if can_serve(world, unit, slot)]


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_things_stand_does_not_matter(world: World) -> None:
    def reverse(state: State) -> State:
        turned = State(seq=state.seq, at=state.at)
        for table in ("incidents", "units", "stations"):
            setattr(turned, table, dict(reversed(getattr(state, table).items())))
        return turned

    one = assign(world.state, world.positions, TRAVEL, NOW, SETTINGS, world.coverage)
    again = assign(world.state, world.positions, TRAVEL, NOW, SETTINGS, world.coverage)
    other = assign(reverse(world.state), world.positions, TRAVEL, NOW, SETTINGS, world.coverage)
    assert one == again == other


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_one_more_unit_never_worsens_what_red_gets(world: World) -> None:
    """Of those that can go now: red waits for no busy unit beside a free one, even where that is expected sooner."""

    def red(world: World) -> Value:
        plan = world.plan()
        slots = group_slots(plan, (1,))
        now = [None if unit and free_in_s(unit) is not None else unit for unit in fitting_units(plan, slots)]
        return value(world, plan, slots, now)

    before = red(world)
    world.state.units["V"] = make_unit("V", station_id="S1")
    after = red(world)
    assert after[:2] < before[:2] or (after[:2] == before[:2] and after[2] <= before[2] + 0.1)


@given(red_worlds() | scarce_worlds())
@settings(max_examples=150, deadline=None)
def test_one_more_unit_never_worsens_the_objective(world: World) -> None:
    """All levels, in their order, where neither coverage nor the runs of the day change with it."""

    def values(world: World) -> list[Value]:
        plan = world.plan()
        return [value(world, plan, slots, fitting_units(plan, slots)) for slots in by_group(plan)]

    def by_group(plan: Plan) -> list[list[Slot]]:
        return [group_slots(plan, levels) for levels in GROUPS]

    before = values(world)
    world.state.units["V"] = make_unit("V", station_id="S1")
    for ours, was in zip(values(world), before, strict=True):
        assert ours[:2] < was[:2] or (ours[:2] == was[:2] and ours[2] <= was[2] + 0.1)
        if ours[:2] < was[:2] or ours[2] < was[2] - 0.1:
            break


@given(worlds(with_coverage=False))
@settings(max_examples=150, deadline=None)
def test_a_sooner_unit_of_equal_skill_never_loses_a_red_call(world: World) -> None:
    """Free against free, none of them declined: an unused one is never sooner than the one sent in its place."""
    plan = world.plan()
    idle = [unit for unit in plan.fleet.units if unit.is_free and unit.id not in used_units(plan)]
    for case, at in group_slots(plan, (1,)):
        column = case.chosen[at]
        if column is None or not plan.fleet.is_free[column] or not case.allowed[at, column]:
            continue
        sent_s = response_s(world, plan.fleet.units[column], case.incident)
        for unit in idle:
            barred = unit.station_id in case.declined or unit.id in case.incident.barred
            if can_serve(world, unit, (case, at)) and not barred:
                assert response_s(world, unit, case.incident) >= sent_s - 2 * ROUNDING_S


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_a_graver_call_never_waits_for_a_lesser_one(world: World) -> None:
    """What a lesser call gets, no graver one that goes without could have had."""
    plan = world.plan()
    left = [(case, at) for case in plan.cases for at, column in enumerate(case.chosen) if column is None]
    for case, at in left:
        for other in plan.cases:
            if group_of(other.incident) > group_of(case.incident):
                units = [plan.fleet.units[column] for column in columns_of(other)]
                assert not [unit.id for unit in units if can_serve(world, unit, (case, at))]


@given(worlds())
@settings(max_examples=300, deadline=None)
def test_a_call_loses_a_unit_only_to_one_answered_later_by_less_than_the_stated_bound(world: World) -> None:
    """The bound on starvation that `decide` states, for first units and stations that were not asked yet."""
    plan = world.plan()

    def overdue_s(case: Case) -> float:
        return waited_s(case.incident) - SETTINGS.target_s[case.incident.priority]

    for lost in plan.cases:
        for won in plan.cases:
            column = won.chosen[0] if won.chosen else None
            if not lost.chosen or lost.chosen[0] is not None or column is None or not lost.allowed[0, column]:
                continue
            unit = plan.fleet.units[column]
            if free_in_s(unit) is not None and must_send(lost.incident):
                continue  # it does not wait for a busy unit; once that is free, it competes for it
            if group_of(lost.incident) != group_of(won.incident) or lost.again[column] or lost.slots[0] != 0:
                continue
            weight = 0.0 if lost.incident.priority == 1 else SETTINGS.late_weight
            extra_s = switch_s(lost.incident) if is_under_way(unit) else 0.0
            if lost.incident.priority != 1:
                loss = float(plan.covered.loss[column]) if plan.covered else 0.0
                arrives_s = response_s(world, unit, lost.incident)
                extra_s += burden_s(world, unit) + overtime_s(unit, arrives_s)
                extra_s += SETTINGS.coverage_weight_s[lost.incident.priority] * loss
            bound_s = response_s(world, unit, lost.incident) + extra_s / (1 + weight)
            assert overdue_s(lost) - overdue_s(won) <= bound_s + 2 * ROUNDING_S
