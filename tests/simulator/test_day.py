from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.calls import ACCEPTS, REFUSES, SILENT
from simulator.results import Outcomes, summarise
from simulator.scenario import read_scenario
from simulator.textbook import make_day
from simulator.units import FIRST, MAIN
from tests.simulator.days import is_ordered, make_world, run_day, runs_of_unit, stamps_of

BUSY = {"city": {"scale": 3.0}}


def test_a_textbook_unit_needs_the_matrix_seconds_and_is_busy_for_the_service(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("from,to,seconds\nP,Z,60\n", encoding="utf-8")
    told = {
        "scenario": {"duration_s": 360_000.0},
        "travel": {"matrix": "m.csv"},
        "zone": [{"id": "Z", "rate_per_h": 0.5}],
        "unit": [{"id": "U", "post": "P"}],
        "service": {"distribution": "deterministic", "mean_s": 300.0, "includes_travel": True},
    }
    day = make_day(read_scenario(told, "x"), str(tmp_path / "x.toml"), 1).run()
    assert {round(run.on_scene_s - run.accepted_s, 6) for run in day.runs} == {60.0}
    assert {round(run.free_s - run.accepted_s, 6) for run in day.runs} == {300.0}


def test_stamps_come_in_order_and_no_unit_is_on_two_runs_at_once() -> None:
    day = run_day(BUSY, policy="closest_idle", move_up="dmexclp")
    assert all(is_ordered(stamps_of(run)) for run in day.runs)
    for unit in day.units:
        runs = runs_of_unit(day, unit.index)
        assert is_ordered(moment for run in runs for moment in (run.accepted_s, run.free_s))
    assert not day.waiting
    assert not day.on_road - set(range(len(day.units)))


def test_every_call_is_served_by_as_many_units_as_it_needs() -> None:
    day = run_day({"city": {"share_two_units": 1.0}})
    served = np.bincount([run.call for run in day.runs if run.tier == MAIN], minlength=len(day.calls))
    assert (served == day.calls.units).all()
    assert (day.calls.units == 2).any()


def test_two_policies_meet_the_same_day() -> None:
    one, other = (make_world(move_up=name).draw(7) for name in ("static", "dmexclp"))
    for name in ("at_s", "place", "priority", "scene_s", "answer", "handover_s"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert not np.array_equal(one.at_s[:50], make_world().draw(8).at_s[:50])


def test_the_same_seed_gives_the_same_runs() -> None:
    first, second = (run_day(BUSY, move_up="dmexclp") for _ in range(2))
    assert [stamps_of(run) for run in first.runs] == [stamps_of(run) for run in second.runs]


def test_a_station_that_declines_is_followed_by_another_one() -> None:
    world = make_world()
    calls = world.draw(1)
    calls.answer[:, :2] = [REFUSES, SILENT]
    calls.answer[:, 2:] = ACCEPTS
    day = world.make_day(1, calls).run()
    assert day.refusals >= day.silences > 0
    for run in day.runs:
        declined = day.declined.get(run.call, set())
        assert day.units[run.unit].station not in declined
        assert run.accepted_s >= calls.opened_s[run.call]


def test_a_unit_on_its_way_back_is_sent_from_where_it_is() -> None:
    day = run_day(BUSY)
    posts = {unit.home for unit in day.units}
    hospitals = {run.hospital for run in day.runs}
    starts = {run.start for run in day.runs}
    assert starts - posts - hospitals  # some began elsewhere: on the road, or at the scene of the call before


def test_a_motorbike_goes_ahead_for_red_and_leaves_after_the_van_has_come() -> None:
    units = [{"id": "V1", "post": "cu-chi"}, {"id": "M1", "post": "trung-tam", "kind": "motorbike"}]
    day = run_day({"city": {"units": "none", "scale": 0.1}, "unit": units}, duration_s=10 * 86_400.0)
    ahead = [run for run in day.runs if run.tier == FIRST]
    assert ahead
    main = {run.call: run for run in day.runs if run.tier == MAIN}
    for run in ahead:
        assert day.calls.priority[run.call] == 1
        assert run.left_s >= main[run.call].on_scene_s


def test_a_shift_round_the_clock_has_only_its_rest() -> None:
    shift = {"starts": "06:00", "ends": "06:00", "rest_starts": "12:00", "rest_min": 600.0, "stations": ["trung-tam"]}
    day = run_day({"shift": [shift]}, duration_s=86_400.0)
    mine = [unit.index for unit in day.units if unit.shift is not None]
    hours = {int(run.accepted_s // 3600) for run in day.runs if run.unit in mine}
    assert hours
    assert not hours & set(range(13, 22))  # a run at noon comes first


def test_units_work_only_while_their_shift_lasts_but_bring_a_run_to_its_end() -> None:
    shift = {"starts": "06:30", "ends": "18:30", "rest_starts": "12:00", "rest_min": 30.0, "stations": ["trung-tam"]}
    day = run_day({"shift": [shift]}, duration_s=3 * 86_400.0)
    mine = [unit for unit in day.units if unit.shift is not None]
    assert mine
    for unit in mine:
        for run in runs_of_unit(day, unit.index):
            of_day_s = run.offered_s % 86_400.0
            assert 6.5 * 3600 <= of_day_s <= 18.5 * 3600


def test_a_full_hospital_takes_longer() -> None:
    world = make_world({"city": {"scale": 2.0}})
    day = world.make_day(1)
    day.run()
    took = {run.call: run.handover_s - run.at_hospital_s for run in day.runs if run.handover_s == run.handover_s}
    calls = world.draw(1)
    drawn = {call: float(calls.handover_s[call]) for call in took}
    extra = {round((took[call] - drawn[call]) / day.rules.handover_per_unit_s, 6) for call in took}
    assert extra <= {float(n) for n in range(30)}
    assert len(extra) > 1


def test_a_unit_that_is_not_free_cannot_be_sent() -> None:
    world = make_world()
    day = world.make_day(1)
    call = 0
    day.send(call, 0)
    with pytest.raises(ValueError, match="send one of may_go"):
        day.send(call, 0)


def test_response_counts_from_the_answer_to_the_first_unit_on_scene() -> None:
    day = run_day()
    outcomes = Outcomes(day, 0.0)
    first: dict[int, float] = {}
    for run in day.runs:
        if run.on_scene_s == run.on_scene_s:
            first[run.call] = min(first.get(run.call, np.inf), run.on_scene_s)
    call, on_scene_s = next(iter(first.items()))
    assert outcomes.response_s[call] == pytest.approx(on_scene_s - day.calls.at_s[call])
    summary = summarise(outcomes, 900.0)
    assert summary["calls"] == summary["served"] + summary["lost"] == len(day.calls)
    assert all(0.0 <= share <= 1.0 for share in summary["unit_utilisation"].values())
