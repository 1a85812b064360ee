"""What would change the answer, checked by changing it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dispatch.assignment.decide import assign
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.words import Level
from tests.factories import LAT, LON, NOW, FakeTravel, make_incident, make_offer, make_state, make_station, make_unit

SETTINGS = AssignmentSettings()
Floats = NDArray[np.float64]


class SlowFrom(FakeTravel):
    """Whoever starts so far east needs longer."""

    def __init__(self, east: float, delay_s: float) -> None:
        super().__init__()
        self._lon, self._delay_s = LON + east, delay_s

    def times_to(self, origins: Floats, destination: tuple[float, float], profile: str) -> Floats:
        times = super().times_to(origins, destination, profile)
        return times + self._delay_s * (np.abs(origins[:, 0] - self._lon) < 1e-9)


def decide(
    east: list[float], level: Level = 3, waited_s: float = 0.0, travel: FakeTravel | None = None, refused: int = -1
) -> Recommendation:
    """One call in the middle, a station with a unit at each of these degrees east."""
    stations = [make_station(f"s{number}", lon=LON + at) for number, at in enumerate(east)]
    units = [make_unit(f"u{number}", station_id=f"s{number}") for number in range(len(east))]
    offers = [make_offer(station_id=f"s{refused}", status="refused")] if refused >= 0 else []
    call = make_incident(priority=level, lat=LAT, waited_s=waited_s, offers=offers)
    return assign(
        make_state(stations=stations, units=units, incidents=[call]), {}, travel or FakeTravel(), NOW, SETTINGS
    )["I1"]


def test_the_next_best_is_named_with_the_seconds_between() -> None:
    found = decide([0.01, 0.03], level=1).changes
    assert [(one.cause, one.of_unit_id, one.unit_id, one.margin_s) for one in found] == [
        ("delay", "u0", "u1", 200.0),
        ("refusal", "u0", "u1", None),
    ]
    assert found[0].text.en == "u1 if u0 took 3 min 20 s longer"
    assert found[1].text.vi == "nếu trạm của u0 từ chối thì chọn u1, đến trong 6 phút 17 giây"


def test_nobody_else_changes_nothing() -> None:
    assert decide([0.01]).changes == ()


@given(
    st.lists(st.integers(1, 300).map(lambda step: step / 1000), min_size=2, max_size=5, unique=True),
    st.sampled_from((1, 2, 3)),
    st.integers(0, 25),
)
@settings(max_examples=150, deadline=None)
def test_a_delay_below_the_margin_changes_nothing_and_one_above_it_brings_the_other(
    east: list[float], level: Level, waited: int
) -> None:
    before = decide(east, level, waited * 100)
    change = next(one for one in before.changes if one.cause == "delay")
    assert change.margin_s is not None
    assume(change.margin_s > 0.5)
    late = east[int(change.of_unit_id[1:])]

    def winner(delay_s: float) -> str:
        return decide(east, level, waited * 100, SlowFrom(late, delay_s)).units[0].unit_id

    assert (winner(change.margin_s - 0.2), winner(change.margin_s + 0.2)) == (change.of_unit_id, change.unit_id)


@given(st.lists(st.integers(1, 300).map(lambda step: step / 1000), min_size=2, max_size=5, unique=True))
@settings(max_examples=50, deadline=None)
def test_after_a_refusal_goes_who_was_named(east: list[float]) -> None:
    change = next(one for one in decide(east).changes if one.cause == "refusal")
    after = decide(east, refused=int(change.of_unit_id[1:]))
    assert after.units[0].unit_id == change.unit_id


@pytest.mark.parametrize("level", [1, 3])
def test_the_second_station_of_red_may_step_in(level: Level) -> None:
    assert [one.unit_id for one in decide([0.01, 0.02, 0.03], level).changes] == ["u1", "u1"]
