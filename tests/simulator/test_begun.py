"""A day that begins in the middle goes on as the whole day did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dispatch.domain.clock import LOCAL
from dispatch.domain.state import State
from simulator.ahead.asked import AheadAsked, Alternative, as_now, completed, read_asked
from simulator.ahead.begin import Beginning, Ends, make_units
from simulator.ahead.forecast import forecast_of
from simulator.ahead.freeze import Way, freeze, settle
from simulator.ahead.look import Look
from simulator.ahead.start import Start, StartHospital
from simulator.begun import Begun
from simulator.calls import Calls
from simulator.city import CityWorld
from simulator.day import Day
from simulator.mirror import mirror_of
from simulator.units import ASKED, CONVEYING, FREE, GOING, HOSPITAL, SCENE, Run
from tests.simulator.days import S_PER_DEGREE, make_world

NOON_S = 2.5 * 3600.0
BEGINS = datetime(2026, 3, 2, 9, 30, tzinfo=LOCAL)
ENDS_S = 4 * 3600.0
DIVERTS = {"alternatives": [{"name": "d", "diversion": [{"hospital": "cho-ray", "kinds": ["stroke"]}]}]}
STAMPS = ("en_route_s", "on_scene_s", "left_s", "at_hospital_s", "handover_s", "free_s")


class Middle(NamedTuple):
    """A day, and what the desk knew at noon of it."""

    world: CityWorld
    day: Day
    start: Start
    open_calls: list[int]
    statuses: dict[str, str]
    ways: dict[str, tuple[int, float, float]]


def by_line(ways: Sequence[Way]) -> list[float]:
    return [
        float(np.hypot(here[0] - there[0], here[1] - there[1]))
        * S_PER_DEGREE
        * (0.75 if profile == "motorbike" else 1.0)
        for here, there, profile in ways
    ]


@cache
def middle(policy: str = "closest_idle", seed: int = 1) -> Middle:
    told = {"city": {"scale": 1.5, "refusals": False}}
    world = make_world(told, policy=policy, start=BEGINS, duration_s=ENDS_S)
    day = world.make_day(seed)
    mirror = mirror_of(day, world)
    found: list[Any] = []

    def look(_: None) -> None:
        state: State = mirror.state
        found.append(settle(freeze(state, mirror.positions(), mirror.now, world.pack), by_line))
        found.append(sorted_calls(state))
        found.append({unit.id: unit.status for unit in state.units.values()})
        found.append({(unit := day.units[one]).id: (unit.left, unit.left_s, unit.arrives_s) for one in day.on_road})

    day.agenda.plan(NOON_S, look, None, -1)
    day.run()
    return Middle(world, day, *found)


def sorted_calls(state: State) -> list[int]:
    """The open incidents in the order of the start's calls."""
    found = [one for one in state.incidents.values() if one.status != "closed"]
    return [int(one.id[1:]) for one in sorted(found, key=lambda one: (one.answered_at, one.opened_at))]


def rest_of_the_calls(known: Middle) -> tuple[Calls, list[int]]:
    """The open calls and those that come after noon, as they were, seen from noon."""
    calls, first = known.world.draw(known.day.seed), known.open_calls
    later = np.flatnonzero(calls.opened_s > NOON_S)
    order = np.array([*first, *(one for one in later.tolist() if one not in first)], dtype=np.int64)
    found = calls.only(order)
    found.at_s, found.opened_s = found.at_s - NOON_S, found.opened_s - NOON_S
    return found, order.tolist()


def with_the_truth(begun: Begun, known: Middle) -> Begun:
    """What was drawn for the runs under way, replaced by what came of them."""
    true = {(run.call, run.unit): run for run in known.day.runs if run.accepted_s <= NOON_S or run.free_s > NOON_S}
    for one in begun.runs:
        whole = true[known.open_calls[one.run.call], one.run.unit]
        name = {GOING: "on_scene_s", SCENE: "left_s", CONVEYING: "at_hospital_s", HOSPITAL: "free_s"}.get(
            one.status, "accepted_s"
        )
        one.next_s = getattr(whole, name) - NOON_S
        if one.status == GOING:
            one.run.en_route_s = whole.en_route_s - NOON_S
        if one.status == HOSPITAL:
            one.run.handover_s = whole.handover_s - NOON_S
        if one.status == ASKED:
            one.run.answer = 0
    for index, unit in begun.units.items():
        if (way := known.ways.get(known.day.units[index].id)) is not None:
            unit.place, unit.left_s, unit.until_s = way[0], way[1] - NOON_S, way[2] - NOON_S
    return begun


def second_half(known: Middle, *, policy: str | None = None) -> tuple[Day, list[int]]:
    world = known.world
    ends = Ends.of(world)
    units = make_units(known.start, ends, {spot.id: spot.can_refuse for spot in world.stations})
    calls, whole = rest_of_the_calls(known)
    head = msgspec.structs.replace(
        world.scenario.scenario, start=known.start.at, duration_s=ENDS_S - NOON_S, policy=policy or "closest_idle"
    )
    forked = CityWorld(msgspec.structs.replace(world.scenario, scenario=head), "fork", lambda *_: world.table)
    begun = with_the_truth(Beginning(known.start, forked, units).begun(calls, 1), known)
    return forked.make_day(1, calls, units, begun), whole


def courses(runs: Iterable[Run], whole: list[int], since_s: float, day: Day) -> list[tuple[Any, ...]]:
    """What every run does after noon, to the tenth of a second."""
    found = []
    for run in runs:
        if run.free_s + since_s <= NOON_S:
            continue
        stamps = [getattr(run, name) + since_s for name in STAMPS]
        later = [round(at_s, 1) if at_s > NOON_S else None for at_s in stamps]
        found.append((whole[run.call], day.units[run.unit].id, run.tier, run.hospital, *later))
    return sorted(found, key=str)


def test_both_halves_of_a_day_forked_in_the_middle_go_on_as_the_whole_day_did() -> None:
    known = middle()
    assert {"on_scene", "at_hospital", "en_route", "available"} <= set(known.statuses.values())
    day, calls = second_half(known)
    day.run()
    whole = courses(known.day.runs, list(range(len(known.day.calls))), 0.0, known.day)
    assert courses(day.runs, calls, NOON_S, day) == whole


def test_the_desks_own_state_is_told_what_led_there() -> None:
    known = middle()
    day, _ = second_half(known)
    mirror = mirror_of(day, day.policies and known.world)
    seen: dict[str, str] = {}
    day.agenda.plan(0.0, lambda _: seen.update({u.id: u.status for u in mirror.state.units.values()}), None, -1)
    day.run()
    assert seen == known.statuses


def test_without_another_call_every_unit_comes_free_and_back_to_its_post() -> None:
    known = middle()
    look = make_look(known, completed(Alternative(name="none"), as_now(known.start)))
    day, _ = look.day(3)
    open_only = day.calls.at_s <= 0.0
    assert open_only.sum() == len(known.start.calls) > 5
    day.run()
    assert not day.waiting
    assert {unit.status for unit in day.units} == {FREE}
    day.agenda.now_s = 1e6
    day.settle()
    assert day.here.tolist() == [unit.post for unit in day.units]


def make_look(known: Middle, told: Alternative, **asked: Any) -> Look:
    forecast = forecast_of(known.start, known.world.pack.demand, told_per_hour=5.0)
    return Look(known.start, AheadAsked(**({"hours": 1.0} | asked)), told, forecast, lambda *_: known.world.table)


def test_alternatives_meet_the_same_calls_and_ten_more_where_they_are_asked_for() -> None:
    known, base = middle(), as_now(middle().start)
    now, _ = make_look(known, base).day(5)
    more, _ = make_look(known, completed(Alternative(name="m", more_calls=10, off_duty=("115-001",)), base)).day(5)
    assert len(more.calls) == len(now.calls) + 10
    kept = np.flatnonzero(np.isin(more.calls.at_s, now.calls.at_s))
    for name in ("at_s", "place", "priority"):
        assert np.array_equal(getattr(more.calls, name)[kept], getattr(now.calls, name))
    assert [more.course[call] for call in kept.tolist()] == list(now.course.values())


def test_units_that_go_off_duty_are_sent_to_nobody_and_the_desk_knows_it() -> None:
    known = middle("desk", 2)
    off = tuple(sorted(unit.id for unit in known.start.units)[:30])
    day, _ = make_look(known, completed(Alternative(name="o", off_duty=off), as_now(known.start)), hours=0.5).day(1)
    mirror = mirror_of(day, known.world)
    day.run()
    sent = {day.units[run.unit].id for run in day.runs if run.offered_s >= 0.0}
    assert sent
    assert not sent & set(off)
    assert {mirror.state.units[one].status for one in off} == {"off_duty"}
    assert day.is_sent.count(1) == len(day.calls)


def test_a_hospital_that_diverts_in_an_alternative_still_says_what_it_had_told_before() -> None:
    known = middle("desk", 2)
    told = StartHospital(id="cho-ray", diversion=("burns",))
    start = msgspec.structs.replace(known.start, hospitals=(told,))
    alternative = completed(read_asked(DIVERTS, "test").alternatives[0], as_now(start))
    day, _ = make_look(known._replace(start=start), alternative, hours=0.5).day(1)
    mirror = mirror_of(day, known.world)
    seen: list[tuple[str, ...]] = []
    for at_s in (600.0, 1e5):
        day.agenda.plan(at_s, lambda _: seen.append(mirror.state.hospitals["cho-ray"].diversion), None)
    day.run()
    assert seen == [("burns", "stroke"), ("burns",)]


def test_the_same_seed_looks_ahead_to_the_same_and_a_unit_more_is_one_more() -> None:
    known, base = middle(), as_now(middle().start)
    more = completed(Alternative(name="u", units=({"station": "thu-duc"},)), base)  # type: ignore[arg-type]  # as told
    more = msgspec.convert(msgspec.to_builtins(more), Alternative)
    first, again, one_more = (make_look(known, told).replicate(2) for told in (base, base, more))
    assert first == again
    assert one_more["free"][0] == first["free"][0] + 1


def test_no_incident_can_be_found_again_in_a_start() -> None:
    known = middle()
    text = msgspec.json.encode(known.start).decode()
    assert '"number"' not in text
    assert "I1" not in text
    for unit in known.start.units:
        assert (unit.lon is None) == (unit.status == "on_scene")


def test_the_desk_goes_on_from_what_it_had_decided_and_told() -> None:
    known = middle("desk", 2)
    row = make_look(known, as_now(known.start)).replicate(2)
    assert row["calls"] > 0
    assert len(row["free"]) == 7


def test_a_hard_day_can_be_forked_at_any_moment() -> None:
    """Offers open and declined, diversions, breaks, units that move: the desk's rules take all that led there."""
    told = {"city": {"scale": 4.0}, "unit": [{"id": "M9", "post": "trung-tam", "kind": "motorbike"}]}
    head = {"policy": "desk", "move_up": "dmexclp", "start": BEGINS, "duration_s": 8000.0}
    world = make_world(told, **head)  # type: ignore[arg-type]  # keys of [scenario]
    day, starts = world.make_day(4), list[Start]()
    mirror = mirror_of(day, world)

    def look(_: None) -> None:
        starts.append(settle(freeze(mirror.state, mirror.positions(), mirror.now, world.pack), by_line))

    for moment_s in (4777.7, 7777.7):
        day.agenda.plan(moment_s, look, None, -1)
    day.run()
    assert any(call.declines for start in starts for call in start.calls)
    for start in starts:
        free = sum(unit.status in ("available", "returning", "moving_up") for unit in start.units)
        known = Middle(world, day, start, [], {}, {})
        assert make_look(known, as_now(start), hours=0.25).replicate(1)["free"][0] == free
