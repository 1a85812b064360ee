from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from dispatch.assignment.decide import assign
from dispatch.assignment.plan import Plan
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.hospitals.decide import choose
from dispatch.hospitals.needs import needs_of
from dispatch.move_up.standing import look
from dispatch.positions.model import Position
from simulator.city_table import PROFILES
from simulator.day import Day
from simulator.errors import PolicyError
from simulator.mirror import Mirror, TableTravel, mirror_of
from simulator.policies.desk import Desk
from simulator.policies.dmexclp import Dmexclp
from simulator.policies.find import names_for
from simulator.results import Outcomes
from simulator.scenario import read_scenario
from simulator.statistics import paired_difference
from simulator.textbook import make_day
from simulator.units import PROFILE_OF_KIND, Unit
from tests.simulator.days import make_world, run_day

HARD = {"city": {"scale": 4.0}, "settings": {"assignment": {"left_call_s": 0.0}}}
"""So many calls, and none that is left weighing anything, that units are diverted."""
MINE = """
from simulator.policies.base import OneByOne


class Farthest(OneByOne):
    def choose(self, day, call):
        units = day.may_go(call)
        return int(units[day.response_s(call, units).argmax()]) if len(units) else None


class Broken(OneByOne):
    def choose(self, day, call):
        raise ZeroDivisionError("oh")
"""


def textbook_with(policy: str, folder: Path) -> list[str]:
    """Which units answered, of one near and one far, when the planner's own policy decides."""
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    (folder / "m.csv").write_text("from,to,seconds\nnear,Z,60\nfar,Z,600\n", encoding="utf-8")
    told = {
        "scenario": {"duration_s": 100_000.0, "policy": policy, "queue": "fifo"},
        "travel": {"matrix": "m.csv"},
        "zone": [{"id": "Z", "rate_per_h": 0.2}],
        "unit": [{"id": "N", "post": "near"}, {"id": "F", "post": "far"}],
        "service": {"mean_s": 60.0, "distribution": "deterministic", "includes_travel": False},
    }
    day = make_day(read_scenario(told, "x"), str(folder / "day.toml"), 1).run()
    return [day.units[run.unit].id for run in day.runs]


def test_a_planners_own_policy_decides(tmp_path: Path) -> None:
    assert set(textbook_with("closest_idle", tmp_path)) == {"N"}
    assert set(textbook_with("mine.py:Farthest", tmp_path)) == {"F"}


def test_a_policy_that_raises_is_named_with_the_call_the_time_and_the_seed(tmp_path: Path) -> None:
    with pytest.raises(
        PolicyError,
        match=r"a policy raised ZeroDivisionError: oh \(mine.py, line \d+\) at call 0, \d+ s after .* seed 1",
    ):
        textbook_with("mine.py:Broken", tmp_path)


def test_every_installed_policy_can_do_what_its_key_asks() -> None:
    assert {"closest_idle", "desk", "preference"} <= set(names_for("policy"))
    assert {"static", "dmexclp", "desk_move_up"} <= set(names_for("move_up"))
    assert {"nearest", "load_aware"} <= set(names_for("hospital"))


def test_our_quick_dmexclp_values_posts_as_the_desks_own_formula_does() -> None:
    world = make_world(HARD, policy="desk", move_up="dmexclp", duration_s=3 * 3600.0)
    day = world.make_day(1)
    policy = day.policies.move_up
    assert isinstance(policy, Dmexclp)
    seen = 0

    def check(unit: Unit) -> int | None:
        nonlocal seen
        state, settings = mirror_of(day, world).state, world.policy.move_up
        standing = look(state, world.coverage, settings.target_s, settings.busy_fraction)
        row = next((at for at, one in enumerate(standing.units) if one.id == unit.id), None)
        ours = policy.marginals(day, unit)
        if row is not None and seen < 40:
            by_desk = dict(zip(standing.post_ids, standing.marginals(standing.post)[row], strict=True))
            by_us = {station.id: float(ours[at]) for at, station in enumerate(world.stations)}
            assert by_desk == pytest.approx({post: by_us[post] for post in by_desk}, abs=1e-12)
            seen += 1
        return Dmexclp.post_for(policy, day, unit)

    class Checked:
        prepare = policy.prepare

        def post_for(self, _: object, unit: Unit) -> int | None:
            return check(unit)

    day.policies = type(day.policies)(day.policies.dispatch, Checked(), day.policies.destination)
    day.run()
    assert seen == 40


@pytest.mark.parametrize("weight", [0.5, 0.3])
def test_patients_are_taken_where_the_desk_advises(weight: float) -> None:
    """Vans and motorbikes, full hospitals and such as divert, and one that no road leads to."""
    told = HARD | {
        "city": {"scale": 4.0, "units": "all"},
        "settings": {"destination": {"handover_weight": weight}},
        "diversion": [
            {"hospital": "cho-ray", "kinds": ["trauma"], "daily_from": "01:00", "daily_until": "02:00"},
            {"hospital": "nhan-dan-115"},
        ],
    }
    world = make_world(told, hospital="load_aware", duration_s=9 * 3600.0)
    world.table.time_s[0][0][world.first_hospital + 3] = np.inf
    day = world.make_day(2)
    mirror, travel, ours = mirror_of(day, world), TableTravel(day, world), day.policies.destination
    places = {row.id: world.first_hospital + at for at, row in enumerate(world.hospitals)}
    taken: list[int] = []

    class Compared:
        def hospital_for(self, day: Day, call: int, unit: Unit) -> int:
            needs = needs_of(mirror.state.incidents[f"I{call}"], world.pack.destination_needs, unit_id=unit.id)
            lon, lat = world.points[day.place[call]].tolist()
            advised = choose(
                mirror.state, needs, (lon, lat), travel, mirror.now, world.policy.destination,
                profile=PROFILES[PROFILE_OF_KIND[unit.kind]], destinations=places,
            )  # fmt: skip
            taken.append(ours.hospital_for(day, call, unit))
            assert taken[-1] == places[advised[0].hospital_id]
            return taken[-1]

    day.policies = type(day.policies)(day.policies.dispatch, day.policies.move_up, Compared())
    day.run()
    assert len(taken) > 100
    assert len(set(taken)) > 20


def test_the_desks_state_knows_every_step_of_a_hard_day_under_the_desks_own_decisions() -> None:
    world = make_world(HARD, policy="desk", move_up="dmexclp", hospital="load_aware", duration_s=8 * 3600.0)
    day = world.make_day(3)
    mirror = Mirror(day, world, world.start, keeps_log=True)
    day.listener = mirror
    day.run()
    assert all(unit.incident_id is None for unit in mirror.state.units.values())
    assert not mirror.state.waiting
    assert len(mirror.state.incidents) == sum(one.status == "closed" for one in mirror.state.incidents.values())
    assert day.diversions > 0
    assert {run.outcome for run in day.runs} >= {"diverted", "conveyed", "treated"}
    assert mirror.log is not None
    assert len(mirror.log) == mirror.state.seq


def test_the_desk_decides_the_same_on_the_folded_log_of_the_day() -> None:
    """Every decision of the day again, by `assign` on a state folded anew from the log as far as it then was."""
    world = make_world(HARD, policy="desk", duration_s=3 * 3600.0)
    day = world.make_day(5)
    policy, mirror = day.policies.dispatch, Mirror(day, world, world.start, keeps_log=True)
    assert isinstance(policy, Desk)
    day.listener = mirror
    made: list[tuple[int, datetime, Mapping[str, Position], dict[str, list[str]]]] = []

    class Noting(Desk):
        def plan(self, day: Day, mirror: Mirror) -> Plan:
            seq, positions = mirror.state.seq, mirror.positions()
            plan = super().plan(day, mirror)
            sent = {case.incident.id: [plan.fleet.units[at].id for at in case.sent] for case in plan.cases}
            made.append((seq, mirror.now, positions, sent))
            return plan

    noting = Noting.__new__(Noting)
    noting.__dict__.update(policy.__dict__)
    day.policies = type(day.policies)(noting, day.policies.move_up, day.policies.destination)
    day.run()
    travel, settings, state = TableTravel(day, world), world.policy.assignment, State()
    log = iter(mirror.log or ())
    for seq, now, positions, sent in made:
        while state.seq < seq:
            apply(state, next(log))
        again = assign(state, positions, travel, now, settings, world.coverage)
        ours = {key: [one.unit_id for one in advice.units if one.tier == "main"] for key, advice in again.items()}
        assert ours == sent
    assert len(made) > 50


@pytest.mark.parametrize("table", ["dmexclp", "compliance"])
def test_the_desks_own_move_up_moves_units(table: str) -> None:
    told = {"city": {"scale": 3.0}, "settings": {"move_up": {"policy": table, "least_gain": 0.001}}}
    day = run_day(told, move_up="desk_move_up", duration_s=2 * 3600.0)
    assert day.moves > 0
    assert len({run.call for run in day.runs}) == len(day.calls)


def test_a_diverted_unit_left_a_lesser_call_which_another_one_then_served() -> None:
    day = run_day(HARD, policy="desk", duration_s=8 * 3600.0)
    left = [run for run in day.runs if run.outcome == "diverted"]
    assert left
    for run in left:
        later = [one for one in day.runs if one.unit == run.unit and one.accepted_s >= run.free_s]
        after = min(later, key=lambda one: one.accepted_s)
        assert day.priority[after.call] < day.priority[run.call]
        assert any(other.call == run.call and other.outcome != "diverted" for other in day.runs)


def test_a_diverted_unit_sets_out_from_where_the_desk_was_told_that_it_is() -> None:
    world = make_world(HARD, policy="desk", duration_s=8 * 3600.0)
    day = world.make_day(1)
    told: dict[float, Mapping[str, Position]] = {}

    class Noting(Desk):
        def plan(self, day: Day, mirror: Mirror) -> Plan:
            told[day.now_s] = mirror.positions()
            return super().plan(day, mirror)

    noting = Noting.__new__(Noting)
    noting.__dict__.update(day.policies.dispatch.__dict__)
    day.policies = type(day.policies)(noting, day.policies.move_up, day.policies.destination)
    day.run()
    left = {(run.unit, run.free_s): run for run in day.runs if run.outcome == "diverted"}
    moved = 0
    for run in day.runs:
        if (old := left.get((run.unit, run.offered_s))) and old is not run:
            spot = told[run.offered_s][day.units[run.unit].id]
            assert (spot.lon, spot.lat) == tuple(world.points[run.start].tolist())
            moved += run.start != old.start
    assert moved > 0


def test_dmexclp_leaves_fewer_calls_late_on_busy_days_beyond_chance() -> None:
    """Published for another city: 16.8 % fewer late arrivals (Jagtenberg 2015)."""
    late: dict[str, list[float]] = {"static": [], "dmexclp": []}
    for name, shares in late.items():
        world = make_world({"city": {"scale": 2.0}}, s_per_degree=20_000.0, move_up=name, duration_s=3 * 86_400.0)
        for seed in range(6):
            outcomes = Outcomes(world.make_day(seed).run(), 0.0)
            emergency = outcomes.served & (outcomes.day.calls.kind == 0)
            shares.append(float((outcomes.response_s[emergency] > 900.0).mean()))
    difference = paired_difference(late["dmexclp"], late["static"])
    assert difference.estimate.interval.high < 0.0
