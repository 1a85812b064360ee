"""The tables lead somewhere, and the pictures are drawn from them."""

from __future__ import annotations

from typing import get_args

import pytest

from dispatch.domain.lifecycles import (
    ALARM_TRANSITIONS,
    CALL_TRANSITIONS,
    HOSPITAL_TRANSITIONS,
    INCIDENT_TRANSITIONS,
    OFFER_TRANSITIONS,
    PATIENT_TRANSITIONS,
    RESERVATION_TRANSITIONS,
    UNIT_TRANSITIONS,
    next_unit_status,
)
from dispatch.domain.words import (
    AlarmStatus,
    CallStatus,
    HospitalStatus,
    IncidentStatus,
    OfferStatus,
    PatientStatus,
    ReservationStatus,
    UnitReport,
    UnitStatus,
)
from dispatch.errors import IllegalStep
from dispatch.lifecycle_diagrams import page
from dispatch.paths import repo_root


@pytest.mark.parametrize(
    ("table", "statuses"),
    [
        (UNIT_TRANSITIONS, get_args(UnitStatus)),
        (INCIDENT_TRANSITIONS, get_args(IncidentStatus)),
        (OFFER_TRANSITIONS, get_args(OfferStatus)),
        (CALL_TRANSITIONS, get_args(CallStatus)),
        (ALARM_TRANSITIONS, get_args(AlarmStatus)),
        (PATIENT_TRANSITIONS, get_args(PatientStatus)),
        (HOSPITAL_TRANSITIONS, get_args(HospitalStatus)),
        (RESERVATION_TRANSITIONS, get_args(ReservationStatus)),
    ],
)
def test_every_status_has_its_row_and_every_step_leads_to_a_status(
    table: dict[str, dict[str, str]], statuses: tuple[str, ...]
) -> None:
    assert set(table) == set(statuses)
    assert {target for steps in table.values() for target in steps.values()} <= set(statuses)


def test_a_crew_can_say_every_report_somewhere() -> None:
    steps = {step for table in UNIT_TRANSITIONS.values() for step in table}
    assert steps == {*get_args(UnitReport), "offered", "assigned", "released"}


def test_every_unit_can_get_home_from_everywhere() -> None:
    home = {"available"}
    while grown := {s for s, steps in UNIT_TRANSITIONS.items() if set(steps.values()) & home} - home:
        home |= grown
    assert home == set(UNIT_TRANSITIONS)


def test_an_illegal_step_names_the_fact_the_thing_and_the_way_out() -> None:
    with pytest.raises(IllegalStep) as told:
        next_unit_status("115-007", "available", "on_scene")
    assert str(told.value).startswith("unit 115-007 cannot go on_scene while available; allowed: assigned, ")


def test_the_pictures_are_those_of_the_tables() -> None:
    drawn = (repo_root() / "docs" / "lifecycles.md").read_text(encoding="utf-8")
    assert drawn == page(), "run: python -m dispatch.lifecycle_diagrams > docs/lifecycles.md"
