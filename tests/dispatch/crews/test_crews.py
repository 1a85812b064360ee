"""Crews and vehicles: on duty, off duty, another vehicle, what is on board; units lent to 115."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.direct import OwnRun, report_own_run
from dispatch.crews import decide
from dispatch.crews.supplies import lacking, load_supplies
from dispatch.domain.state import State, Vehicle
from dispatch.domain.words import Skill, UnitKind, UnitStatus
from dispatch.errors import Malformed, NotFound, Taken
from dispatch.paths import repo_root
from tests.factories import NOW, make_incident, make_state, make_unit
from tests.folding import fold

SUPPLIES = load_supplies(repo_root() / "data" / "hcmc" / "supplies.toml")


def garage(*kinds: UnitKind, status: UnitStatus = "off_duty") -> State:
    """Units U1, U2, … of these kinds, each with its own vehicle of the same id."""
    units = [make_unit(f"U{number}", kind=kind, status=status) for number, kind in enumerate(kinds, start=1)]
    state = make_state(units=units)
    for unit in units:
        unit.vehicle_id = unit.id
        state.vehicles[unit.id] = Vehicle(id=unit.id, station_id="S1", kind=unit.kind, unit_id=unit.id)
    return state


def new(
    unit: str = "U1",
    vehicle: str | None = None,
    skills: Sequence[Skill] = ("nurse", "convey"),
    hours: float = 12,
) -> decide.SignOn:
    return decide.SignOn(
        crew_id=f"K-{unit}",
        unit_id=unit,
        vehicle_id=vehicle,
        skills=skills,
        from_at=NOW,
        until_at=NOW + timedelta(hours=hours),
    )


def test_a_crew_that_signs_on_is_a_unit_with_its_own_skills_until_its_shift_ends() -> None:
    state = fold(garage("van"), decide.sign_on(garage("van"), new()))
    unit = state.units["U1"]
    assert (unit.status, unit.skills, unit.shift_until, unit.crew_id) == (
        "available",
        ("nurse", "convey"),
        NOW + timedelta(hours=12),
        "K-U1",
    )
    after = fold(state, decide.sign_off(state, "K-U1"))
    assert (after.units["U1"].status, after.units["U1"].crew_id, after.crews) == ("off_duty", None, {})


def test_a_crew_takes_a_vehicle_that_nobody_uses_and_becomes_its_kind() -> None:
    state = garage("van", "motorbike")
    state = fold(state, decide.sign_on(state, new(vehicle="U2", skills=("doctor",))))
    assert (state.units["U1"].kind, state.units["U1"].vehicle_id, state.units["U2"].vehicle_id) == (
        "motorbike",
        "U2",
        None,
    )
    with pytest.raises(Taken, match="take another vehicle"):
        decide.sign_on(state, new("U2", skills=("doctor",)))


def test_a_vehicle_on_duty_is_not_taken_away() -> None:
    state = garage("van", "van", status="available")
    with pytest.raises(Taken, match="with unit U2"):
        decide.sign_on(state, new(vehicle="U2"))


def test_a_crew_changes_to_a_vehicle_that_it_can_work_in() -> None:
    state = garage("van", "van", "motorbike")
    state = fold(state, decide.sign_on(state, new()))
    state = fold(state, decide.change_vehicle(state, "K-U1", "U2"))
    assert (state.units["U1"].vehicle_id, state.vehicles["U1"].unit_id, state.crews["K-U1"].vehicle_id) == (
        "U2",
        None,
        "U2",
    )
    with pytest.raises(Malformed, match="motorbike conveys nobody"):
        decide.change_vehicle(state, "K-U1", "U3")


@pytest.mark.parametrize(
    ("skills", "why"),
    [((), "at least one"), (("nurse", "nurse"), "each once"), (("convey",), "doctor or a nurse")],
)
def test_contradictory_skills_are_refused(skills: tuple[Skill, ...], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        decide.sign_on(garage("van"), new(skills=skills))


@pytest.mark.parametrize("hours", [0, -1, 27])
def test_a_shift_has_a_sensible_length(hours: float) -> None:
    with pytest.raises(Malformed, match="a shift ends"):
        decide.sign_on(garage("van"), new(hours=hours))


def test_nobody_signs_off_from_a_run_nor_twice_on() -> None:
    state = fold(garage("van"), decide.sign_on(garage("van"), new()))
    with pytest.raises(Taken, match="has a crew on duty"):
        decide.sign_on(state, new())
    state.units["U1"].status, state.units["U1"].incident_id = "en_route", "I1"
    with pytest.raises(Taken, match="end its run"):
        decide.sign_off(state, "K-U1")
    with pytest.raises(NotFound, match="no crew K9"):
        decide.sign_off(state, "K9")


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(SUPPLIES.codes), st.integers(0, 3000)), max_size=12))
def test_counts_never_fall_below_nothing_and_what_lacks_is_told(told: list[tuple[bool, str, int]]) -> None:
    state = garage("van")
    assert lacking(state.vehicles["U1"], SUPPLIES) == {}
    left: dict[str, int] = {}
    for used, item, count in told:
        state = fold(state, decide.stock(state, "U1", {item: count}, SUPPLIES.codes, used))
        left[item] = max(0, left.get(item, 0) - count) if used else count
    vehicle = state.vehicles["U1"]
    assert vehicle.supplies == left
    if vehicle.stocked_at is not None:
        par = {item.code: item.par.get("van", 0) for item in SUPPLIES.supply}
        short = {code: most - left.get(code, 0) for code, most in par.items() if most > left.get(code, 0)}
        assert lacking(vehicle, SUPPLIES) == short


def test_what_is_no_supply_or_no_count_is_refused() -> None:
    with pytest.raises(Malformed, match="no supply 'gold'"):
        decide.stock(garage("van"), "U1", {"gold": 1}, SUPPLIES.codes, used=False)
    with pytest.raises(Malformed, match="oxygen: -1"):
        decide.stock(garage("van"), "U1", {"oxygen": -1}, SUPPLIES.codes, used=False)


def test_the_list_of_supplies_says_who_has_approved_it() -> None:
    assert SUPPLIES.approved_by == "none"


def lent(unit_id: str = "bd-01") -> decide.External:
    return decide.External(
        unit_id=unit_id,
        owner="Biên phòng Cần Giờ",
        owner_en="Can Gio Border Guard",
        phone="028 3874 0000",
        lon=106.95,
        lat=10.41,
        kind="boat",
        skills=("nurse", "convey"),
    )


def test_a_unit_that_others_lend_is_on_duty_with_a_station_of_its_own() -> None:
    state = fold(make_state(), decide.lend(make_state(), lent()))
    unit, station = state.units["bd-01"], state.stations["external-bd-01"]
    assert (unit.external, unit.status, station.kind, station.can_refuse) == (True, "available", "external", True)
    with pytest.raises(Taken, match="known already"):
        decide.lend(state, lent())


def own_run(unit_id: str = "U1", station_id: str = "S1") -> OwnRun:
    return OwnRun(
        incident_id="I9",
        offer_id="O9",
        number="20260302-009",
        station_id=station_id,
        unit_id=unit_id,
        priority=2,
        complaint="fall",
        place=None,
        began_at=NOW,
    )


def test_a_stations_own_run_occupies_its_unit_and_counts_as_no_offer() -> None:
    state = make_state(units=[make_unit("U1")])
    after = fold(state, report_own_run(state, own_run()))
    incident, unit, station = after.incidents["I9"], after.units["U1"], after.stations["S1"]
    assert (incident.kind, incident.status, unit.status, unit.incident_id) == (
        "station_direct",
        "assigned",
        "dispatched",
        "I9",
    )
    assert [run.kind for run in incident.runs.values()] == ["station_direct"]
    assert (station.offered, station.accepted) == (0, 0)
    with pytest.raises(Taken, match="end its run"):
        report_own_run(after, own_run())
    with pytest.raises(Malformed, match="one of its own"):
        report_own_run(make_state(units=[make_unit("U1")]), own_run(station_id="S2"))


def test_a_break_is_disturbed_for_red_only() -> None:
    unit = make_unit(status="on_break")
    assert [unit.is_free_for(level) for level in (1, 2, 3, 4)] == [True, False, False, False]
    assert make_incident().kind == "emergency"
