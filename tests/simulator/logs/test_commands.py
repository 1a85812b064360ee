from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from simulator.logs.commands import demand_app
from tests.simulator.logs.worlds import nyc_line, write, write_nyc


def run(*words: object) -> Result:
    return CliRunner().invoke(demand_app, [str(word) for word in words])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three weeks of a call every half hour, one line of them damaged."""
    start = datetime(2015, 3, 2)  # noqa: DTZ001  # a wall clock
    times = [start + timedelta(minutes=30 * half) for half in range(3 * 336)]
    lines = [nyc_line(str(row), at=f"{at:%m/%d/%Y %I:%M:%S %p}") for row, at in enumerate(times)]
    lines[5] = "5,damaged"
    return write_nyc(tmp_path, *lines)


def test_read_leaves_the_table_and_an_account_of_what_was_skipped(log: Path, tmp_path: Path) -> None:
    found = run("read", log, "--out", tmp_path / "out")
    assert found.exit_code == 0, found.output
    calls = pl.read_parquet(tmp_path / "out" / "calls.parquet")
    assert len(calls) == 3 * 336 - 1
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert told["skipped_by_reason"] == {"the line is too short": 1}
    assert (tmp_path / "out" / "skipped.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "7,the line is too short,"
    ]
    assert "1 skipped: the line is too short" in found.stderr


def test_fit_writes_a_week_in_the_city_pack_s_form_and_scales(log: Path, tmp_path: Path) -> None:
    found = run("fit", log, "--out", tmp_path / "out", "--per-day", 120)
    assert found.exit_code == 0, found.output
    told = json.loads((tmp_path / "out" / "demand.json").read_text(encoding="utf-8"))
    assert told["calls_per_week"] == pytest.approx(840)
    text = (tmp_path / "out" / "hour_of_week.csv").read_text(encoding="utf-8")
    week = list(csv.DictReader(text.splitlines()))
    assert [(row["weekday"], row["hour"]) for row in (week[0], week[-1])] == [("Mon", "0"), ("Sun", "23")]
    assert sum(float(row["factor"]) for row in week) / 168 == pytest.approx(1.0, abs=1e-3)


def test_forecast_tells_the_hours_after_the_log(log: Path) -> None:
    found = run("forecast", log, "--hours", 3, "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    hours = ["2015-03-22T23:00:00+07:00", "2015-03-23T00:00:00+07:00", "2015-03-23T01:00:00+07:00"]
    assert [one["from"] for one in told["hours"]] == hours
    assert [one["expected"] for one in told["hours"]] == pytest.approx([2.0] * 3, rel=0.1)


def test_evaluate_prints_every_method_at_every_horizon(tmp_path: Path) -> None:
    start = datetime(2015, 1, 1)  # noqa: DTZ001  # a wall clock
    hours = [start + timedelta(hours=hour) for hour in range(24 * 90)]
    rows = [f"{at.year},{at.month},{at.day},{at.hour},{50 + 20 * (at.hour > 8)}" for at in hours]
    file = write(tmp_path, ["year,month,day,hour,num_calls", *rows])
    found = run("evaluate", file, "--since", "2015-03-01", "--until", "2015-03-20", "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert {(one["method"], one["horizon_h"]) for one in told} == {
        (method, horizon)
        for method in ("ours", "moving average, 168 h", "same hour, 4 weeks")
        for horizon in (1, 4, 24)
    }


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["read", "none.csv", "--out", "out"], "no file none.csv"),
        (["forecast", "none.csv", "--confidence", 1.5], "confidence is 1.5"),
        (["evaluate", "none.csv", "--since", "soon"], "no file none.csv"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(words: list[object], fact: str) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert fact in found.stderr
