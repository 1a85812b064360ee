"""Units that are not simply free: under way to a lesser call, soon free, on a break, near the end of their shift."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pytest

from dispatch.assignment.decide import assign
from dispatch.assignment.offerable import list_offerable
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import still_lasts_s
from dispatch.domain.events import Need
from dispatch.domain.state import DutyDay, Hospital, Incident, Run, State, Unit
from dispatch.domain.words import Level, RunKind, UnitStatus
from dispatch.positions.model import Position
from tests.factories import (
    LON,
    NOW,
    FakeTravel,
    make_hospital,
    make_incident,
    make_offer,
    make_position,
    make_state,
    make_station,
    make_unit,
)

SETTINGS = AssignmentSettings()


def on_run(unit: Unit, incident: Incident, kind: RunKind = "emergency") -> Unit:
    """The unit is on a run to the incident."""
    unit.incident_id, unit.offer_id = incident.id, f"R-{unit.id}"
    incident.runs[f"R-{unit.id}"] = Run(offer_id=f"R-{unit.id}", unit_id=unit.id, station_id=unit.station_id, kind=kind)
    return unit


def make_world(
    *incidents: Incident, units: Iterable[Unit], at: dict[str, float], hospitals: Iterable[Hospital] = ()
) -> tuple[State, dict[str, Position]]:
    """Each unit has a station of its name; `at` is where it is, in degrees east of the middle."""
    units = list(units)
    stations = [make_station(unit.id, lon=LON + at.get(unit.id, 0.0), can_refuse=False) for unit in units]
    state = make_state(stations=stations, units=units, incidents=incidents, hospitals=hospitals)
    return state, {key: make_position(LON + east) for key, east in at.items()}


def decide(
    *incidents: Incident, units: Iterable[Unit], at: dict[str, float], hospitals: Iterable[Hospital] = ()
) -> dict[str, Recommendation]:
    state, positions = make_world(*incidents, units=units, at=at, hospitals=hospitals)
    return assign(state, positions, FakeTravel(), NOW, SETTINGS)


def sent(found: dict[str, Recommendation]) -> dict[str, list[str]]:
    return {key: [unit.unit_id for unit in one.units] for key, one in found.items()}


def under_way(id: str, incident: Incident, status: UnitStatus = "en_route") -> Unit:
    incident.status = "assigned"
    return on_run(make_unit(id, station_id=id, status=status), incident)


def at_hospital(id: str, since_s: float) -> tuple[Unit, Incident]:
    """A unit that has been at hospital for so long, and the incident it came from."""
    unit = make_unit(id, station_id=id, status="at_hospital", status_at=NOW - timedelta(seconds=since_s))
    incident = make_incident("old", status="attended")
    return on_run(unit, incident), incident


def handed_over(id: str, since_s: float) -> tuple[Unit, Incident]:
    """A unit that has handed its patient over so long ago."""
    unit, incident = at_hospital(id, since_s + 1000.0)
    incident.runs[f"R-{id}"].stamps["handover_at"] = NOW - timedelta(seconds=since_s)
    return unit, incident


# --- diversion ------------------------------------------------------------------------------------------


def test_a_unit_under_way_to_a_lesser_call_may_be_diverted_and_its_call_gets_another_at_once() -> None:
    yellow = make_incident("yellow", priority=3, number="0007")
    units = [under_way("near", yellow), make_unit("far", station_id="far")]
    found = decide(yellow, make_incident("red", priority=1), units=units, at={"near": 0.01, "far": 0.1})
    assert sent(found) == {"red": ["near"], "yellow": ["far"]}
    assert (found["red"].units[0].diverts_from, "diverted from 0007 (yellow)" in found["red"].why.en) == (
        "yellow",
        True,
    )
    assert found["yellow"].why.en.startswith("instead of near, advised to divert")


def test_a_diversion_must_save_more_than_it_costs() -> None:
    def winner(level: Level, far: float) -> list[str]:
        yellow = make_incident("yellow", priority=3)
        units = [under_way("near", yellow), make_unit("far", station_id="far")]
        return sent(decide(yellow, make_incident("new", priority=level), units=units, at={"near": 0, "far": far}))[
            "new"
        ]

    assert (winner(1, 0.011), winner(1, 0.013)) == (["far"], ["near"])  # 60 s turnout + 110 or 130 s against 180 s
    # 60 s + 1,120 or 1,180 s of which all beyond 900 count three times, against 1,800 s
    assert (winner(2, 0.112), winner(2, 0.118)) == (["far"], ["near"])


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 2), (2, 2), (3, 3), (4, 3), (3, 4)])
def test_nothing_is_diverted_but_to_a_strictly_graver_group(old: Level, new: Level) -> None:
    going = make_incident("going", priority=old)
    found = decide(going, make_incident("new", priority=new), units=[under_way("U", going)], at={"U": 0.01})
    assert sent(found) == {"new": []}


@pytest.mark.parametrize("status", ["on_scene", "transporting"])
def test_a_unit_that_has_arrived_is_not_diverted(status: UnitStatus) -> None:
    going = make_incident("going", priority=4)
    unit = under_way("U", going, status)
    assert sent(decide(going, make_incident("red", priority=1), units=[unit], at={"U": 0}))["red"] == []


def test_an_incident_that_loses_a_unit_and_has_enough_without_it_asks_for_nobody() -> None:
    yellow = make_incident("Y", priority=3, lon=LON + 0.3)
    units = [under_way("near", yellow), under_way("other", yellow)]
    found = decide(make_incident("red", priority=1), yellow, units=units, at={"near": 0.0, "other": 0.3})
    assert sent(found) == {"red": ["near"], "Y": []}
    assert (found["Y"].action, found["Y"].alternatives) == ("queue", ())
    assert found["Y"].why.en == "instead of near, advised to divert; the other units are enough"


def test_a_transfer_is_not_broken_off() -> None:
    going = make_incident("going", priority=4)
    unit = under_way("U", going)
    going.runs["R-U"].kind = "interfacility"
    assert sent(decide(going, make_incident("red", priority=1), units=[unit], at={"U": 0})) == {"red": []}


def test_a_unit_that_is_asked_to_divert_is_not_asked_again_and_its_call_is_open() -> None:
    yellow, red = make_incident("yellow", priority=3), make_incident("red", priority=1)
    near = under_way("near", yellow)
    near.diversion_offer_id = "O9"
    red.offers["O9"] = make_offer("O9", station_id="near", unit_id="near")
    units = [near, make_unit("far", station_id="far")]
    orange = make_incident("orange", priority=2, lon=LON + 0.3)
    found = decide(yellow, red, orange, units=units, at={"near": 0, "far": 0.3})
    assert sent(found) == {"orange": ["far"], "yellow": []}


def test_diversions_follow_one_another_down_the_levels() -> None:
    orange, yellow = make_incident("orange", priority=2), make_incident("yellow", priority=3, lon=LON + 0.2)
    units = [under_way("a", orange), under_way("b", yellow), make_unit("c", station_id="c")]
    found = decide(orange, yellow, make_incident("red", priority=1), units=units, at={"a": 0, "b": 0.05, "c": 1.5})
    assert sent(found) == {"red": ["a"], "orange": ["b"], "yellow": ["c"]}


# --- soon free ------------------------------------------------------------------------------------------


def test_a_lesser_call_waits_for_a_unit_that_is_soon_free_and_near() -> None:
    soon, old = handed_over("soon", since_s=0)
    units = [soon, make_unit("far", station_id="far")]
    found = decide(make_incident(), old, units=units, at={"soon": 0.0, "far": 0.4})["I1"]
    assert (found.action, found.units, found.wait_s) == ("queue", (), 300.0)
    assert [(one.unit_id, one.free_in_s, one.eta_s) for one in found.awaited] == [("soon", 300.0, 360.0)]
    assert found.why.en == "wait for soon, free in about 5 min (guess)"


def test_a_call_that_has_waited_long_takes_the_free_unit() -> None:
    soon, old = handed_over("soon", since_s=0)
    units = [soon, make_unit("far", station_id="far")]
    found = decide(make_incident(waited_s=900), old, units=units, at={"soon": 0.0, "far": 0.4})
    assert sent(found) == {"I1": ["far"]}


def test_red_waits_for_a_busy_unit_only_when_no_free_one_fits() -> None:
    (soon, old), far = handed_over("soon", since_s=200), make_unit("far", station_id="far")
    red = make_incident(priority=1)
    assert sent(decide(red, old, units=[soon, far], at={"soon": 0.0, "far": 2.0})) == {"I1": ["far"]}
    alone = decide(red, old, units=[soon], at={"soon": 0.0})["I1"]
    assert (alone.action, [one.unit_id for one in alone.awaited]) == ("queue", ["soon"])


@pytest.mark.parametrize("since_s", [-500, 0, 1230, 1829, 2430])
def test_a_call_waits_for_no_unit_that_has_not_handed_over(since_s: float) -> None:
    """Usual time at hospital: 30.5 min, give or take 15.7. However long it has lasted, 14 more must be expected."""
    unit, old = at_hospital("soon", since_s)
    units = [unit, make_unit("far", station_id="far")]
    assert sent(decide(make_incident(), old, units=units, at={"soon": 0.0, "far": 0.4})) == {"I1": ["far"]}


@pytest.mark.parametrize(
    ("since_s", "free_in_s"),
    [(-500, 300.0), (0, 300.0), (100, 200.8), (300, 108.2), (600, 99.4), (900, 108.0), (901, None)],
)
def test_after_the_handover_a_unit_is_soon_free_and_the_less_sure_the_longer_it_takes(
    since_s: float, free_in_s: float | None
) -> None:
    """Usual time: 5 min, give or take 2. A clock that jumped back has seen no time pass."""
    unit, old = handed_over("U", since_s)
    state, _ = make_world(old, units=[unit], at={})
    found = list_offerable(state, NOW, SETTINGS)
    assert [one.free_in_s and round(one.free_in_s, 1) for one in found] == ([] if free_in_s is None else [free_in_s])


def test_where_stays_are_all_alike_soon_is_ten_minutes_either_side_and_never_less_than_one() -> None:
    def free_in(since_s: float) -> list[float | None]:
        unit, old = at_hospital("U", since_s)
        state, _ = make_world(old, units=[unit], at={})
        return [one.free_in_s for one in list_offerable(state, NOW, AssignmentSettings(usual_spread={}))]

    assert [free_in(since_s) for since_s in (1829, 1230, 1229, 2430, 2431)] == [[60.0], [600.0], [], [60.0], []]


def test_what_is_left_of_a_stay_is_the_mean_of_those_that_lasted_as_long() -> None:
    rng = np.random.default_rng(1)
    variance = np.log(1 + 0.51**2)
    stays_s = rng.lognormal(np.log(1830.0) - variance / 2, np.sqrt(variance), 200_000)
    for spent_s in (1.0, 600.0, 1830.0, 3000.0):
        longer = stays_s[stays_s > spent_s]
        assert still_lasts_s(1830.0, 0.51, spent_s) == pytest.approx(float(longer.mean()) - spent_s, rel=0.03)
    assert still_lasts_s(300.0, 1e-9, 60.0) == 240.0


def test_a_unit_at_a_scene_is_soon_free_only_if_another_one_conveys() -> None:
    def free_in(other: UnitStatus) -> list[float | None]:
        scene = make_incident("old", status="attended")
        bike = make_unit("bike", station_id="bike", kind="motorbike", status="on_scene")
        bike.status_at = NOW - timedelta(seconds=1690)
        van = on_run(make_unit("van", station_id="van", status=other), scene)
        van.status_at = NOW - timedelta(seconds=120)
        state, _ = make_world(scene, units=[on_run(bike, scene), van], at={})
        found = list_offerable(state, NOW, SETTINGS)
        return [one.free_in_s and round(one.free_in_s, 1) for one in found if one.unit.id == "bike"]

    assert [free_in("transporting"), free_in("on_scene"), free_in("en_route")] == [[182.8], [182.8], []]


def test_a_unit_that_stands_by_at_an_event_is_never_counted_on() -> None:
    event = make_incident("event", priority=4, status="attended")
    unit = on_run(make_unit("U", status="at_hospital", status_at=NOW - timedelta(seconds=1800)), event, "standby_event")
    assert list_offerable(make_state(units=[unit], incidents=[event]), NOW, SETTINGS) == []


def test_a_unit_without_a_fix_is_taken_to_be_at_the_hospital_where_it_is() -> None:
    unit, old = handed_over("soon", since_s=300)
    unit.hospital_id = "H1"
    found = decide(make_incident(), old, units=[unit], at={}, hospitals=[make_hospital("H1", lon=LON + 0.05)])["I1"]
    assert [(one.unit_id, one.travel_s, one.fix_age_s) for one in found.awaited] == [("soon", 500.0, None)]


# --- breaks, shifts, runs of the day, units of others ---------------------------------------------------


def test_a_crew_on_its_break_goes_to_red_only_and_needs_longer_to_turn_out() -> None:
    def winner(priority: Level, far: float) -> list[str]:
        units = [make_unit("rests", station_id="rests", status="on_break"), make_unit("far", station_id="far")]
        found = decide(make_incident(priority=priority), units=units, at={"rests": 0.0, "far": far})
        return sent(found)["I1"]

    assert [winner(1, 0.005), winner(1, 0.007), winner(2, 1.0)] == [["far"], ["rests"], ["far"]]


def test_a_crew_near_the_end_of_its_shift_is_spared_but_not_for_red() -> None:
    def winner(priority: Level) -> list[str]:
        ends = make_unit("ends", station_id="ends")
        ends.shift_until = NOW + timedelta(minutes=30)
        units = [ends, make_unit("far", station_id="far")]
        return sent(decide(make_incident(priority=priority), units=units, at={"ends": 0.0, "far": 0.03}))["I1"]

    assert (winner(1), winner(2)) == (["ends"], ["far"])


def test_a_station_with_more_runs_today_is_spared_but_not_for_red_and_not_for_long() -> None:
    def winner(priority: Level, far: float) -> list[str]:
        units = [make_unit("tired", station_id="tired"), make_unit("far", station_id="far")]
        state, positions = make_world(make_incident(priority=priority), units=units, at={"tired": 0.0, "far": far})
        state.stations["tired"].today = DutyDay(day=NOW.date(), accepted=100)
        return sent(assign(state, positions, FakeTravel(), NOW, SETTINGS))["I1"]

    assert [winner(1, 0.01), winner(3, 0.01), winner(3, 0.0125)] == [["tired"], ["far"], ["tired"]]


def test_a_unit_of_others_is_last_among_equals_and_asked_by_voice() -> None:
    units = [make_unit("a", station_id="a"), make_unit("b", station_id="b")]
    units[0].external = True
    assert sent(decide(make_incident(), units=units, at={"a": 0.01, "b": 0.01})) == {"I1": ["b"]}
    nearer = decide(make_incident(), units=units, at={"a": 0.01, "b": 0.02})["I1"]
    assert (nearer.units[0].unit_id, nearer.why.vi.endswith("xe ngoài 115, gọi điện thoại")) == ("a", True)


# --- how many more are needed ---------------------------------------------------------------------------


def test_a_call_that_grows_asks_for_more_while_the_first_unit_is_there() -> None:
    crash = make_incident("crash", needs=(Need(),) * 3, status="attended")
    there = on_run(make_unit("there", station_id="there", status="on_scene"), crash)
    units = [there, make_unit("a", station_id="a"), make_unit("b", station_id="b")]
    found = sent(decide(crash, units=units, at={"there": 0, "a": 0.01, "b": 0.02}))
    assert sorted(found["crash"]) == ["a", "b"]


def test_what_a_run_that_ended_well_has_covered_is_not_asked_for_again() -> None:
    crash = make_incident("crash", needs=(Need(), Need()), status="attended")
    on_run(make_unit("done", station_id="done"), crash)
    crash.runs["R-done"].outcome = "conveyed"
    there = on_run(make_unit("there", station_id="there", status="on_scene"), crash)
    units = [there, make_unit("done", station_id="done")]
    assert decide(crash, units=units, at={"there": 0, "done": 0}) == {}
