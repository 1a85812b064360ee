"""The uncertainty of a travel time: what widens it, what narrows it, and the times read off it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.paths import data_dir
from routing.errors import TrafficTableError
from routing.spread import Spread, quantiles

TABLES = data_dir() / "traffic"
CITY = Spread.load(TABLES)
HOUR = st.integers(0, 167) | st.none()
TIME_S = st.floats(1, 7200)
METRES = st.floats(0, 60_000)
AGE_S = st.floats(0, 7200)


def test_only_what_is_common_is_left_of_an_endless_way() -> None:
    spread = Spread(np.full(24, 0.3), trip=0.4, piece=1.0, road=1.0)
    assert spread.sigma(1e9, 1e12, 0) == pytest.approx(0.5)


def test_a_stretch_as_long_as_the_way_itself_keeps_half_of_its_variance() -> None:
    spread = Spread(np.zeros(24), trip=0.0, piece=0.6, road=0.8)
    assert spread.sigma(1e9, 500.0, 0) == pytest.approx(0.5**0.5)


@given(TIME_S, METRES, HOUR, AGE_S, AGE_S)
def test_an_older_fix_never_narrows(time_s: float, metres: float, hour: int | None, one: float, other: float) -> None:
    fresh, old = CITY.sigma(time_s, metres, hour, fix_age_s=[min(one, other), max(one, other)])
    assert fresh <= old


@given(TIME_S, METRES, HOUR, METRES, METRES)
def test_more_metres_off_the_road_never_narrow(
    time_s: float, metres: float, hour: int | None, one: float, other: float
) -> None:
    near, far = CITY.sigma(time_s, metres, hour, off_road_m=[min(one, other), max(one, other)])
    assert near <= far


@given(TIME_S, METRES, HOUR)
def test_a_straight_line_is_less_certain_than_a_road(time_s: float, metres: float, hour: int | None) -> None:
    road, line = CITY.sigma(time_s, metres, hour, estimated=[False, True])
    assert road < line


@given(st.floats(1, 3600), st.floats(1.01, 10), st.floats(1, 30), HOUR, AGE_S)
def test_the_longer_way_at_one_speed_is_relatively_more_certain(
    time_s: float, times_longer: float, metres_per_s: float, hour: int | None, age_s: float
) -> None:
    time = time_s * np.array([1.0, times_longer])
    short, long = CITY.sigma(time, time * metres_per_s, hour, fix_age_s=age_s)
    assert long < short


def test_the_evening_is_less_certain_than_the_night() -> None:
    evening, night = CITY.sigma(600.0, 4000.0, 18), CITY.sigma(600.0, 4000.0, 3)
    assert evening > night


def test_an_unknown_hour_lies_between_the_best_and_the_worst() -> None:
    every = [float(CITY.sigma(600.0, 4000.0, hour)) for hour in range(24)]
    assert min(every) < CITY.sigma(600.0, 4000.0) < max(every)


def test_shapes_broadcast_like_a_matrix_with_one_fix_age_a_unit() -> None:
    assert CITY.sigma(np.full((3, 2), 300.0), fix_age_s=np.array([[0.0], [60.0], [600.0]])).shape == (3, 2)


def test_an_unreachable_place_stays_unreachable_in_every_quantile() -> None:
    time = np.array([np.inf, 0.0])
    assert quantiles(time, CITY.sigma(time)).tolist() == [[np.inf, 0.0], [np.inf, 0.0]]


@given(TIME_S, st.floats(0, 1.5), st.lists(st.floats(0.01, 0.99), min_size=2, max_size=5, unique=True))
def test_quantiles_rise_and_the_middle_one_is_the_time_itself(time_s: float, sigma: float, q: list[float]) -> None:
    rising = quantiles(time_s, sigma, sorted(q))
    assert (np.diff(rising) >= 0).all()
    assert quantiles(time_s, sigma, (0.5,)) == pytest.approx([time_s])


def test_a_tenth_of_lognormal_journeys_is_below_the_first_quantile() -> None:
    drawn = np.random.default_rng(115).lognormal(np.log(600), 0.3, 200_000)
    below, above = quantiles(600.0, 0.3)
    assert [(drawn < below).mean(), (drawn > above).mean()] == pytest.approx([0.1, 0.1], abs=0.003)


def test_a_share_beyond_0_and_1_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantiles(60.0, 0.1, (0.0, 0.5))


def test_an_hour_beyond_the_week_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the week"):
        CITY.sigma(60.0, hour=168)


@pytest.mark.parametrize(
    ("before", "after"),
    [("common,7,", "common,24,"), ("trip,,0", "trip,,-0"), ("piece,,", "pieces,,"), ("road,,0", "road,,many")],
)
def test_a_slip_in_the_table_is_refused(tmp_path: Path, before: str, after: str) -> None:
    text = (TABLES / "spread.csv").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "spread.csv").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TrafficTableError, match=r"spread\.csv"):
        Spread.load(tmp_path)


def test_an_absent_table_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(TrafficTableError, match="data/make/traffic"):
        Spread.load(tmp_path)
