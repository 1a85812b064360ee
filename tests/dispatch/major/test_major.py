"""Major incidents: declared, counted, commanded, staged, shared out among hospitals, stood down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.eligible import open_slots
from dispatch.domain.events import MajorDeclared, Need
from dispatch.domain.state import Run, State
from dispatch.errors import Malformed, NotFound, Refused, Taken
from dispatch.major import decide
from dispatch.major.arrival import take_command
from tests.factories import (
    NOW,
    make_hospital,
    make_incident,
    make_offer,
    make_place,
    make_state,
    make_station,
    make_unit,
)
from tests.folding import fold


def declared(expected: int = 10, **incident: object) -> State:
    state = make_state(incidents=[make_incident(**incident)], hospitals=[make_hospital()])  # type: ignore[arg-type]
    return fold(state, decide.declare(state, "I1", expected, None))


def test_declaring_makes_it_red_and_asks_for_a_unit_for_every_two_patients() -> None:
    incident = declared(expected=9, priority=3).incidents["I1"]
    assert incident.priority == 1
    assert [need.skills for need in incident.needs] == [
        ("convey",),
        ("convey",),
        ("convey",),
        ("convey",),
        ("doctor", "convey"),
    ]
    assert incident.major is not None
    assert (incident.major.expected, incident.major.declared_by, incident.major.is_on) == (9, "user:lan", True)


def test_it_is_declared_once_and_for_somebody() -> None:
    state = declared()
    with pytest.raises(Taken, match="already"):
        decide.declare(state, "I1", 20, None)
    with pytest.raises(Malformed, match="between 1 and"):
        decide.declare(make_state(incidents=[make_incident()]), "I1", 0, None)
    with pytest.raises(NotFound, match="GET /api/v1/incidents"):
        decide.declare(make_state(), "I1", 5, None)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_what_it_needs_never_falls_by_a_count(expected: int, counted: int) -> None:
    state = declared(expected=expected)
    before = state.incidents["I1"].needs
    after = fold(state, decide.count(state, "I1", {"green": counted})).incidents["I1"].needs
    assert after[: len(before)] == before
    assert len(after) <= decide.MOST_UNITS


def test_the_dead_ask_for_no_unit() -> None:
    state = declared(expected=2)
    after = fold(state, decide.count(state, "I1", {"black": 40, "red": 3})).incidents["I1"]
    assert len(after.needs) == 2
    assert after.major is not None
    assert after.major.counts == {"black": 40, "red": 3}
    with pytest.raises(Malformed, match="yellow"):
        decide.count(state, "I1", {"yellow": -1})


def test_the_first_crew_on_the_scene_commands_until_another_is_named() -> None:
    units = [make_unit(id, status="on_scene", incident_id="I1") for id in ("U1", "U2")]
    state = make_state(incidents=[declared().incidents["I1"]], units=units)
    state = fold(state, take_command(state.incidents["I1"], "U1"))
    assert take_command(state.incidents["I1"], "U2") == []
    state = fold(state, decide.name_commander(state, "I1", "U2"))
    major = state.incidents["I1"].major
    assert major is not None
    assert major.commander_id == "U2"


def test_a_crew_that_is_not_there_does_not_command() -> None:
    state = make_state(incidents=[declared().incidents["I1"]], units=[make_unit("U1", status="en_route")])
    with pytest.raises(Taken, match="not on the scene"):
        decide.name_commander(state, "I1", "U1")


def test_a_unit_already_there_when_it_is_declared_commands_at_once() -> None:
    runs = {
        "O1": Run(offer_id="O1", unit_id="U1", station_id="S1", stamps={"on_scene_at": NOW}),
        "O2": Run(offer_id="O2", unit_id="U2", station_id="S1", stamps={"on_scene_at": NOW - timedelta(minutes=1)}),
    }
    incident = make_incident(status="attended")
    incident.runs = runs
    units = [make_unit(id, status="on_scene", incident_id="I1") for id in ("U1", "U2")]
    state = make_state(incidents=[incident], units=units)
    major = fold(state, decide.declare(state, "I1", 6, None)).incidents["I1"].major
    assert major is not None
    assert major.commander_id == "U2"


def test_units_gather_at_the_staging_point_until_it_is_lifted() -> None:
    state = declared()
    place = make_place(label="Sân vận động")
    state = fold(state, decide.set_staging(state, "I1", place))
    assert state.incidents["I1"].major is not None
    assert state.incidents["I1"].major.staging == place
    lifted = fold(state, decide.set_staging(state, "I1", None)).incidents["I1"].major
    assert lifted is not None
    assert lifted.staging is None


def test_a_quota_is_set_lifted_and_refused_for_no_hospital() -> None:
    state = declared()
    state = fold(state, decide.set_quota(state, "I1", "H1", {"red": 2, "yellow": 4}))
    assert state.incidents["I1"].major is not None
    assert state.incidents["I1"].major.quotas == {"H1": {"red": 2, "yellow": 4}}
    lifted = fold(state, decide.set_quota(state, "I1", "H1", {})).incidents["I1"].major
    assert lifted is not None
    assert lifted.quotas == {}
    with pytest.raises(NotFound, match="no hospital H9"):
        decide.set_quota(state, "I1", "H9", {"red": 1})


def test_standing_down_withdraws_offers_and_asks_for_nobody_else() -> None:
    state = declared(expected=10)
    incident = state.incidents["I1"]
    incident.offers = {"O1": make_offer("O1", unit_id="U1")}
    incident.runs = {"O0": Run(offer_id="O0", unit_id="U0", station_id="S1")}
    incident.status = "assigned"
    units = [
        make_unit("U0", status="en_route", incident_id="I1", offer_id="O0"),
        make_unit("U1", status="offered", incident_id="I1", offer_id="O1"),
    ]
    state = make_state(incidents=[incident], units=units, stations=[make_station()])
    after = fold(state, decide.stand_down(state, "I1", None))
    incident = after.incidents["I1"]
    assert (incident.offers["O1"].status, after.units["U1"].status, after.units["U0"].status) == (
        "withdrawn",
        "available",
        "en_route",
    )
    assert open_slots(incident, after.units) == []
    assert incident.major is not None
    assert (incident.major.is_on, incident.major.stood_down_by) == (False, "user:lan")
    with pytest.raises(Taken, match="declare it first"):
        decide.count(after, "I1", {"red": 1})
    again = fold(after, decide.declare(after, "I1", 4, None)).incidents["I1"].major
    assert again is not None
    assert again.is_on


def test_an_unsafe_scene_is_opened_by_police_or_fire_service_only() -> None:
    state = make_state(incidents=[make_incident()])
    state = fold(state, decide.tell_safety(state, "I1", True, "caller"))
    assert state.incidents["I1"].scene_unsafe
    with pytest.raises(Malformed, match="113 or 114"):
        decide.tell_safety(state, "I1", False, "crew")
    assert not fold(state, decide.tell_safety(state, "I1", False, "113")).incidents["I1"].scene_unsafe


def test_what_is_no_major_incident_is_not_commanded_as_one() -> None:
    state = make_state(incidents=[make_incident()], hospitals=[make_hospital()])
    with pytest.raises(Taken, match="declare it first"):
        decide.count(state, "I1", {"red": 1})
    with pytest.raises(Taken, match="declare it first"):
        decide.set_staging(state, "I1", None)
    with pytest.raises(Taken, match="declare it first"):
        decide.set_quota(state, "I1", "H1", {"red": 1})
    with pytest.raises(Taken, match="declare it first"):
        decide.stand_down(state, "I1", None)
    with pytest.raises(Refused):
        fold(declared(), [MajorDeclared(incident_id="I1", expected=3)])


NEEDS = st.lists(st.just(Need(("doctor", "convey"))), min_size=1, max_size=4).map(tuple)


@given(NEEDS, st.integers(0, 500))
def test_more_needs_is_stable(needs: tuple[Need, ...], patients: int) -> None:
    """Asked twice for the same number, nothing more is asked."""
    once = decide.more_needs(needs, patients)
    assert decide.more_needs(once, patients) == once
    assert len(once) >= min(decide.MOST_UNITS, patients / decide.PATIENTS_PER_UNIT)
