"""An incident that needs several units, or got one that cannot do all: who is still asked, and when it is over."""

from __future__ import annotations

import pytest

from dispatch.assignment import offers, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.decide import assign
from dispatch.assignment.eligible import open_slots, unserved_slots
from dispatch.assignment.runs import Report
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.watch import is_abandoned
from dispatch.domain.events import Need
from dispatch.domain.state import State
from dispatch.domain.words import UnitReport
from dispatch.errors import Taken
from dispatch.major import decide as major
from tests.factories import LON, NOW, FakeTravel, make_hospital, make_incident, make_state, make_station, make_unit
from tests.folding import fold

CAN_ALL = (Need(("doctor", "convey")),)


def city(units: int = 4, priority: int = 1, needs: tuple[Need, ...] = (Need(),)) -> State:
    """One incident, and a station for each unit, one a hundred seconds farther than the other."""
    numbers = range(1, units + 1)
    return make_state(
        stations=[make_station(f"S{number}", lon=LON + number * 0.01) for number in numbers],
        units=[make_unit(f"U{number}", station_id=f"S{number}") for number in numbers],
        incidents=[make_incident(priority=priority, needs=needs)],  # type: ignore[arg-type]  # a level
        hospitals=[make_hospital()],
    )


def ask(state: State, *unit_ids: str) -> State:
    for unit_id in unit_ids:
        request = OfferRequest(offer_id=f"O-{unit_id}", incident_id="I1", unit_id=unit_id)
        state = fold(state, offers.make_offer(state, request, NOW))
    return state


def accept(state: State, *unit_ids: str) -> State:
    for unit_id in unit_ids:
        state = fold(state, offers.accept_offer(state, f"O-{unit_id}"))
    return state


def convey(state: State, unit_id: str) -> State:
    steps: tuple[UnitReport, ...] = ("en_route", "on_scene", "transporting", "at_hospital", "handed_over", "returning")
    for step in steps:
        said = Report(unit_id=unit_id, status=step, at=NOW, hospital_id="H1")
        state = fold(state, runs.report(state, said, NOW))
    return state


def declared(state: State, patients: int) -> State:
    return fold(state, major.declare(state, "I1", patients, None))


def test_a_major_incident_goes_on_when_the_only_unit_it_got_is_done() -> None:
    state = convey(accept(ask(declared(city(1), 6), "U1"), "U1"), "U1")
    incident = state.incidents["I1"]
    assert incident.status != "closed"
    assert unserved_slots(incident, state.units) == [1, 2]


def test_a_major_incident_is_stood_down_before_it_is_closed() -> None:
    state = convey(accept(ask(declared(city(1), 2), "U1"), "U1"), "U1")
    with pytest.raises(Taken, match="stand it down before closing it"):
        runs.close(state, "I1", "conveyed")
    state = fold(state, major.stand_down(state, "I1", None))
    assert fold(state, runs.close(state, "I1", "conveyed")).incidents["I1"].status == "closed"


def test_an_incident_of_two_needs_closes_when_both_have_been_served() -> None:
    state = accept(ask(city(needs=(Need(), Need())), "U1"), "U1")
    state = convey(state, "U1")
    assert state.incidents["I1"].status == "attended"
    state = convey(accept(ask(state, "U2"), "U2"), "U2")
    assert state.incidents["I1"].status == "closed"


def test_who_has_the_skill_is_sent_behind_a_unit_that_lacks_it() -> None:
    state = city(3, needs=CAN_ALL)
    state.units["U1"].skills = ("nurse", "convey")
    state = accept(ask(state, "U1"), "U1")
    advice = assign(state, {}, FakeTravel(), NOW, AssignmentSettings())["I1"]
    assert [one.unit_id for one in advice.units] == ["U2"]
    state = accept(ask(state, "U2", "U3"), "U2")
    assert {run.unit_id for run in state.incidents["I1"].active_runs} == {"U1", "U2"}
    assert state.incidents["I1"].offers["O-U3"].status == "withdrawn"


def test_a_unit_that_lacks_the_skill_calls_off_nobody_who_has_it() -> None:
    state = city(3, needs=CAN_ALL)
    state.units["U1"].skills = ("nurse", "convey")
    state = accept(ask(state, "U1", "U2"), "U1")
    assert state.incidents["I1"].offers["O-U2"].status == "open"
    assert open_slots(state.incidents["I1"], state.units) == []


def test_asking_for_a_unit_that_lacks_the_skill_stands_in_nobodys_way() -> None:
    state = city(4, priority=3, needs=CAN_ALL)
    for unit_id in ("U1", "U2"):
        state.units[unit_id].skills = ("nurse", "convey")
    state = ask(state, "U1")
    with pytest.raises(Taken, match="already offered"):
        ask(state, "U2")
    state = ask(state, "U3")
    with pytest.raises(Taken, match="already offered"):
        ask(state, "U4")


def test_red_that_needs_several_is_offered_to_one_station_more_than_it_needs() -> None:
    state = declared(city(4), 4)
    advice = assign(state, {}, FakeTravel(), NOW, AssignmentSettings())["I1"]
    state = ask(state, *(one.unit_id for one in (*advice.units, *advice.parallel)))
    assert len(state.incidents["I1"].open_offers) == 3
    with pytest.raises(Taken, match="already offered"):
        ask(state, "U4")


def test_of_several_units_the_next_offer_leaves_for_the_one_that_was_refused_alone() -> None:
    state = ask(declared(city(4), 4), "U1", "U2")
    assert not is_abandoned(state.incidents["I1"])
    state = fold(state, offers.refuse_offer(state, "O-U1", "no_crew", None))
    assert is_abandoned(state.incidents["I1"])
    assert is_abandoned(accept(state, "U2").incidents["I1"])
    withdrawn = fold(state, offers.withdraw_offer(state, "O-U2", "withdrawn", bars=True))
    assert not is_abandoned(withdrawn.incidents["I1"])
