"""A section that a scenario does not use changes no draw and no decision of it: yesterday's results come again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.results import Outcomes, summarise
from tests.simulator.days import make_world, run_day, stamps_of


def test_a_day_comes_out_as_it_did_before_there_were_floods_calendars_and_starts() -> None:
    """
    Figures of the simulator before those sections came, with transfers as of 30 November 2026, when vans ceased to
    cross the sea; the pack's data may change them too.
    """
    summary = summarise(Outcomes(run_day({"city": {"scale": 2.0}}, move_up="dmexclp"), 0.0), 900.0)
    counts = {key: summary[key] for key in ("calls", "runs", "refusals", "silences", "moves")}
    assert counts == {"calls": 439, "runs": 443, "refusals": 48, "silences": 17, "moves": 85}
    assert summary["response_s"]["mean"] == pytest.approx(464.717682, abs=1e-5)
    assert summary["response_s"]["p95"] == pytest.approx(857.349189, abs=1e-5)


@pytest.mark.parametrize(
    "told",
    [
        {"surge": [{"factor": 1.0}]},
        {"event": [{"name": "nobody", "lon": 106.7, "lat": 10.77, "crowd": 0}]},
        {"diversion": [{"hospital": "cho-ray"}]},
        {"patience": {"mean_s": 1e9}},
        {"breakdowns": {"per_1000_h": 1e-9}},
        {"traffic": [{"speed_share": 0.5}]},
    ],
    ids=lambda told: next(iter(told)),
)
def test_a_section_without_effect_here_leaves_every_run_as_it_was(told: dict[str, Any]) -> None:
    """The roads of this world are straight lines, which no traffic slows; `nearest` asks no hospital."""
    usual, other = make_world(duration_s=7200.0), make_world(told, duration_s=7200.0)
    one, two = usual.make_day(3).run(), other.make_day(3).run()
    assert np.array_equal(one.calls.at_s, two.calls.at_s)
    assert [stamps_of(run) for run in one.runs] == [stamps_of(run) for run in two.runs]
