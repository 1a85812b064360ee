"""The pages of a run and of a comparison, and what they are made of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.animation import moving_pictures
from simulator.comparison_words import FIGURES, conclude, verdict
from simulator.duty_days import by_duty_day
from simulator.plots_of_time import coverage_over_time
from simulator.report import write_comparison, write_report
from simulator.results import Outcomes, summarise
from simulator.timeline import FREE, Timeline
from simulator.units import FREE as STATUS_FREE
from tests.simulator.days import make_world

SHIFT = {"starts": "06:30", "ends": "18:30", "rest_starts": "12:00", "rest_min": 45.0, "stations": ["trung-tam"]}


def test_who_is_free_and_where_is_read_from_a_day_that_is_over() -> None:
    world = make_world({"shift": [SHIFT], "city": {"scale": 2.0}}, duration_s=86_400.0, move_up="dmexclp")
    day, seen = world.make_day(3), {}

    def look(_: Any) -> None:
        if day.on_road:
            day.settle()
        free = [unit.index for unit in day.units if unit.status == STATUS_FREE]
        seen[day.now_s] = {index: int(day.here[index]) for index in free}

    for hour in range(1, 24):
        day.agenda.plan(hour * 3600.0 + 7.0, look, None)
    timeline = Timeline(day.run())
    asked = 0
    moments_s = list(seen)
    for pieces, found, free in zip(timeline.at(moments_s), timeline.free_places(moments_s), seen.values(), strict=True):
        told = [index for index, piece in enumerate(pieces) if piece.what == FREE]
        places = dict(zip(told, (place for place, _ in found), strict=True))
        asked += len(places.keys() - free.keys())  # they have not accepted yet
        assert {index: places.get(index) for index in free} == free
    assert asked < 10


def test_coverage_over_time_is_what_the_free_units_reach() -> None:
    world = make_world(duration_s=6 * 3600.0)
    outcomes = Outcomes(world.make_day(1).run(), 0.0)
    at_s = np.array([10.0, 7000.0])
    eight, fifteen, free = coverage_over_time(outcomes, world, at_s)
    assert free[0] == len(outcomes.day.units)
    times = world.table.time_s[0][0][: world.first_station, [unit.home for unit in outcomes.day.units]]
    vans = times[:, [unit.kind == 0 for unit in outcomes.day.units]].min(axis=1)
    assert fifteen[0] >= world.where_calls.zone_weight[vans <= 900].sum() - 1e-9
    assert (eight <= fifteen).all()


def test_the_pictures_show_every_unit_at_every_moment_and_the_busiest_hour_first() -> None:
    world = make_world(duration_s=86_400.0)
    outcomes = Outcomes(world.make_day(1).run(), 0.0)
    film = moving_pictures(outcomes, world)
    assert [window["why"] for window in film["windows"]] == ["busiest", "whole"]
    hours = np.bincount((outcomes.day.calls.at_s[outcomes.day.calls.kind == 0] // 3600).astype(int), minlength=24)
    assert film["windows"][0]["from_s"] == int(hours.argmax()) * 3600.0
    for unit_id, _, legs in film["windows"][1]["units"]:
        ends = [0, *(leg[1] for leg in legs)]
        assert [leg[0] for leg in legs] == ends[:-1], unit_id
        assert ends[-1] == 86_400


def test_duty_days_are_cut_at_half_past_six_and_add_up() -> None:
    world = make_world(duration_s=2 * 86_400.0, start="2026-03-02T00:00:00")
    outcomes = Outcomes(world.make_day(1).run(), 3600.0)
    rows = by_duty_day(outcomes, world.start)
    assert [(row["day"], row["hours"]) for row in rows] == [
        ("2026-03-01", 5.5),
        ("2026-03-02", 24.0),
        ("2026-03-03", 17.5),
    ]
    assert sum(row["emergencies"] for row in rows) == int((outcomes.counted & (outcomes.day.calls.kind == 0)).sum())


def test_a_report_fetches_nothing_and_stays_small(tmp_path: Path) -> None:
    world = make_world(duration_s=86_400.0)
    outcomes = Outcomes(world.make_day(1).run(), 0.0)
    write_report(tmp_path / "a.html", "Thử </script> nhé", outcomes, summarise(outcomes, 900.0), world.start, world)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=|@import|url\(|fetch\(|XMLHttp""", page)
    assert len(page.encode()) < 3_000_000
    assert "Thử &lt;/script&gt; nhé" in page
    for name in ("plots", "film-data"):
        found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
        assert found
        assert json.loads(found[1])
    assert '"coverage"' in page


@pytest.mark.parametrize(
    ("mean", "p_holm", "figure", "tone", "says"),
    [
        (-30.0, 0.001, "response_mean_s", "better", "Better: −30 s; almost surely between −40 s and −20 s."),
        (-30.0, 0.1, "response_mean_s", "maybe", "Perhaps better (−30 s), but not certain"),
        (-30.0, 0.9, "response_mean_s", "none", "No difference to be seen"),
        (-0.02, 0.001, "within_target", "worse", "Worse: −2.0 points; almost surely between"),
    ],
)
def test_each_difference_is_told_in_a_sentence(mean: float, p_holm: float, figure: str, tone: str, says: str) -> None:
    row = {"mean": mean, "low": mean * 4 / 3, "high": mean * 2 / 3, "p_holm": p_holm}
    found = verdict(row, FIGURES[figure])
    assert found["tone"] == tone
    assert found["en"].replace("\N{NO-BREAK SPACE}", " ").startswith(says)


def test_a_comparison_is_written_with_its_sentences(tmp_path: Path) -> None:
    row = {"mean": 2.0, "low": 1.0, "high": 3.0, "p": 0.001, "p_holm": 0.002}
    result = {
        "baseline": "A", "replications": 5, "means": {"A": {"lost": {"mean": 1.0}}, "B": {"lost": {"mean": 3.0}}},
        "differences": {"B": {"lost": row}}, "titles": {"A": "Today", "B": "Next year"},
    }  # fmt: skip
    result["conclusions"] = conclude(result)
    write_comparison(tmp_path / "c.html", result)
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "Worse: +2.0; almost surely between +1.0 and +3.0." in page
    assert "Tệ hơn: +2,0; gần như chắc là từ +1,0 đến +3,0." in page
    assert "Worse than Today: calls lost +2.0. No figure is surely better." in page


@pytest.mark.parametrize(
    ("sure", "tone", "says"),
    [
        ({}, "none", "After 5 replications no sure difference to Today; run more before choosing"),
        ({"response_mean_s": -30.0}, "better", "Better than Today: mean response −30 s. No figure is surely worse."),
        ({"red_within_target": -0.01}, "worse", "Worse than Today: red: share within target −1.0 points. No figure"),
        (
            {"response_mean_s": -30.0, "red_within_target": -0.01, "wait_mean_s": -4.0},
            "maybe",
            "Gains and losses against Today: worse in red: share within target −1.0 points; better in mean response",
        ),
    ],
)
def test_an_option_is_told_in_one_sentence_red_calls_first(sure: dict[str, float], tone: str, says: str) -> None:
    row = {"low": -1.0, "high": 1.0, "p_holm": 0.9, "mean": 0.1}
    differences = {key: row | ({"mean": sure[key], "p_holm": 0.01} if key in sure else {}) for key in FIGURES}
    same = {key: {"mean": 0.0, "low": 0.0, "high": 0.0, "p_holm": 1.0} for key in FIGURES}
    others = {"B": differences, "C": same}
    result = {"baseline": "A", "replications": 5, "titles": {"A": "Today"}, "differences": others}
    found = conclude(result)["B"]
    assert conclude(result)["C"]["en"] == "As Today on every day, in every figure."
    assert found["tone"] == tone
    assert found["en"].replace("\N{NO-BREAK SPACE}", " ").startswith(says)
