"""Rung, answered, triaged, joined, called back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.phone import PhoneFix
from dispatch.domain.words import MessageSide
from tests.samples.steps import PLACE, call, city
from tests.samples.story import START, Story, Telling


def calls_ring_and_are_answered_or_given_up(story: Story) -> None:
    city(story)
    story.begin()
    story.tell(ev.CallRang(call_id="C8", rang_at=START, caller_token="tok-8"), actor="token:exchange")
    story.tell(ev.CallRang(call_id="C9", rang_at=START), actor="token:exchange")
    story.refuse(ev.CallRang(call_id="C9", rang_at=START))
    story.tell(ev.CallReceived(call_id="C8", answered_at=START + timedelta(seconds=9)))
    story.tell(ev.CallAbandoned(call_id="C9"))
    story.refuse(ev.CallReceived(call_id="C9", answered_at=START))
    story.refuse(ev.CallAbandoned(call_id="C8"))
    story.tell(
        ev.UnitRegistered(unit_id="bd-01", station_id="S1", kind="boat", skills=("nurse",), staffed=True, external=True)
    )
    story.tell(
        ev.IncidentOpened(
            incident_id="I2",
            number="20261122-002",
            answered_at=START,
            priority=4,
            complaint="transfer",
            kind="interfacility",
            hospital_id="H2",
            place=msgspec.structs.replace(PLACE, settled=True),
        )
    )


def a_call_is_triaged_and_its_phone_located(story: Story) -> None:
    """The phone is found while it still rings; an arrest is recognised once, and the first compression is measured."""
    city(story)
    adopted = ev.ProtocolAdopted(package_id="saigon115", package_version="2026.1", package_hash="a1")
    story.tell(adopted, actor="system:protocol")
    story.begin()
    signed = {"approved_by": "hội đồng chuyên môn", "effective": "2026-12-01"}
    story.tell(ev.ProtocolAdopted(package_id="saigon115", package_version="2026.2", package_hash="b2", **signed))
    story.tell(ev.CallRang(call_id="C8", rang_at=START), actor="token:exchange")
    fix = PhoneFix(
        lon=106.69802,
        lat=10.77257,
        source="aml_sms",
        method="wifi",
        fixed_at=START - timedelta(seconds=3),
        radius_m=25.0,
        confidence=0.9,
        network="452-04",
    )
    story.tell(ev.PhoneLocated(call_id="C8", fix=fix), actor="token:carrier")
    story.tell(ev.CallReceived(call_id="C8", answered_at=START + timedelta(seconds=9), complaint="fall"))
    story.tell(ev.LocationLinkMade(call_id="C8", expires_at=START + timedelta(minutes=30)))
    coarse = PhoneFix(lon=106.7, lat=10.8, source="link", method="unknown", fixed_at=START, doubts=("no_radius",))
    for _ in range(21):
        story.tell(ev.PhoneLocated(call_id="C8", fix=coarse), actor="link")
    story.tell(ev.CallTriaged(call_id="C8", package_hash="b2", level=3, chapter="fall", answers_token="psn-1"))
    story.tell(
        ev.IncidentOpened(incident_id="I8", number="1122-008", answered_at=START, priority=3, complaint="fall"),
        ev.CallJoined(call_id="C8", incident_id="I8"),
    )
    arrest = ev.CallTriaged(
        call_id="C8",
        package_hash="b2",
        level=1,
        criteria=("GATE.R1", "GATE.R3"),
        flags=("scene_unsafe",),
        recognised="cardiac_arrest",
        complaint="cardiac_arrest",
        answers_token="psn-2",
    )
    story.tell(arrest, ev.IncidentRevised(incident_id="I8", priority=1, level_by="protocol"))
    story.tell(ev.InstructionGiven(call_id="C8", instruction="cpr_adult", step="kneel"))
    push = ev.InstructionGiven(call_id="C8", instruction="cpr_adult", step="push", marks="first_compression")
    story.tell(push, after_s=40)
    story.tell(arrest, push, after_s=40)
    for missing in (
        ev.CallTriaged(call_id="C9", package_hash="b2", level=1),
        ev.InstructionGiven(call_id="C9", instruction="cpr_adult", step="push"),
        ev.PhoneLocated(call_id="C9", fix=fix),
        ev.LocationLinkMade(call_id="C9", expires_at=START),
    ):
        story.refuse(missing)


def calls_come_through_the_exchange(story: Story) -> None:
    """Rung at seats, answered there, recorded, ended; one told late, one called back, one that nobody reaches."""
    city(story)
    story.tell(ev.CallRang(call_id="C0", rang_at=START), ev.CallAbandoned(call_id="C0"))
    story.begin()
    exchange: dict[str, Any] = {"actor": "token:exchange"}
    later = START + timedelta(minutes=2)
    story.tell(ev.SeatTaken(seat_id="S12", user="user:lan"), ev.SeatTaken(seat_id="S13", user="user:minh"))
    story.tell(ev.SeatLeft(seat_id="S12"), ev.SeatTaken(seat_id="S12", user="user:minh"), ev.SeatLeft(seat_id="S13"))
    story.refuse(ev.SeatLeft(seat_id="S13"))
    story.refuse(ev.SeatLeft(seat_id="S99"))
    story.tell(ev.SurgeSet(on=True, reason="storm"), ev.SurgeSet(on=False), actor="user:truong-ca")
    for key in ("C1", "C2", "C3", "C4"):
        story.tell(ev.CallRang(call_id=key, rang_at=START, caller_token=f"tok-{key}", seat="S11"), **exchange)
    story.tell(ev.CallMoved(call_id="C1", seat="S12"), **exchange)
    story.refuse(ev.CallEnded(call_id="C2", ended_at=START))
    picked_up = ev.CallPickedUp(call_id="C1", answered_at=START, seat="S12", answered_by="user:minh")
    story.tell(picked_up, **exchange)
    story.refuse(picked_up)
    story.tell(
        ev.CallRevised(call_id="C1", language="km", needs_interpreter=True, place=PLACE),
        ev.CallRevised(call_id="C1", needs_text=True, read_back=True, words_token="psn-1", caller_token="psn-3"),
    )
    for number in range(102):
        side: MessageSide = "desk" if number % 2 else "caller"
        story.tell(ev.CallMessaged(call_id="C1", by=side, token=f"psn-m{number}"), after_s=0.5)
    story.refuse(ev.CallMessaged(call_id="C99", by="caller", token="psn-m0"))
    story.tell(ev.CallReceived(call_id="C1", answered_at=later, complaint="fall"), actor="user:minh")
    story.refuse(ev.CallReceived(call_id="C1", answered_at=later))
    story.tell(
        ev.CallRecorded(call_id="C1", recording_token="psn-2"), ev.CallEnded(call_id="C1", ended_at=later), **exchange
    )
    for key in ("C2", "C3", "C4"):
        story.tell(ev.CallAbandoned(call_id=key, due_at=later), **exchange)
    story.tell(ev.CallTimed(call_id="C2", rang_at=START - timedelta(seconds=2)), **exchange)
    story.tell(
        ev.CallPickedUp(call_id="C2", answered_at=START),
        ev.CallEnded(call_id="C2", ended_at=later),
        ev.CallBackAsked(call_id="C2", reason="dropped", due_at=later),
        **exchange,
    )
    earlier = ev.CallTimed(
        call_id="C2", answered_at=START - timedelta(seconds=1), answered_by="user:lan", over_at=START
    )
    story.tell(earlier, ev.CallTimed(call_id="C3", over_at=START), **exchange)
    story.refuse(ev.CallTimed(call_id="C99", over_at=START))
    story.tell(ev.CallBackTaken(call_id="C3"), ev.CallBackTried(call_id="C3", result="engaged", due_at=later))
    story.tell(ev.CallBackTried(call_id="C3", result="reached"), actor="user:minh")
    story.refuse(ev.CallBackTaken(call_id="C3"))
    story.tell(ev.CallBackEnded(call_id="C4", because="given_up"))
    story.refuse(ev.CallBackTried(call_id="C4", result="reached"))
    story.refuse(ev.CallBackAsked(call_id="C9", reason="other", due_at=later))
    story.tell(ev.CallRang(call_id="again", rang_at=START), ev.CallAbandoned(call_id="again", due_at=later), **exchange)
    story.tell(ev.CallBackEnded(call_id="again", because="rang_again"))
    story.tell(ev.CallBackAsked(call_id="again", reason="other", due_at=later))
    story.tell(ev.CallRang(call_id="C5", rang_at=START), after_s=1801.0, **exchange)


def calls_are_joined_by_mistake_closed_and_reopened(story: Story) -> None:
    """One is joined to another's incident and taken out again; a silent one is closed, and reopened twice."""
    city(story)
    call(story)
    story.begin()
    opened: dict[str, Any] = {"answered_at": START, "priority": 3, "complaint": "fall"}
    story.tell(
        ev.CallReceived(call_id="C2", answered_at=START),
        ev.IncidentOpened(incident_id="I2", number="1122-002", call_id="C2", **opened),
        ev.CallJoined(call_id="C2", incident_id="I2"),
    )
    story.tell(
        ev.CallJoined(call_id="C2", incident_id="I1"),
        ev.IncidentJoined(incident_id="I1", call_id="C2"),
        ev.IncidentClosed(incident_id="I2", outcome="duplicate", duplicate_of="I1"),
    )
    story.refuse(ev.IncidentJoined(incident_id="I2", call_id="C2"))
    story.refuse(ev.CallUnjoined(call_id="C2", incident_id="I2"))
    story.refuse(ev.CallReopened(call_id="C2"))
    story.tell(
        ev.CallUnjoined(call_id="C2", incident_id="I1"),
        ev.IncidentReopened(incident_id="I2"),
        ev.CallJoined(call_id="C2", incident_id="I2"),
    )
    story.tell(ev.CallReceived(call_id="C3", answered_at=START))
    story.tell(ev.SilentStepTaken(call_id="C3", step="listened"), ev.SilentStepTaken(call_id="C3", step="key_asked"))
    story.tell(ev.SilentStepTaken(call_id="C3", step="listened"))
    story.refuse(ev.SilentStepTaken(call_id="C2", step="listened"))
    asked = ev.CallBackAsked(call_id="C3", reason="silent", due_at=START)
    story.tell(asked)
    story.refuse(asked)
    story.tell(ev.CallClosed(call_id="C3", outcome="no_content"))
    story.refuse(asked)
    story.tell(ev.CallReopened(call_id="C3"))
    story.tell(ev.CallClosed(call_id="C3", outcome="no_content"), actor="user:minh")
    story.tell(ev.CallReopened(call_id="C3", because="rang_again"), actor="token:exchange")
    story.refuse(ev.CallReopened(call_id="C3"))
    story.tell(ev.CallJoined(call_id="C3", incident_id="I1"), ev.IncidentJoined(incident_id="I1", call_id="C3"))
    story.tell(
        ev.CallUnjoined(call_id="C3", incident_id="I1", because="closed_unheard"),
        ev.IncidentClosed(incident_id="I1", outcome="no_patient_found"),
        actor="token:115-001",
    )
    story.tell(ev.CallRang(call_id="C9", rang_at=START), after_s=1801.0)


STORIES: tuple[Telling, ...] = (
    calls_ring_and_are_answered_or_given_up,
    a_call_is_triaged_and_its_phone_located,
    calls_come_through_the_exchange,
    calls_are_joined_by_mistake_closed_and_reopened,
)
