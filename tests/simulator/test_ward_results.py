"""Results ward by ward, for maps."""

from __future__ import annotations

import pytest

from dispatch.city_pack import load_city_pack
from simulator.results import Outcomes, summarise
from simulator.ward_results import compared_map, run_map, ward_outlines
from tests.simulator.days import make_world


def test_the_wards_of_a_run_add_up_to_its_summary() -> None:
    world = make_world(duration_s=86_400.0)
    outcomes = Outcomes(world.make_day(1).run(), 0.0)
    told, summary = run_map(outcomes, world, 600.0), summarise(outcomes, 600.0)
    calls = [ward["calls"] for ward in told["wards"].values()]
    late = sum(ward["calls"] * ward["late"] for ward in told["wards"].values())
    assert sum(calls) == summary["emergencies"]
    assert late / sum(calls) == pytest.approx(1 - summary["within_target"])
    assert sum(station["runs"] for station in told["stations"].values()) == summary["runs"]
    codes = {feature["properties"]["code"] for feature in ward_outlines(load_city_pack())["features"]}
    assert set(told["wards"]) <= codes


def test_a_ward_differs_only_where_its_days_say_so() -> None:
    base = [{"A": (4, 2, 2000.0), "B": (2, 0, 600.0), "C": (1, 0, 100.0)}] * 3
    more = [{"A": (4, 1, 1200.0), "B": (2, 0, 600.0)}] * 3
    told = compared_map({"as it is": base, "more": more}, 600.0)
    assert told["scenarios"]["more"]["wards"]["A"] == {"calls": 4.0, "late": 0.25, "mean_s": 300.0}
    found = told["differences"]["more"]
    assert {code: (one["late"]["mean"], one["late"]["p_holm"]) for code, one in found.items()} == {
        "A": (-0.25, 0.0),
        "B": (0.0, 1.0),
    }
