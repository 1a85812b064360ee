from __future__ import annotations

from dispatch.assignment.eligible import list_free, open_slots
from dispatch.domain.events import Need
from dispatch.domain.state import Run
from dispatch.domain.words import UnitStatus
from tests.factories import make_incident, make_offer, make_state, make_unit

DOCTOR_AND_VAN = (Need(("doctor",)), Need(("convey",)))


def test_free_means_at_a_post_or_on_the_road_without_a_patient() -> None:
    statuses: tuple[UnitStatus, ...] = (
        "off_duty", "available", "offered", "dispatched", "en_route", "on_scene", "transporting", "at_hospital",
        "returning", "moving_up",
    )  # fmt: skip
    units = [make_unit(status, status=status) for status in statuses]
    assert [unit.id for unit in list_free(make_state(units=units))] == ["available", "moving_up", "returning"]


def test_a_unit_in_an_open_offer_is_not_free() -> None:
    asked = make_incident(offers=[make_offer(unit_id="U1")])
    assert list_free(make_state(units=[make_unit("U1")], incidents=[asked])) == []


def test_a_unit_under_way_covers_one_need_and_leaves_the_other_open() -> None:
    incident = make_incident(needs=DOCTOR_AND_VAN)
    incident.runs["O1"] = Run(offer_id="O1", unit_id="van", station_id="S1")
    units = {"van": make_unit("van", skills=("convey",))}
    assert open_slots(incident, units) == [0]


def test_units_are_matched_to_needs_so_that_most_are_covered() -> None:
    """The van with a doctor could cover the first need, but then the bike would cover nothing."""
    incident = make_incident(needs=(Need(()), Need(("convey",))), offers=[make_offer("O1", unit_id="van")])
    incident.runs["O2"] = Run(offer_id="O2", unit_id="bike", station_id="S1")
    units = {"van": make_unit("van"), "bike": make_unit("bike", kind="motorbike")}
    assert open_slots(incident, units) == []


def test_a_run_that_ended_covers_nothing() -> None:
    incident = make_incident(needs=DOCTOR_AND_VAN)
    incident.runs["O1"] = Run(offer_id="O1", unit_id="van", station_id="S1", outcome="cancelled_before_departure")
    assert open_slots(incident, {"van": make_unit("van")}) == [0, 1]


def test_a_motorbike_covers_no_need_to_convey() -> None:
    incident = make_incident(offers=[make_offer(unit_id="bike")])
    bike = make_unit("bike", kind="motorbike", skills=("doctor", "convey"))
    assert open_slots(incident, {"bike": bike}) == [0]
