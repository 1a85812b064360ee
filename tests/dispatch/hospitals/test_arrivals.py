"""Claims about who is announced to a hospital, and when they will be there."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dispatch.assignment.travel import Floats
from dispatch.domain.state import Run, State
from dispatch.domain.words import Stamp, UnitKind
from dispatch.hospitals.arrivals import Arrival, list_arrivals, origins_of, with_times
from routing.eta import Eta
from tests.dispatch.hospitals.worlds import HERE, S_PER_DEGREE, at
from tests.factories import LAT, LON, NOW, make_incident, make_position, make_state, make_unit

PROFILES: dict[UnitKind, str] = {"van": "ambulance"}


class Straight:
    """Straight lines at the worlds' speed; low and high a tenth off; `cut` leads nowhere."""

    def __init__(self, *, cut: bool = False) -> None:
        self.cut = cut

    def eta(self, origins: Floats, destination: tuple[float, float], profile: str, *, fix_age_s: float) -> Eta:
        away = np.hypot(*(origins - np.asarray(destination)).T) * S_PER_DEGREE
        time = np.full_like(away, np.inf) if self.cut else away
        return Eta(time, time * 0.9, time * 1.1, np.full_like(time, 0.1))


def going(*stamps: Stamp) -> State:
    """Unit U1 of incident I1 at HERE brings somebody to hospital H1, 300 s away; it has these stamps."""
    incident, unit = make_incident("I1"), make_unit("U1", status="transporting")
    incident.runs["O1"] = Run(
        offer_id="O1",
        unit_id="U1",
        station_id="S1",
        hospital_id="H1",
        stamps={one: NOW - timedelta(seconds=60) for one in stamps},
    )
    state = make_state(incidents=[incident], units=[unit])
    state.hospitals["H1"] = at("H1", 300.0)
    return state


def announced(state: State, *, fix_age_s: float | None = 0.0, cut: bool = False) -> list[Arrival]:
    rows = list_arrivals(state, state.hospitals["H1"], [])
    fixes = {} if fix_age_s is None else {"U1": make_position(LON, LAT, age_s=fix_age_s)}
    origins = origins_of(state, rows, fixes, NOW)
    hospital = state.hospitals["H1"]
    return with_times(rows, origins, (hospital.lon, hospital.lat), Straight(cut=cut), PROFILES)


def times(state: State, **world: object) -> tuple[float | None, float | None, float | None, float | None]:
    (one,) = announced(state, **world)  # type: ignore[arg-type]  # the options of announced()
    return one.eta_s, one.low_s, one.high_s, one.fix_age_s


def test_a_unit_under_way_is_timed_from_where_it_is() -> None:
    assert times(going("left_scene_at")) == pytest.approx((300.0, 270.0, 330.0, 0.0))


def test_a_unit_without_a_new_fix_is_taken_to_have_driven_on_and_never_comes_in_less_than_no_time() -> None:
    assert times(going("left_scene_at"), fix_age_s=100.0) == pytest.approx((200.0, 170.0, 230.0, 100.0))
    assert times(going("left_scene_at"), fix_age_s=320.0) == pytest.approx((0.0, 0.0, 10.0, 320.0))


def test_before_it_leaves_its_ride_is_timed_from_the_scene_whatever_its_fix() -> None:
    assert HERE == (LON, LAT)
    eta_s, low_s, high_s, fix_age_s = times(going("on_scene_at"), fix_age_s=100.0)
    assert (eta_s, low_s, high_s) == pytest.approx((300.0, 270.0, 330.0))
    assert fix_age_s is None


def test_one_that_is_there_or_has_no_road_has_no_time() -> None:
    assert times(going("left_scene_at", "at_hospital_at")) == (None, None, None, None)
    assert times(going("left_scene_at"), cut=True) == (None, None, None, 0.0)


def test_a_run_stays_until_the_hospital_has_confirmed_even_when_its_unit_is_gone() -> None:
    state = going("left_scene_at", "at_hospital_at", "handover_at")
    run = state.incidents["I1"].runs["O1"]
    run.outcome = "conveyed"
    (one,) = announced(state)
    assert (one.run, one.status, one.handover_at is not None) == ("O1", None, True)
    run.handover_confirmed_at = NOW
    assert announced(state) == []
