"""What decisions are worth: the tables that the page shows."""

from __future__ import annotations

import pytest

from benchmarks.worth import CLOSEST, DESK, FIGURES, POLICIES, Rows, figures, show, show_policies
from tests.simulator.days import make_world


def test_a_difference_is_bold_only_beyond_chance(capsys: pytest.CaptureFixture[str]) -> None:
    about = {"busy": 46.0, "emergencies": 100.0, "reds": 9.0}
    rows: Rows = {}
    for week in range(6):
        base = dict.fromkeys(FIGURES, 700.0 + 10 * week) | about
        changed = {"mean_s": base["mean_s"] - 20.0 - week, "p90_s": base["p90_s"] + (-1) ** week * 20.0}
        rows[CLOSEST.name, week], rows[DESK.name, week] = base, base | changed
    found = show("Weeks", rows, (CLOSEST, DESK), CLOSEST, range(6))
    table = capsys.readouterr().out
    assert found["desk"]["mean_s"][0] == -22.5
    assert "| mean, s | 725.0 [705.4, 744.6] | **-22.5 [-24.5, -20.5]** |" in table
    assert "| p90, s | 725.0 [705.4, 744.6] | +0.0 [-23.0, +23.0] |" in table


def test_what_odd_weeks_gain_is_in_no_figure_of_the_even_ones() -> None:
    rows: Rows = {}
    for week in range(1, 7):
        base = dict.fromkeys((*FIGURES, "busy", "emergencies", "reds"), 700.0 + 10 * week)
        rows |= {(policy.name, week): base for policy in POLICIES}
        rows[DESK.name, week] = base | {"mean_s": base["mean_s"] - (100.0 if week % 2 else 20.0) - week / 10}
    found = show_policies(rows, range(1, 7))
    assert round(found["policies"]["desk"]["mean_s"][0], 6) == -60.35
    assert round(found["policies_even"]["desk"]["mean_s"][0], 6) == -20.4


def test_the_figures_of_a_week_leave_its_warm_up_out() -> None:
    world = make_world({"city": {"scale": 0.5}}, duration_s=2 * 86_400.0)
    row, calls = figures(world, 1), world.draw(1)
    counted = (calls.kind == 0) & (calls.at_s >= 86_400.0)
    assert 0 < row["reds"] < row["emergencies"] == counted.sum()
    assert row["red_within"] <= 100.0
    assert row["mean_s"] <= row["p90_s"] <= row["longest_s"]
