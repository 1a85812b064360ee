"""Hospitals that ask to be spared, in a simulated day."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from simulator.errors import ScenarioError
from tests.simulator.days import make_world

HOURS: dict[str, Any] = {"duration_s": 6 * 3600.0, "hospital": "load_aware"}


def taken(told: dict[str, Any]) -> Counter[str]:
    """Emergencies by the hospital that they were taken to."""
    world = make_world({"city": {"scale": 2.0}, **told}, **HOURS)
    day = world.make_day(1).run()
    first = world.first_hospital
    return Counter(
        world.hospitals[run.hospital - first].id
        for run in day.runs
        if run.hospital >= first and day.calls.kind[run.call] == 0
    )


def test_a_full_hospital_receives_fewer_and_others_more() -> None:
    usual = taken({})
    busiest, count = usual.most_common(1)[0]
    spared = taken({"diversion": [{"hospital": busiest}]})
    assert spared[busiest] < count / 2
    assert spared.total() == usual.total()


def test_one_that_is_over_before_the_day_begins_to_matter_changes_nothing() -> None:
    usual = taken({})
    busiest, _ = usual.most_common(1)[0]
    assert taken({"diversion": [{"hospital": busiest, "until": "2026-03-02T00:00:01"}]}) == usual


def test_a_duty_list_names_days_of_the_month() -> None:
    told = {"diversion": [{"hospital": "cho-ray", "days": [3, 5], "kinds": ["stroke"]}]}
    world = make_world(told, duration_s=5 * 86_400.0)
    day_s = 86_400.0
    assert world.diversions[0].spans == ((day_s, 2 * day_s), (3 * day_s, 4 * day_s))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"hospital": "cho-rai"}, "did you mean 'cho-ray'?"),
        ({"hospital": "cho-ray", "kinds": ["strok"]}, "did you mean 'stroke'?"),
        ({"hospital": "cho-ray", "days": [1], "until": "2026-03-02T08:00:00"}, "keep days"),
        ({"hospitl": "cho-ray"}, "did you mean 'hospital'?"),
    ],
)
def test_a_slip_of_the_pen_is_named(told: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        make_world({"diversion": [told]})
    assert said in str(error.value)
