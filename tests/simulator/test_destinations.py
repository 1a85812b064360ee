from __future__ import annotations

import numpy as np

from dispatch.domain.state import Hospital
from simulator.destinations import choose_hospital, possible_hospitals
from tests.factories import make_hospital


def able(id: str, *capabilities: str, diversion: tuple[str, ...] = ()) -> Hospital:
    hospital = make_hospital(id)
    hospital.capabilities, hospital.diversion = capabilities, diversion
    return hospital


NEAR, FAR = able("near", "general"), able("far", "general", "stroke", "pci")


def choose(complaint: str, *hospitals: tuple[Hospital, float]) -> str | None:
    return choose_hospital(complaint, [one for one, _ in hospitals], np.array([time_s for _, time_s in hospitals]))


def test_the_nearest_that_can_treat_the_complaint_is_chosen() -> None:
    assert choose("stroke", (FAR, 900.0), (NEAR, 300.0)) == "far"
    assert choose("fever", (FAR, 900.0), (NEAR, 300.0)) == "near"


def test_a_speciality_is_not_worth_any_detour() -> None:
    assert choose("stroke", (FAR, 2000.0), (NEAR, 300.0)) == "near"


def test_a_hospital_that_asks_to_be_spared_is_passed_by() -> None:
    spared = able("spared", "general", "stroke", diversion=("stroke",))
    assert choose("stroke", (spared, 300.0), (FAR, 900.0)) == "far"


def test_an_arrest_goes_to_the_nearest_emergency_department_whatever_it_asks() -> None:
    spared = able("spared", "general", diversion=("general",))
    assert choose("cardiac_arrest", (FAR, 900.0), (spared, 300.0)) == "spared"


def test_an_unreachable_hospital_counts_last() -> None:
    assert choose("fever", (NEAR, np.inf), (FAR, 5000.0)) == "far"


def test_without_a_hospital_none_is_chosen() -> None:
    assert choose("fever") is None


def test_only_emergency_departments_that_take_patients_are_possible() -> None:
    clinic = make_hospital("clinic", emergency=False)
    assert possible_hospitals([NEAR, FAR, clinic], frozenset({"far", "clinic"})) == [FAR]
    assert possible_hospitals([NEAR, clinic], frozenset()) == [NEAR]
