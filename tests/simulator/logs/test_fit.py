from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from simulator.logs.fit import HOURS, covered_hours, fit_demand, scaled
from simulator.logs.hourly import count_by_hour
from simulator.logs.table import Collector, Gap, LogError
from simulator.streams import stream
from tests.simulator.logs.worlds import MONDAY, table


def drawn_weeks(weeks: int, rates: np.ndarray) -> list[float]:
    """Poisson calls at these hourly rates, hours after Monday midnight."""
    rng = stream(5, "weeks")
    counts = rng.poisson(np.tile(rates, weeks))
    return sorted(np.repeat(np.arange(len(counts)), counts) + rng.random(counts.sum()))


def test_the_rates_that_drew_the_calls_are_found() -> None:
    rates = np.where(np.arange(HOURS) % 24 < 12, 1.0, 3.0)
    fitted = fit_demand(table(drawn_weeks(40, rates)))
    assert fitted.calls_per_week_low < rates.sum() < fitted.calls_per_week_high
    factors = np.array(fitted.hour_of_week)
    assert factors.mean() == pytest.approx(1.0)
    off = factors - rates / rates.mean()
    assert np.abs(off).mean() < 0.12
    assert np.abs(off).max() < 0.6


def test_a_gap_is_no_quiet_time() -> None:
    """Two weeks of a call an hour with three days missing: still a call an hour, in every hour of the week."""
    hours = [hour + 0.5 for hour in range(2 * HOURS) if not 200 <= hour < 272]
    fitted = fit_demand(table(hours))
    assert fitted.calls_per_week == pytest.approx(HOURS, rel=0.01)
    assert fitted.weeks == pytest.approx((2 * HOURS - 73) / HOURS, abs=0.01)
    assert min(fitted.hour_of_week) > 0.6


def test_covered_hours_add_up_to_the_span_without_its_gaps() -> None:
    start, end = MONDAY + timedelta(minutes=20), MONDAY + timedelta(days=9, minutes=5)
    gap = Gap(MONDAY + timedelta(days=2, minutes=30), MONDAY + timedelta(days=3))
    seen = covered_hours(start, end, (gap,))
    assert seen.sum() == pytest.approx((end - start).total_seconds() / 3600 - gap.length_s / 3600)
    assert seen[0] == pytest.approx(1 + 2 / 3)
    assert seen[48] == pytest.approx(0.5 + 5 / 60)


def test_wards_kinds_and_levels_are_shares_and_hours_are_counted_by_ward() -> None:
    calls = Collector("made.csv")
    for row, (ward, kind, level) in enumerate(
        [("a", "emergency", 1), ("a", "emergency", 2), ("b", "home", 2), (None, "emergency", None)]
    ):
        calls.add(row, str(row), MONDAY + timedelta(hours=12 * row), ward=ward, kind=kind, priority=level)
    fitted = fit_demand(calls.finish())
    assert fitted.ward_share == {"a": pytest.approx(2 / 3), "b": pytest.approx(1 / 3)}
    assert fitted.ward_hour == {"a": {0: 1, 12: 1}, "b": {24: 1}}
    assert fitted.kind_share == {"emergency": 0.75, "home": 0.25}
    assert fitted.priority_share == {"2": pytest.approx(2 / 3), "1": pytest.approx(1 / 3)}


def test_service_times_are_those_that_were_drawn() -> None:
    rng = stream(6, "service")
    calls = Collector("made.csv")
    for row in range(800):
        cells = {"on_scene_s": float(np.exp(7.0 + 0.5 * rng.standard_normal()))}
        calls.add(row, str(row), MONDAY + timedelta(hours=row), kind="emergency", **cells)
    service = fit_demand(calls.finish()).service
    assert list(service) == ["emergency"]
    assert list(service["emergency"]) == ["on_scene_s"]
    on_scene = service["emergency"]["on_scene_s"]
    assert on_scene.n == 800
    assert on_scene.median_s == pytest.approx(np.exp(7.0), rel=0.05)
    assert on_scene.sd_log == pytest.approx(0.5, rel=0.08)


def test_scaling_moves_the_volume_and_nothing_else() -> None:
    fitted = fit_demand(table([float(hour) for hour in range(400)]))
    twice = scaled(fitted, 2.0)
    assert twice.calls_per_week == pytest.approx(2 * fitted.calls_per_week)
    assert twice.hour_of_week == fitted.hour_of_week
    with pytest.raises(LogError, match="scaled by 0"):
        scaled(fitted, 0)


def test_an_hour_of_log_says_too_little() -> None:
    with pytest.raises(LogError, match="give a day at least"):
        fit_demand(table([0.0, 1.0]))


def test_hours_of_a_gap_are_unknown_and_others_without_a_call_are_zero() -> None:
    hours = [0.5, *[float(hour) + 0.5 for hour in range(1, 60) if hour != 7], *[200.5 + hour for hour in range(50)]]
    found = count_by_hour(table(hours))
    assert found.start == MONDAY + timedelta(hours=1)
    assert found.counts[0] == 1
    assert found.counts[6] == 0
    assert np.isnan(found.counts[58:200]).all()
    assert np.nansum(found.counts) == 105  # of 108, without the first and last hours and those that the gap touches
