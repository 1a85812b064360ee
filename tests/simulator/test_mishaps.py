"""Callers who give up, vehicles that break down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.results import Outcomes, summarise
from tests.simulator.days import make_world

FEW: dict[str, Any] = {"city": {"units": "none", "scale": 0.5}, "unit": [{"id": "V1", "post": "trung-tam"}]}


@pytest.mark.parametrize("policy", ["closest_idle", "desk"])
def test_who_waits_too_long_gives_up_and_red_never_does(policy: str) -> None:
    world = make_world({**FEW, "patience": {"mean_s": 900.0}}, duration_s=6 * 3600.0, policy=policy)
    day = world.make_day(1).run()
    assert day.given_up
    assert not {run.call for run in day.runs} & set(day.given_up)
    assert all(day.calls.priority[call] > 1 for call in day.given_up)
    assert not day.waiting
    summary = summarise(Outcomes(day, 0.0), 900.0)
    assert summary["lost"] == summary["given_up"] == len(day.given_up)


def test_a_unit_that_breaks_down_is_away_and_comes_back() -> None:
    usual = make_world(duration_s=86_400.0).make_day(1).run()
    told = {"breakdowns": {"per_1000_h": 100.0, "repair_mean_s": 7200.0}}
    day = make_world(told, duration_s=86_400.0).make_day(1).run()
    assert 40 < day.breakdowns < 67 * 2.4 * 1.3
    assert len({run.call for run in day.runs}) == len(day.calls) == len(usual.calls)
    assert summarise(Outcomes(day, 0.0), 900.0)["breakdowns"] == day.breakdowns


def test_nothing_of_it_is_drawn_or_told_where_a_scenario_is_silent() -> None:
    """So that yesterday's results come again, byte by byte."""
    summary = summarise(Outcomes(make_world(duration_s=6 * 3600.0).make_day(1).run(), 0.0), 900.0)
    assert not {"given_up", "breakdowns"} & summary.keys()
    assert json.dumps(summary)


def test_a_slip_of_the_pen_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"no key 'mean' in \[patience\]; did you mean 'mean_s'\?"):
        make_world({"patience": {"mean": 3.0}})
