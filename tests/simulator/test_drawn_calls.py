"""Calls that are drawn part after part are those drawn at once, and so is everything that comes of them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from simulator import call_table, drawn_calls, rows
from simulator.call_table import write_calls
from simulator.calls import Calls
from simulator.duty_days import by_duty_day
from simulator.results import Outcomes, summarise
from tests.simulator.days import make_world, stamps_of

CROWD = {"name": "fair", "lon": 106.7, "lat": 10.77, "crowd": 200_000, "standby_units": 2}
TOLD: dict[str, Any] = {
    "city": {"scale": 2.0},
    "patience": {"mean_s": 1800.0},
    "event": [CROWD | {"from": "2026-03-02T20:00:00", "until": "2026-03-02T23:30:00"}],
}


def columns_of(calls: Calls) -> dict[str, Any]:
    return {field.name: getattr(calls, field.name) for field in fields(Calls)}


@pytest.mark.parametrize("at_once", [1, 100])
def test_the_parts_together_are_what_is_drawn_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(TOLD, duration_s=86_400.0, start="2026-03-02T00:20:00")
    whole = columns_of(world.draw(3))
    monkeypatch.setattr(drawn_calls, "AT_ONCE", at_once)
    coming = world.coming(3)
    parts = list(coming.parts())
    assert len(parts) > 4
    assert len(coming) == sum(map(len, parts)) == len(whole["at_s"])
    for name, told in whole.items():
        if isinstance(told, np.ndarray):
            assert np.array_equal(np.concatenate([getattr(part, name) for part in parts]), told), name
        else:
            assert getattr(coming, name) == told


def test_a_day_goes_as_ever_when_its_calls_come_in_parts_and_its_rows_leave_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def written(name: str) -> tuple[Any, ...]:
        world = make_world(TOLD, duration_s=2 * 86_400.0)
        day = world.make_day(3)
        outcomes = Outcomes(day.run(), 3600.0)
        write_calls(tmp_path / name, outcomes, world.start, world)
        table = pl.read_parquet(tmp_path / name)
        days = [row | {"cs38": round(row["cs38"], 9)} for row in by_duty_day(outcomes, world.start)]
        runs = [stamps_of(run) for run in day.runs]
        return summarise(outcomes, 900.0), days, runs, table.to_dict(as_series=False)

    usual = written("usual.parquet")
    monkeypatch.setattr(drawn_calls, "AT_ONCE", 50)
    monkeypatch.setattr(rows, "BLOCK", 64)
    monkeypatch.setattr(call_table, "ROWS_AT_ONCE", 100)
    assert written("in-parts.parquet") == usual
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in-parts.parquet", "usual.parquet"]


def test_what_is_told_of_calls_that_are_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_calls, "AT_ONCE", 50)
    day = make_world(TOLD, duration_s=2 * 86_400.0).make_day(3).run()
    assert len(day.calls) > 500
    assert len(day.course) < 200
