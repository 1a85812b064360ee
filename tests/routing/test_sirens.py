"""
What sirens and two wheels are worth in traffic: the tables' numbers together, against what was measured elsewhere.

Runs with lights and sirens take 0.70–0.74 of the time without; motorbike units 0.78–0.82 of a van's time (Taipei). The
skeleton has no small streets, so that both gain a little more on it than in the whole city (see the tables).
"""

from datetime import datetime

import numpy as np
import pytest

from routing.graph import FloatArray
from routing.travel_times import TravelTimes

INNER_CITY = ((106.58, 10.70), (106.82, 10.89))
HOURS = (8, 13, 18)


@pytest.fixture(scope="module")
def times_s(skeleton_times: TravelTimes) -> dict[tuple[str, int | None], FloatArray]:
    """By profile and hour of a Wednesday (`None`: empty streets), seconds between random points, car rides > 2 min."""
    points = np.random.default_rng(5).uniform(*INNER_CITY, (200, 2))
    points = points[~skeleton_times.is_off_road(points, "car")][:40]
    assert len(points) == 40
    found = {
        (profile, hour): skeleton_times.times(points, points, profile, hour if hour is None else _at(hour))
        for profile in ("car", "ambulance", "motorbike")
        for hour in (None, *HOURS)
    }
    far = found["car", None] > 120
    return {key: value[far] for key, value in found.items()}


def _at(hour: int) -> datetime:
    return datetime.fromisoformat(f"2026-11-25T{hour:02}:30:00+07:00")


def _ratio(times_s: dict[tuple[str, int | None], FloatArray], one: str, other: str, *hours: int | None) -> float:
    """The median over all journeys and hours."""
    return float(np.median(np.concatenate([times_s[one, hour] / times_s[other, hour] for hour in hours])))


def test_with_sirens_a_days_journeys_take_seven_tenths_of_a_cars_time(
    times_s: dict[tuple[str, int | None], FloatArray],
) -> None:
    assert 0.68 <= _ratio(times_s, "ambulance", "car", *HOURS) <= 0.74


def test_sirens_are_worth_more_in_the_rush_than_at_noon_and_least_on_empty_streets(
    times_s: dict[tuple[str, int | None], FloatArray],
) -> None:
    rush, noon, empty = (_ratio(times_s, "ambulance", "car", hour) for hour in (8, 13, None))
    assert 0.65 <= rush < noon <= 0.76
    assert noon < empty <= 0.85


def test_a_motorbike_unit_takes_four_fifths_of_an_ambulances_time_by_day(
    times_s: dict[tuple[str, int | None], FloatArray],
) -> None:
    assert 0.76 <= _ratio(times_s, "motorbike", "ambulance", *HOURS) <= 0.84
    assert _ratio(times_s, "motorbike", "ambulance", None) <= 1.0
