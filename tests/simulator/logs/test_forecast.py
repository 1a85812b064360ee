from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.domain.clock import LOCAL
from dispatch.paths import repo_root
from simulator.logs.evaluate import evaluate
from simulator.logs.fit import HOURS
from simulator.logs.forecast import HourlyModel, count_interval, learn_all
from simulator.logs.hourly import HourlyCounts, read_new_york_hourly
from simulator.logs.table import LogError
from simulator.streams import stream
from tests.simulator.logs.worlds import MONDAY, write

EMS = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data") / "ems"
DAY = 24


def week_shape() -> np.ndarray:
    return 20 + 10 * np.sin(np.arange(HOURS) * 2 * np.pi / DAY)


def drawn(weeks: int, factor: float = 1.0, seed: int = 1) -> np.ndarray:
    return stream(seed, "hours").poisson(np.tile(week_shape(), weeks) * factor).astype(float)


def test_a_steady_week_is_forecast_as_it_is() -> None:
    model = learn_all(np.tile(week_shape(), 6), 0)
    ahead = model.ahead(0, HOURS)
    assert ahead.expected == pytest.approx(week_shape())
    assert ahead.adjustment == pytest.approx(1.0)


def test_a_forecast_begins_at_the_hour_asked_for() -> None:
    model = learn_all(np.tile(week_shape(), 6), 0)
    assert model.ahead(30, 3).expected == pytest.approx(week_shape()[30:33])


def test_busy_days_raise_the_next_hours() -> None:
    """Twenty weeks as usual, then two days with half more calls."""
    model = learn_all(np.concatenate([drawn(20), drawn(1)[: 2 * DAY] * 1.5]), 0)
    ahead = model.ahead(2 * DAY, 12)
    assert 1.2 < ahead.adjustment < 1.5
    assert (ahead.expected > week_shape()[2 * DAY : 2 * DAY + 12]).all()


def test_few_calls_hardly_move_the_adjustment() -> None:
    quiet = learn_all(np.concatenate([drawn(20, 0.02), np.full(12, 2.0)]), 0)
    assert quiet.adjustment < 1.1


def test_hours_that_nobody_knows_change_nothing_but_time() -> None:
    known = learn_all(drawn(10), 0)
    rate = known.rate.copy()
    for hour in range(DAY):
        known.learn(hour, float("nan"))
    assert known.rate == pytest.approx(rate)


def test_poisson_hours_get_poisson_intervals_that_hold() -> None:
    counts, model = drawn(60), HourlyModel()
    held, judged = 0, 0
    for at, count in enumerate(counts):
        if at > 30 * HOURS:
            ahead = model.ahead(at % HOURS, 1)
            held += bool(ahead.low[0] <= count <= ahead.high[0])
            judged += 1
        model.learn(at % HOURS, count)
    assert 0.88 <= held / judged <= 0.97
    assert model.dispersion < 0.01


def test_hours_that_vary_more_get_wider_intervals() -> None:
    rng = stream(2, "gamma")
    steady, moody = drawn(40), rng.poisson(np.tile(week_shape(), 40) * rng.gamma(8, 1 / 8, 40 * HOURS)).astype(float)
    narrow, wide = learn_all(steady, 0), learn_all(moody, 0)
    assert wide.dispersion == pytest.approx(1 / 8, rel=0.25)
    gap = [one.ahead(0, 24).high - one.ahead(0, 24).low for one in (narrow, wide)]
    assert (gap[1] > gap[0]).all()


def test_an_interval_s_ends_are_those_of_its_distribution() -> None:
    low, high = count_interval([4.0], 0.0, 0.9)
    assert (low.tolist(), high.tolist()) == ([1.0], [8.0])  # P(X ≤ 0) = 0.018, P(X ≤ 1) = 0.092; P(X ≤ 8) = 0.979


def test_two_weeks_are_needed() -> None:
    with pytest.raises(LogError, match="100 hours are known; a forecast needs two weeks, 336"):
        learn_all(drawn(1)[:100], 0).ahead(0, 1)


def test_looking_ahead_never_sees_what_comes_after() -> None:
    """Other counts from an hour on leave the forecasts up to it as they were."""
    counts = drawn(12)
    changed = counts.copy()
    changed[10 * HOURS :] += 50
    since, until = MONDAY + timedelta(weeks=8), MONDAY + timedelta(weeks=10)
    first, second = (evaluate(HourlyCounts(MONDAY, one), since, until) for one in (counts, changed))
    assert first == second


def test_on_a_week_with_a_shape_ours_beats_the_flat_average() -> None:
    scores = evaluate(HourlyCounts(MONDAY, drawn(30)), MONDAY + timedelta(weeks=20), MONDAY + timedelta(weeks=30))
    assert [(one.method, one.horizon_h) for one in scores[:3]] == [
        ("ours", 1),
        ("moving average, 168 h", 1),
        ("same hour, 4 weeks", 1),
    ]
    assert scores[0].mae < scores[2].mae < scores[1].mae
    assert scores[0].against_week is not None
    assert scores[0].against_week.excludes_zero


def test_a_test_outside_the_counts_is_refused() -> None:
    with pytest.raises(LogError, match="not inside the counts"):
        evaluate(HourlyCounts(MONDAY, drawn(6)), MONDAY, MONDAY + timedelta(weeks=2))


def test_hourly_counts_are_read_with_absent_hours_unknown(tmp_path: Path) -> None:
    file = write(tmp_path, ["year,month,day,hour,num_calls", "2015,3,8,1,90", "2015,3,8,3,80", "2015,3,8,3,5"])
    found = read_new_york_hourly(file)
    assert found.start == datetime(2015, 3, 8, 1, tzinfo=LOCAL)
    assert found.counts.tolist()[0::2] == [90.0, 85.0]
    assert np.isnan(found.counts[1])


@pytest.mark.parametrize("line", ["2015,3,8,25,90", "2015,2,30,1,90", "2015,3,8,1,many"])
def test_a_line_that_is_no_hour_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(LogError, match="line 2"):
        read_new_york_hourly(write(tmp_path, ["year,month,day,hour,num_calls", line]))


def test_on_new_york_s_held_out_year_ours_beats_both_averages() -> None:
    file = EMS / "nyc_hourly_calls_2010_2019.csv.gz"
    if not file.is_file():
        pytest.skip(f"no {file}")
    hourly = read_new_york_hourly(file)
    scores = evaluate(hourly, datetime(2019, 1, 1, tzinfo=LOCAL), datetime(2020, 1, 1, tzinfo=LOCAL), (24,))
    ours, week, same = scores
    assert ours.mae < same.mae < week.mae
    assert 0.85 < ours.held < 0.95
