"""Opened, closed, reopened, commanded."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.events import Need
from tests.samples.steps import PLACE, accept, call, city, offer, report, withdraw
from tests.samples.story import START, Story, Telling


def an_incident_opens_without_a_place(story: Story) -> None:
    city(story)
    story.begin()
    story.tell(ev.CallReceived(call_id="C1", answered_at=START, words_token="psn-3"))
    story.tell(
        ev.IncidentOpened(incident_id="I1", number="1122-002", answered_at=START, priority=1, complaint="unconscious"),
        ev.CallJoined(call_id="C1", incident_id="I1"),
    )
    offer(story, "O1", "115-002", "S2")
    withdraw(story, "O1", "115-002", "S2")
    story.refuse(ev.UnitRegistered(unit_id="115-009", station_id="S9", kind="boat", skills=(), staffed=True))


def an_incident_is_never_seen_without_its_call(story: Story) -> None:
    """The screen folds event by event: this is between two that stand in the log together."""
    city(story)
    story.begin()
    story.tell(ev.CallReceived(call_id="C1", answered_at=START, words_token="psn-3"))
    story.tell(
        ev.IncidentOpened(
            incident_id="I1", number="1122-002", answered_at=START, priority=2, complaint="breathing", call_id="C1"
        ),
    )


def closed_ones_leave_after_half_an_hour(story: Story) -> None:
    """By the log's own time: exactly 30 minutes stays, a microsecond more leaves, with its calls."""
    city(story)
    call(story)
    story.tell(ev.CallReceived(call_id="C2", answered_at=START))
    story.tell(ev.CallReceived(call_id="C3", answered_at=START))
    story.begin()
    story.tell(ev.IncidentClosed(incident_id="I1", outcome="no_patient_found"))
    story.tell(ev.CallClosed(call_id="C2", outcome="no_content"), after_s=60)
    story.tell(ev.HospitalRevised(hospital_id="H1", diversion=("stroke",)), after_s=29 * 60)
    story.tell(ev.AutoDispatchHeld(held=True), after_s=0.000001)
    story.tell(ev.AutoDispatchHeld(held=False), after_s=61)
    story.refuse(ev.IncidentReopened(incident_id="I1"))
    story.refuse(ev.CallJoined(call_id="C2", incident_id="I1"))


def a_closed_one_is_reopened(story: Story) -> None:
    """It no longer leaves; a second call joins it, twice told; its level and place are corrected."""
    city(story)
    call(story)
    story.tell(ev.IncidentClosed(incident_id="I1", outcome="no_content"))
    story.begin()
    story.tell(ev.IncidentReopened(incident_id="I1"), after_s=300)
    story.tell(ev.CallReceived(call_id="C2", answered_at=START + timedelta(minutes=5), duplicates=("I1",)))
    story.tell(ev.CallJoined(call_id="C2", incident_id="I1"), ev.CallJoined(call_id="C2", incident_id="I1"))
    settled = msgspec.structs.replace(PLACE, settled=True, radius_m=0.0)
    two = (Need(), Need(skills=("doctor",)))
    story.tell(ev.IncidentRevised(incident_id="I1", place=settled))
    story.tell(
        ev.IncidentRevised(incident_id="I1", priority=1, complaint="cardiac_arrest", needs=two, reason="hỏi lại")
    )
    story.tell(ev.IncidentRevised(incident_id="I1"), after_s=2400)
    story.refuse(ev.IncidentReopened(incident_id="I1"))


def a_major_incident_is_commanded_and_stood_down(story: Story) -> None:
    city(story)
    story.begin()
    call(story)
    story.tell(ev.SceneSafetyTold(incident_id="I1", unsafe=True, by="caller"))
    story.tell(
        ev.MajorDeclared(incident_id="I1", expected=12, reason="tok-2"),
        ev.IncidentRevised(incident_id="I1", priority=1, needs=(Need(("doctor", "convey")), Need())),
    )
    story.refuse(ev.MajorDeclared(incident_id="I1", expected=3))
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    report(story, "115-001", "en_route", "on_scene")
    story.tell(ev.MajorCommandTaken(incident_id="I1", unit_id="115-001"))
    story.tell(ev.MajorStagingSet(incident_id="I1", place=PLACE))
    story.tell(ev.MajorCounted(incident_id="I1", counts={"red": 2, "green": 7, "black": 1}), actor="unit:115-001")
    story.tell(ev.MajorQuotaSet(incident_id="I1", hospital_id="H1", quota={"red": 2}))
    story.tell(ev.MajorQuotaSet(incident_id="I1", hospital_id="H2", quota={"green": 5}))
    story.tell(ev.MajorQuotaSet(incident_id="I1", hospital_id="H2", quota={}))
    story.tell(ev.SceneSafetyTold(incident_id="I1", unsafe=False, by="114"))
    story.tell(ev.MajorStoodDown(incident_id="I1"), after_s=3600)
    story.refuse(ev.MajorCounted(incident_id="I1", counts={"red": 1}))
    story.refuse(ev.MajorQuotaSet(incident_id="I1", hospital_id="H9", quota={"red": 1}))


STORIES: tuple[Telling, ...] = (
    an_incident_opens_without_a_place,
    an_incident_is_never_seen_without_its_call,
    closed_ones_leave_after_half_an_hour,
    a_closed_one_is_reopened,
    a_major_incident_is_commanded_and_stood_down,
)
