"""Offers and runs as pure decisions: who may be asked, what an answer means, how a run ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from dispatch.assignment import offers, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.runs import Report
from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.state import State
from dispatch.errors import IllegalStep, Malformed, NotFound, Taken
from tests.dispatch.test_fold import assigned_state, offered_state, tell
from tests.factories import NOW, make_hospital, make_incident, make_state, make_station, make_unit


def two_stations(**incident: Any) -> State:
    return make_state(
        stations=[make_station("S1"), make_station("S2"), make_station("S3")],
        units=[make_unit("U1"), make_unit("U2", station_id="S2"), make_unit("U3", station_id="S3")],
        incidents=[make_incident(**incident)],
    )


def ask(state: State, unit_id: str, offer_id: str = "O1", incident_id: str = "I1") -> State:
    request = OfferRequest(offer_id=offer_id, incident_id=incident_id, unit_id=unit_id)
    return tell(state, *offers.make_offer(state, request, NOW))


def names(events: Sequence[ev.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_an_offer_stands_on_the_incident_the_unit_and_the_station() -> None:
    state = two_stations()
    request = OfferRequest(offer_id="O1", incident_id="I1", unit_id="U1", timeout_s=60)
    events = offers.make_offer(state, request, NOW)
    assert names(events) == ["OfferMade", "UnitOffered", "StationOffered"]
    assert events[0].expires_at == NOW + timedelta(seconds=60)  # type: ignore[attr-defined]  # it is an OfferMade


def test_a_station_that_cannot_refuse_has_accepted_at_once() -> None:
    state = make_state(
        stations=[make_station(kind="centre", can_refuse=False)], units=[make_unit()], incidents=[make_incident()]
    )
    ask(state, "U1")
    assert (state.units["U1"].status, state.incidents["I1"].status) == ("dispatched", "assigned")


def test_a_station_is_asked_for_a_unit_that_meets_the_need() -> None:
    state = make_state(
        units=[make_unit("A1", kind="motorbike"), make_unit("B1")],
        incidents=[make_incident(needs=(Need(skills=("convey",)),))],
    )
    events = offers.make_offer(state, OfferRequest(offer_id="O1", incident_id="I1", station_id="S1"), NOW)
    assert events[0].unit_id == "B1"  # type: ignore[attr-defined]  # it is an OfferMade


def test_a_unit_that_is_offered_cannot_be_offered_again() -> None:
    state = ask(two_stations(), "U1")
    state.incidents["I2"] = make_incident("I2")
    with pytest.raises(Taken, match="unit U1 is offered"):
        ask(state, "U1", "O2", "I2")


def test_one_station_is_asked_at_a_time() -> None:
    state = ask(two_stations(priority=2), "U1")
    with pytest.raises(Taken, match="already offered to Trạm S1"):
        ask(state, "U2", "O2")


def test_red_is_offered_to_two_stations_and_the_first_acceptance_withdraws_the_other() -> None:
    state = ask(ask(two_stations(priority=1), "U1"), "U2", "O2")
    with pytest.raises(Taken, match="already offered"):
        ask(state, "U3", "O3")
    tell(state, *offers.accept_offer(state, "O2"))
    incident = state.incidents["I1"]
    assert {offer.id: offer.status for offer in incident.offers.values()} == {"O1": "withdrawn", "O2": "accepted"}
    assert (state.units["U1"].status, state.units["U2"].status) == ("available", "dispatched")


def test_another_unit_than_the_recommended_is_an_overrule() -> None:
    state = two_stations()
    request = OfferRequest(offer_id="O1", incident_id="I1", unit_id="U2", recommended=("U1",), reason="road_blocked")
    made = offers.make_offer(state, request, NOW)[0]
    assert isinstance(made, ev.OfferMade)
    assert (made.overruled, made.reason) == (True, "road_blocked")


def test_a_station_may_name_another_of_its_own_units() -> None:
    state = make_state(
        stations=[make_station("S1"), make_station("S2")],
        units=[make_unit("U1"), make_unit("U2"), make_unit("U3", station_id="S2")],
        incidents=[make_incident()],
    )
    ask(state, "U1")
    with pytest.raises(Malformed, match="unit U3 is not of station S1"):
        offers.accept_offer(state, "O1", "U3")
    tell(state, *offers.accept_offer(state, "O1", "U2"))
    assert (state.units["U1"].status, state.units["U2"].status) == ("available", "dispatched")


def test_a_refusal_is_counted_and_frees_the_unit() -> None:
    state = two_stations()
    for number, unit_id in enumerate(("U1", "U2", "U3"), 1):
        ask(state, unit_id, f"O{number}")
        tell(state, *offers.refuse_offer(state, f"O{number}", "no_crew", None))
    assert state.stations["S1"].refused == 1
    assert all(unit.status == "available" for unit in state.units.values())


def test_silence_ends_the_offer_and_frees_the_unit() -> None:
    state = offered_state()
    tell(state, *offers.expire_offer(state, "O1"))
    assert state.incidents["I1"].offers["O1"].status == "expired"
    assert (state.units["U1"].status, state.stations["S1"].silent) == ("available", 1)


def test_an_answered_offer_cannot_be_answered_again() -> None:
    state = assigned_state()
    with pytest.raises(Taken, match="offer O1 is already accepted"):
        offers.accept_offer(state, "O1")
    with pytest.raises(Taken, match="offer O1 is already accepted"):
        offers.refuse_offer(state, "O1", "other", None)
    with pytest.raises(Taken, match="offer O1 is already accepted"):
        offers.withdraw_offer(state, "O1", "why")


def test_an_unknown_thing_is_named() -> None:
    state = two_stations()
    with pytest.raises(NotFound, match="no unit U9"):
        ask(state, "U9")
    with pytest.raises(NotFound, match="no open incident I9"):
        ask(state, "U1", incident_id="I9")
    with pytest.raises(NotFound, match="no offer O9"):
        offers.accept_offer(state, "O9")


def drive(state: State, *reports: str, outcome: Any = None, hospital_id: str | None = None) -> State:
    for said in reports:
        report = Report(unit_id="U1", status=said, at=NOW, outcome=outcome, hospital_id=hospital_id)  # type: ignore[arg-type]  # words from the test
        tell(state, *runs.report(state, report, NOW))
    return state


def test_a_run_to_hospital_is_conveyed_by_itself_and_closes_the_incident() -> None:
    state = assigned_state()
    state.hospitals["H1"] = make_hospital()
    drive(state, "en_route", "on_scene", "at_patient")
    drive(state, "transporting", hospital_id="H1")
    drive(state, "at_hospital", "handed_over", "returning")
    incident = state.incidents["I1"]
    assert (incident.status, incident.outcome) == ("closed", "conveyed")
    assert (incident.runs["O1"].outcome, incident.runs["O1"].hospital_id) == ("conveyed", "H1")
    assert (state.units["U1"].status, state.units["U1"].incident_id) == ("returning", None)


def join_late(state: State, call_id: str, after: timedelta) -> None:
    """Another caller, whom the desk takes to speak of the same incident."""
    tell(state, ev.CallReceived(call_id=call_id, answered_at=NOW), after=after)
    tell(state, ev.CallJoined(call_id=call_id, incident_id="I1"), after=after)


def report_at(state: State, minutes: int, said: Any, **more: Any) -> None:
    at = NOW + timedelta(minutes=minutes)
    tell(
        state,
        *runs.report(state, Report(unit_id="U1", status=said, at=at, **more), at),
        after=timedelta(minutes=minutes),
    )


def test_a_call_that_joins_once_the_crew_has_left_the_scene_is_not_closed_with_the_incident() -> None:
    state = assigned_state()
    state.hospitals["H1"] = make_hospital()
    report_at(state, 1, "en_route")
    report_at(state, 10, "on_scene")
    join_late(state, "heard", timedelta(minutes=12))
    report_at(state, 20, "transporting", hospital_id="H1")
    join_late(state, "unheard", timedelta(minutes=25))
    report_at(state, 30, "at_hospital")
    report_at(state, 40, "returning")
    incident, call = state.incidents["I1"], state.calls["unheard"]
    assert (incident.status, incident.call_ids) == ("closed", ["heard"])
    assert (call.status, call.incident_id, call.reopened_because) == ("answered", None, "closed_unheard")
    assert call.undecided_since == NOW + timedelta(minutes=40)


@pytest.mark.parametrize(("seconds_before", "status"), [(181, "joined"), (179, "answered"), (-300, "answered")])
def test_a_call_that_joins_as_the_crew_leaves_without_a_patient_is_not_closed_with_the_incident(
    seconds_before: int, status: str
) -> None:
    state = assigned_state()
    report_at(state, 1, "en_route")
    report_at(state, 10, "on_scene")
    join_late(state, "late", timedelta(minutes=20, seconds=-seconds_before))
    report_at(state, 20, "available", outcome="no_patient_found")
    assert (state.incidents["I1"].status, state.calls["late"].status) == ("closed", status)


def test_a_call_of_just_now_is_not_closed_by_a_crew_whose_clock_is_ahead() -> None:
    state = assigned_state()
    report_at(state, 1, "en_route")
    report_at(state, 10, "on_scene")
    now = NOW + timedelta(minutes=20)
    join_late(state, "late", timedelta(minutes=20, seconds=-5))
    left = Report(unit_id="U1", status="available", at=now + timedelta(seconds=110), outcome="no_patient_found")
    tell(state, *runs.report(state, left, now), after=timedelta(minutes=20))
    assert (state.incidents["I1"].status, state.calls["late"].status) == ("closed", "answered")


def test_the_call_that_an_incident_was_opened_for_is_closed_with_it() -> None:
    state = assigned_state()
    state.incidents["I1"].opened_for = "first"
    report_at(state, 1, "en_route")
    report_at(state, 2, "on_scene")
    join_late(state, "first", timedelta(minutes=2))
    report_at(state, 3, "available", outcome="no_patient_found")
    assert state.calls["first"].status == "joined"


def test_leaving_the_scene_without_a_patient_needs_an_outcome() -> None:
    state = drive(assigned_state(), "en_route", "on_scene")
    with pytest.raises(Malformed, match="say the outcome"):
        drive(state, "returning")
    drive(state, "returning", outcome="refused_by_patient")
    assert state.incidents["I1"].outcome == "refused_by_patient"


def test_a_relayed_patient_still_needs_a_unit() -> None:
    state = drive(assigned_state(), "en_route", "on_scene")
    drive(state, "returning", outcome="relayed")
    assert state.incidents["I1"].status == "waiting"


def test_a_unit_is_stood_down_only_before_it_arrives() -> None:
    state = drive(assigned_state(), "en_route")
    tell(state, *runs.stand_down(state, "U1", "cancelled_after_departure"))
    assert (state.units["U1"].status, state.incidents["I1"].status) == ("returning", "waiting")
    arrived = drive(assigned_state(), "en_route", "on_scene")
    with pytest.raises(IllegalStep, match="cannot go stood down while on_scene"):
        runs.stand_down(arrived, "U1", "cancelled_after_departure")


def test_a_report_for_another_incident_or_from_the_future_is_refused() -> None:
    state = assigned_state()
    with pytest.raises(Taken, match="on incident I1, not on I2"):
        runs.report(state, Report(unit_id="U1", status="en_route", at=NOW, incident_id="I2"), NOW)
    with pytest.raises(Malformed, match="set the clock"):
        runs.report(state, Report(unit_id="U1", status="en_route", at=NOW + timedelta(hours=1)), NOW)
    with pytest.raises(Malformed, match="over a day old"):
        runs.report(state, Report(unit_id="U1", status="en_route", at=NOW - timedelta(days=2)), NOW)
    with pytest.raises(IllegalStep, match="unit U1 cannot go at_hospital while dispatched"):
        runs.report(state, Report(unit_id="U1", status="at_hospital", at=NOW), NOW)


def test_a_unit_that_stands_by_at_an_event_is_released_from_its_scene() -> None:
    state = assigned_state()
    state.incidents["I1"].kind = "standby_event"
    drive(state, "en_route", "on_scene")
    tell(state, *runs.stand_down(state, "U1", "cancelled_after_departure"))
    assert (state.units["U1"].status, state.incidents["I1"].status) == ("returning", "waiting")


def test_a_late_report_that_names_no_incident_never_counts_for_the_next_one() -> None:
    state = ask(two_stations(priority=3), "U1")
    tell(state, *offers.accept_offer(state, "O1"))
    state.incidents["I2"] = make_incident("I2", priority=1)
    diverted = OfferRequest(offer_id="O2", incident_id="I2", unit_id="U1", signed=True)
    tell(state, *offers.make_offer(state, diverted, NOW))
    earlier = Report(unit_id="U1", status="en_route", at=NOW - timedelta(minutes=1))
    with pytest.raises(Taken, match="was on incident I1, and now it is on another; say which incident_id"):
        runs.report(state, earlier, NOW)
    late = Report(unit_id="U1", status="en_route", at=NOW - timedelta(minutes=1), incident_id="I1")
    assert names(runs.report(state, late, NOW)) == ["RunStamped"]
    assert names(runs.report(state, Report(unit_id="U1", status="en_route", at=NOW), NOW)) == ["UnitReported"]


def test_who_is_not_of_115_is_asked_by_voice_whatever_was_said() -> None:
    state = two_stations()
    state.units["U1"].external = True
    ask(state, "U1")
    assert state.incidents["I1"].offers["O1"].channel == "voice"


def test_a_motorbike_that_is_said_to_convey_is_not_a_stations_choice_for_that() -> None:
    bike = make_unit("A1", kind="motorbike", skills=("doctor", "convey"))
    state = make_state(units=[bike, make_unit("B1")], incidents=[make_incident(needs=(Need(("convey",)),))])
    made = offers.make_offer(state, OfferRequest(offer_id="O1", incident_id="I1", station_id="S1"), NOW)[0]
    assert isinstance(made, ev.OfferMade)
    assert made.unit_id == "B1"


def test_an_incident_with_a_unit_under_way_is_not_closed_by_hand() -> None:
    with pytest.raises(Taken, match="U1"):
        runs.close(assigned_state(), "I1", "no_content")


def test_closing_by_hand_withdraws_the_open_offer() -> None:
    state = offered_state()
    tell(state, *runs.close(state, "I1", "no_content"))
    assert (state.incidents["I1"].status, state.units["U1"].status) == ("closed", "available")
