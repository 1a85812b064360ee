from __future__ import annotations

from typing import get_args

import pytest

from dispatch.domain.outcomes import OutcomeDetails, list_missing
from dispatch.domain.words import Outcome, Stamp, UnitStatus
from simulator import scripts
from simulator.scripts import WAIT, ChooseHospital, Drive, Report, Step, Whereabouts
from tests.factories import LAT, LON, NOW, make_state, make_station, make_unit
from tests.simulator.worlds import (
    ELSEWHERE,
    HOSPITAL,
    SCENE,
    at,
    later,
    make_crews,
    make_run_state,
    offer_with,
    only_unit,
)

HOME = scripts.home_of(make_unit(), make_station())
CREWS = make_crews()


def step(
    status: UnitStatus,
    where: Whereabouts,
    *,
    after_s: float = 0.0,
    speed: float = 1.0,
    offer_id: str = "O1",
    stamps: dict[Stamp, float] | None = None,
    hospital_id: str | None = None,
    motorbike: bool = False,
) -> Step:
    """What U1 does `after_s` after NOW; `stamps` in seconds after NOW."""
    state = make_run_state(
        status,
        stamps={name: later(seconds) for name, seconds in (stamps or {}).items()},
        offer_id=offer_id,
        hospital_id=hospital_id,
        kind="motorbike" if motorbike else "van",
    )
    return scripts.next_step(only_unit(state), state, where, later(after_s), CREWS, speed)


def free_step(status: UnitStatus, where: Whereabouts) -> Step:
    state = make_state(units=[make_unit(status=status)])
    return scripts.next_step(only_unit(state), state, where, NOW, CREWS, 1.0)


def test_a_dispatched_crew_leaves_when_its_turnout_is_over() -> None:
    turnout_s = CREWS.turnout_s("O1")
    assert step("dispatched", at(HOME), stamps={"accepted_at": 0}, after_s=turnout_s - 1) == WAIT
    assert step("dispatched", at(HOME), stamps={"accepted_at": 0}, after_s=turnout_s + 1) == Report("en_route")


def test_speed_divides_the_time_that_a_crew_takes() -> None:
    after_s = CREWS.turnout_s("O1") / 10 + 1
    assert step("dispatched", at(HOME), stamps={"accepted_at": 0}, after_s=after_s, speed=10) == Report("en_route")


def test_a_crew_that_is_already_rolling_leaves_sooner() -> None:
    rolling = at(ELSEWHERE, driving_to=HOME)
    assert step("dispatched", rolling, stamps={"accepted_at": 0}, after_s=16) == Report("en_route")


def test_a_unit_under_way_drives_to_the_scene_once_and_reports_there() -> None:
    assert step("en_route", at(HOME)) == Drive(SCENE)
    assert step("en_route", at(ELSEWHERE, driving_to=SCENE)) == WAIT
    assert step("en_route", at(SCENE)) == Report("on_scene")


def test_a_scene_that_moved_is_driven_to_anew() -> None:
    assert step("en_route", at(ELSEWHERE, driving_to=HOSPITAL)) == Drive(SCENE)


def test_a_crew_says_when_it_is_at_the_patient() -> None:
    walk_s = CREWS.to_patient_s("O1")
    assert walk_s is not None
    assert step("on_scene", at(SCENE), stamps={"on_scene_at": 0}, after_s=walk_s - 1) == WAIT
    assert step("on_scene", at(SCENE), stamps={"on_scene_at": 0}, after_s=walk_s + 1) == Report("at_patient")


def test_a_patient_is_taken_to_a_hospital_that_is_chosen_first() -> None:
    offer_id = offer_with("conveyed")
    stamps: dict[Stamp, float] = {"on_scene_at": 0, "at_patient_at": 60}
    after_s = CREWS.on_scene_s(offer_id) + 1
    ready = {"stamps": stamps, "after_s": after_s, "offer_id": offer_id}
    assert step("on_scene", at(SCENE), **ready) == ChooseHospital()  # type: ignore[arg-type]  # as named above
    in_mind = at(SCENE, hospital_id="H1")
    assert step("on_scene", in_mind, **ready) == Report("transporting", hospital_id="H1")  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", ["treated_not_conveyed", "refused_by_patient", "no_patient_found"])
def test_a_run_without_transport_ends_with_its_outcome(outcome: str) -> None:
    offer_id = offer_with(outcome)
    after_s = CREWS.on_scene_s(offer_id) + 1
    done = step(
        "on_scene", at(SCENE), stamps={"on_scene_at": 0, "at_patient_at": 1}, after_s=after_s, offer_id=offer_id
    )
    assert isinstance(done, Report)
    assert (done.status, done.outcome) == ("returning", outcome)


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_a_crew_leaves_out_nothing_of_what_an_outcome_at_the_scene_wants(outcome: Outcome) -> None:
    told = OutcomeDetails(cancelled_by="caller", **(scripts.details_of(outcome, NOW) or {}))
    assert list_missing(outcome, told) == []


def test_a_motorbike_treats_on_the_spot() -> None:
    offer_id = offer_with("conveyed")
    after_s = CREWS.on_scene_s(offer_id) + 1
    stamps: dict[Stamp, float] = {"on_scene_at": 0, "at_patient_at": 1}
    done = step("on_scene", at(SCENE), stamps=stamps, after_s=after_s, offer_id=offer_id, motorbike=True)
    assert done == Report("returning", outcome="treated_not_conveyed")


def test_a_patient_is_driven_to_the_hospital_and_arrives() -> None:
    assert step("transporting", at(SCENE), hospital_id="H1") == Drive(HOSPITAL)
    assert step("transporting", at(HOSPITAL), hospital_id="H1") == Report("at_hospital", hospital_id="H1")


def test_a_transport_to_nowhere_chooses_a_hospital() -> None:
    assert step("transporting", at(SCENE)) == ChooseHospital()


def test_the_handover_comes_before_the_way_home() -> None:
    handover_s, clean_up_s = CREWS.handover_s("O1"), CREWS.clean_up_s("O1")
    arrived: dict[Stamp, float] = {"at_hospital_at": 0}
    assert step("at_hospital", at(HOSPITAL), stamps=arrived, after_s=handover_s - 1) == WAIT
    assert step("at_hospital", at(HOSPITAL), stamps=arrived, after_s=handover_s + 1) == Report("handed_over")
    handed: dict[Stamp, float] = {"at_hospital_at": 0, "handover_at": 100}
    assert step("at_hospital", at(HOSPITAL), stamps=handed, after_s=100 + clean_up_s - 1) == WAIT
    assert step("at_hospital", at(HOSPITAL), stamps=handed, after_s=100 + clean_up_s + 1) == Report("returning")


def test_a_unit_that_is_free_again_drives_home_and_is_available_there() -> None:
    assert free_step("returning", at(HOSPITAL)) == Drive(HOME)
    assert free_step("returning", at(HOSPITAL, driving_to=HOME)) == WAIT
    assert free_step("returning", at(HOME)) == Report("available")


def test_a_unit_released_on_its_way_turns_around() -> None:
    assert free_step("returning", at(ELSEWHERE, driving_to=SCENE)) == Drive(HOME)


def test_an_available_unit_on_the_road_says_that_it_is_returning() -> None:
    """A refused offer makes a returning unit `available`, wherever it is."""
    assert free_step("available", at(ELSEWHERE, driving_to=HOME)) == Report("returning")
    assert free_step("available", at(HOME)) == WAIT


@pytest.mark.parametrize("status", ["off_duty", "offered"])
def test_others_wait(status: UnitStatus) -> None:
    assert free_step(status, at(HOME)) == WAIT


def test_a_unit_whose_incident_is_unknown_waits() -> None:
    state = make_state(units=[make_unit(status="en_route", incident_id="gone", offer_id="O1")])
    assert scripts.next_step(only_unit(state), state, at(HOME), NOW, CREWS, 1.0) == WAIT


def test_units_of_one_station_stand_apart_and_near_it() -> None:
    homes = {scripts.home_of(make_unit(f"115-{i:03d}"), make_station()) for i in range(5)}
    assert len(homes) == 5
    assert all(abs(lon - LON) < 0.0002 and abs(lat - LAT) < 0.0002 for lon, lat in homes)
