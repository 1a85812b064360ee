"""
Write the fold's samples: stories as (state before, events, state after), which Python and the console both fold.

Run as a file from anywhere: `python tests/samples/make.py`. `illegal` are events that must be refused after the
last one, and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.events import Event, Need, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.road import Road
from dispatch.domain.state import State
from dispatch.domain.words import Colour, Level, MessageSide, PatientStep, UnitReport
from dispatch.errors import Refused

FOLDER = Path(__file__).parent / "fold"
START = datetime(2026, 11, 22, 0, 30, 0, 250_000, tzinfo=UTC)
"""07:30 in the city, an hour into the duty day. The microseconds are there to be kept."""

PLACE = Place(
    lon=106.69802,
    lat=10.77257,
    kind="poi",
    label="Chợ Bến Thành, Phường Bến Thành",
    radius_m=110.0,
    confidence=0.95,
    new_ward="Phường Bến Thành",
    understood={"name": "Chợ Bến Thành"},
)


class Story:
    """A log in the making, with the state that it folds to and the moment at which the sample begins."""

    def __init__(self) -> None:
        self.state = State()
        self.events: list[Recorded] = []
        self.illegal: list[Recorded] = []
        self.before = self._encoded()
        self._now = START

    def tell(self, *events: Event, after_s: float = 3.0, actor: str = "user:lan") -> None:
        """Events that stand in the log together, `after_s` seconds later than the ones before."""
        self._now += timedelta(seconds=after_s)
        for event in events:
            recorded = self._record(event, actor)
            apply(self.state, recorded)
            self.events.append(recorded)

    def refuse(self, event: Event) -> None:
        """An event that the fold must refuse as things stand at the end."""
        recorded, before = self._record(event, "user:lan"), self._encoded()
        try:
            apply(self.state, recorded)
        except Refused:
            assert self._encoded() == before, f"refusing {event} changed the state"
            self.illegal.append(recorded)
        else:
            raise AssertionError(f"{event} was not refused")

    def begin(self) -> None:
        """What was told so far is the past: the sample's state before."""
        self.before, self.events = self._encoded(), []

    def sample(self) -> bytes:
        whole = {
            "before": msgspec.Raw(self.before),
            "events": self.events,
            "after": self.state,
            "illegal": self.illegal,
        }
        return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"

    def _record(self, event: Event, actor: str) -> Recorded:
        stream = stream_of(event)
        late = timedelta(milliseconds=180)  # the server hears of it a little later than the device says
        return Recorded(
            seq=self.state.seq + 1,
            stream=stream,
            version=self.state.version_of(stream) + 1,
            type=type(event).__name__,
            actor=actor,
            at=self._now,
            recorded_at=self._now + late,
            data=event,
        )

    def _encoded(self) -> bytes:
        return msgspec.json.encode(self.state)


# --- what stories are made of ---------------------------------------------------------------------------


def city(story: Story) -> None:
    """Two stations, three staffed units and one vehicle without a crew, two hospitals."""
    for station_id, lon in (("S1", 106.66), ("S2", 106.70)):
        story.tell(
            ev.StationRegistered(
                station_id=station_id,
                name=f"Trạm vệ tinh {station_id}",
                name_en=f"{station_id} satellite station",
                kind="shared",
                can_refuse=True,
                lon=lon,
                lat=10.77,
                phone="028 3800 0115" if station_id == "S1" else None,
            ),
            actor="system:register",
        )
    for hospital_id in ("H1", "H2"):
        story.tell(
            ev.HospitalRegistered(
                hospital_id=hospital_id,
                name=f"Bệnh viện {hospital_id}",
                name_en=f"Hospital {hospital_id}",
                lon=106.68,
                lat=10.78,
                emergency=True,
                capabilities=("general", "stroke") if hospital_id == "H1" else (),
            ),
            actor="system:register",
        )
    for unit_id, station_id in (("115-001", "S1"), ("115-002", "S2"), ("115-003", "S2"), ("115-004", "S1")):
        story.tell(
            ev.UnitRegistered(
                unit_id=unit_id,
                station_id=station_id,
                kind="van",
                skills=("doctor", "nurse", "convey"),
                staffed=unit_id != "115-004",
            ),
            actor="system:register",
        )


def call(story: Story, call_id: str = "C1", incident_id: str = "I1", priority: Level = 2) -> None:
    """A call with a place, and the incident that opens with it."""
    answered_at = START + timedelta(seconds=1, microseconds=7)
    story.tell(
        ev.CallReceived(
            call_id=call_id,
            answered_at=answered_at,
            complaint="breathing",
            caller_token="psn-1",
            words_token="psn-2",
            place=PLACE,
            places=(PLACE,),
        ),
        ev.IncidentOpened(
            incident_id=incident_id,
            number="1122-001",
            answered_at=answered_at,
            priority=priority,
            complaint="breathing",
            call_id=call_id,
            place=PLACE,
            level_by="protocol",
        ),
        ev.CallJoined(call_id=call_id, incident_id=incident_id),
    )


def offer(
    story: Story, offer_id: str, unit_id: str, station_id: str, *, incident_id: str = "I1", reason: str | None = None
) -> None:
    story.tell(
        ev.OfferMade(
            offer_id=offer_id,
            incident_id=incident_id,
            station_id=station_id,
            unit_id=unit_id,
            channel="app",
            expires_at=START + timedelta(seconds=150),
            overruled=reason is not None,
            reason=reason,
            saw={"based_on_seq": story.state.seq, "eta_s": {unit_id: 212.5}},
        ),
        ev.UnitOffered(unit_id=unit_id, incident_id=incident_id, offer_id=offer_id),
        ev.StationOffered(station_id=station_id, offer_id=offer_id, incident_id=incident_id),
    )


def accept(story: Story, offer_id: str, unit_id: str, station_id: str, *, incident_id: str = "I1") -> None:
    story.tell(
        ev.OfferAccepted(offer_id=offer_id, incident_id=incident_id, station_id=station_id, unit_id=unit_id),
        ev.UnitAssigned(unit_id=unit_id, incident_id=incident_id, offer_id=offer_id),
        ev.StationAnswered(station_id=station_id, offer_id=offer_id, incident_id=incident_id, answer="accepted"),
        actor=f"station:{station_id}",
    )


def refuse(story: Story, offer_id: str, unit_id: str, station_id: str) -> None:
    story.tell(
        ev.OfferRefused(offer_id=offer_id, incident_id="I1", station_id=station_id, code="no_crew", on_behalf_of="Lan"),
        ev.UnitReleased(unit_id=unit_id, incident_id="I1", because="refused"),
        ev.StationAnswered(station_id=station_id, offer_id=offer_id, incident_id="I1", answer="refused"),
    )


def withdraw(story: Story, offer_id: str, unit_id: str, station_id: str) -> None:
    story.tell(
        ev.OfferWithdrawn(offer_id=offer_id, incident_id="I1", station_id=station_id, because="other_unit"),
        ev.UnitReleased(unit_id=unit_id, incident_id="I1", because="other_unit"),
        ev.StationAnswered(station_id=station_id, offer_id=offer_id, incident_id="I1", answer="withdrawn"),
        actor="system:watch",
    )


def report(
    story: Story, unit_id: str, *reports: UnitReport, incident_id: str = "I1", hospital_id: str | None = None
) -> None:
    for one in reports:
        told = ev.UnitReported(
            unit_id=unit_id, report=one, incident_id=incident_id, hospital_id=hospital_id, source="app"
        )
        story.tell(told, after_s=95.5, actor=f"unit:{unit_id}")


# --- the stories ----------------------------------------------------------------------------------------


def an_offer_is_accepted(story: Story) -> None:
    city(story)
    story.begin()
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    story.refuse(ev.OfferWithdrawn(offer_id="O1", incident_id="I1", station_id="S1", because="late"))
    story.refuse(ev.IncidentClosed(incident_id="I1", outcome="duplicate"))
    story.refuse(ev.UnitReported(unit_id="115-001", report="transporting"))


def a_refusal_raises_an_alarm(story: Story) -> None:
    city(story)
    call(story, priority=3)
    offer(story, "O1", "115-001", "S1")
    story.begin()
    refuse(story, "O1", "115-001", "S1")
    offer(story, "O2", "115-003", "S2", reason="local_knowledge")
    story.tell(
        ev.OfferExpired(offer_id="O2", incident_id="I1", station_id="S2"),
        ev.UnitReleased(unit_id="115-003", incident_id="I1", because="expired"),
        ev.StationAnswered(station_id="S2", offer_id="O2", incident_id="I1", answer="silent"),
        after_s=61,
        actor="system:watch",
    )
    told_at = story.state.at
    assert told_at is not None
    raised = ev.AlarmRaised(
        alarm_id="A1",
        kind="offers_refused",
        about="incident:I1",
        since=told_at,
        threshold_s=0.0,
        incident_id="I1",
        value=2.0,
    )
    story.tell(raised, actor="system:alarms")
    story.tell(ev.AlarmEscalated(alarm_id="A1", incident_id="I1", step=2), after_s=60, actor="system:alarms")
    story.tell(ev.AlarmAcknowledged(alarm_id="A1", incident_id="I1"), actor="user:minh")
    story.refuse(raised)
    story.refuse(ev.AlarmAcknowledged(alarm_id="A1", incident_id="I1"))
    story.refuse(ev.AlarmEscalated(alarm_id="A1", incident_id="I1", step=3))
    story.refuse(ev.OfferAccepted(offer_id="O2", incident_id="I1", station_id="S2", unit_id="115-003"))
    story.refuse(ev.AlarmAcknowledged(alarm_id="A9", incident_id="I1"))


def alarms_leave_once_they_are_over_and_seen(story: Story) -> None:
    """One seen and then over, one over and then seen, one over and never seen; a crew says that it is well."""
    city(story)
    story.begin()
    since = START + timedelta(seconds=5, microseconds=9)
    for alarm_id, about in (("A1", "unit:115-001"), ("A2", "desk:coverage"), ("A3", "unit:115-002")):
        raised = ev.AlarmRaised(alarm_id=alarm_id, kind="crew_check", about=about, since=since, threshold_s=1200.0)
        story.tell(raised, actor="system:alarms")
    story.tell(ev.CrewSaidSafe(unit_id="115-001", on_behalf_of="psn-9"), actor="user:lan")
    story.tell(ev.AlarmAcknowledged(alarm_id="A1"), actor="user:minh")
    for alarm_id in ("A1", "A2", "A3"):
        story.tell(ev.AlarmCleared(alarm_id=alarm_id), actor="system:alarms")
    story.tell(ev.AlarmAcknowledged(alarm_id="A2"), actor="user:minh")
    story.refuse(ev.AlarmCleared(alarm_id="A1"))
    story.refuse(ev.AlarmCleared(alarm_id="A3"))
    story.tell(ev.AutoDispatchHeld(held=True), after_s=1800)
    story.refuse(ev.AlarmAcknowledged(alarm_id="A3"))


def red_is_offered_twice(story: Story) -> None:
    """The first acceptance wins, by another unit of the station than the one offered; the other is withdrawn."""
    city(story)
    call(story, priority=1)
    story.begin()
    offer(story, "O1", "115-001", "S1")
    offer(story, "O2", "115-002", "S2")
    story.tell(ev.UnitReleased(unit_id="115-002", incident_id="I1", because="other_unit"), actor="station:S2")
    accept(story, "O2", "115-003", "S2")
    withdraw(story, "O1", "115-001", "S1")
    story.refuse(ev.UnitAssigned(unit_id="115-003", incident_id="I1", offer_id="O2"))


def a_run_is_conveyed_and_closed(story: Story) -> None:
    city(story)
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    story.begin()
    report(story, "115-001", "en_route", "on_scene", "at_patient", "at_patient")
    report(story, "115-001", "transporting", hospital_id="H1")
    report(story, "115-001", "at_hospital", "handed_over")
    story.tell(ev.RunEnded(incident_id="I1", unit_id="115-001", outcome="conveyed", hospital_id="H1"))
    report(story, "115-001", "returning", "available")
    story.tell(ev.IncidentClosed(incident_id="I1", outcome="conveyed"), actor="system:desk")
    story.refuse(ev.RunEnded(incident_id="I1", unit_id="115-001", outcome="conveyed"))
    story.refuse(ev.IncidentClosed(incident_id="I1", outcome="conveyed"))


def a_unit_is_stood_down(story: Story) -> None:
    """The incident waits again, and another unit goes."""
    city(story)
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    report(story, "115-001", "en_route")
    story.begin()
    story.tell(
        ev.RunEnded(incident_id="I1", unit_id="115-001", outcome="cancelled_after_departure"),
        ev.UnitReleased(unit_id="115-001", incident_id="I1", because="stood_down"),
    )
    offer(story, "O2", "115-002", "S2")
    accept(story, "O2", "115-002", "S2")
    report(story, "115-001", "moving_up", "off_duty")
    story.refuse(ev.UnitOffered(unit_id="115-001", incident_id="I1", offer_id="O3"))


def two_runs_end_apart(story: Story) -> None:
    """One unit is cancelled while another is on scene: the incident stays attended."""
    city(story)
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    offer(story, "O2", "115-002", "S2")
    accept(story, "O2", "115-002", "S2")
    story.begin()
    report(story, "115-001", "en_route", "on_scene")
    story.tell(
        ev.RunEnded(incident_id="I1", unit_id="115-002", outcome="cancelled_before_departure"),
        ev.UnitReleased(unit_id="115-002", incident_id="I1", because="stood_down"),
    )
    story.tell(ev.RunEnded(incident_id="I1", unit_id="115-001", outcome="relayed"))
    report(story, "115-001", "returning")


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


def what_an_outcome_wants_is_told(story: Story) -> None:
    """A refusal told by halves, a run cancelled and an incident closed by hand; three days later all that is gone."""
    city(story)
    call(story)
    call(story, "C2", "I2")
    call(story, "C3", "I3")
    for offer_id, unit_id, station_id, incident_id in (
        ("O1", "115-001", "S1", "I1"), ("O2", "115-002", "S2", "I2"), ("O3", "115-003", "S2", "I2"),
    ):  # fmt: skip
        offer(story, offer_id, unit_id, station_id, incident_id=incident_id)
        accept(story, offer_id, unit_id, station_id, incident_id=incident_id)
    report(story, "115-001", "en_route", "on_scene")
    report(story, "115-002", "en_route", "on_scene", incident_id="I2")
    story.begin()
    some = OutcomeDetails(has_capacity=True, witness="relative", witness_token="psn-7")
    story.tell(
        ev.UnitReported(unit_id="115-001", report="returning", incident_id="I1"),
        ev.RunEnded(incident_id="I1", unit_id="115-001", outcome="refused_by_patient", details=some),
        ev.IncidentClosed(incident_id="I1", outcome="refused_by_patient"),
        actor="token:unit:115-001",
    )
    told = ev.OutcomeDetailsTold(
        outcome_id="O1", incident_id="I1", unit_id="115-001", details=OutcomeDetails(risks_told=True, signed=False)
    )
    story.tell(told, after_s=60)
    story.tell(
        ev.UnitReleased(unit_id="115-003", incident_id="I2", because="stood_down"),
        ev.RunEnded(incident_id="I2", unit_id="115-003", outcome="cancelled_before_departure", cause="stood_down"),
    )
    stopped_at = START + timedelta(minutes=5, microseconds=7)
    stopped = OutcomeDetails(physician="crew_doctor", decided_at=stopped_at, police_informed=False)
    story.tell(
        ev.UnitReported(unit_id="115-002", report="returning", incident_id="I2"),
        ev.RunEnded(incident_id="I2", unit_id="115-002", outcome="resuscitation_stopped", details=stopped),
    )
    story.tell(ev.IncidentClosed(incident_id="I2", outcome="dead_on_arrival"))
    by_caller = OutcomeDetails(cancelled_by="caller")
    story.tell(ev.IncidentClosed(incident_id="I3", outcome="cancelled_before_departure", details=by_caller))
    story.tell(ev.IncidentReopened(incident_id="I3"))
    story.tell(ev.IncidentClosed(incident_id="I3", outcome="refused_by_patient"))
    closing = f"I3.{story.state.incidents['I3'].version}"
    story.refuse(ev.OutcomeDetailsTold(outcome_id="I3.3", incident_id="I3", details=by_caller))
    capable = OutcomeDetails(has_capacity=False)
    story.tell(ev.OutcomeDetailsTold(outcome_id=closing, incident_id="I3", details=capable), after_s=3600)
    story.tell(ev.AutoDispatchHeld(held=True), after_s=3 * 24 * 3600 - 3612)
    story.refuse(told)
    story.refuse(ev.OutcomeDetailsTold(outcome_id="O9", incident_id="I1", details=capable))


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


def roads_are_closed_and_reopened(story: Story) -> None:
    """A flood by name, a closure of a line with an end, a slow way; one is over, one is lifted by a person."""
    city(story)
    story.begin()
    line = ((106.7021, 10.7752), (106.7038, 10.7731))
    story.tell(
        ev.RoadClosed(
            id="rd-1",
            kind="flood",
            road=Road(name="Nguyễn Hữu Cảnh", lon=106.717, lat=10.79),
            direction="both",
            depth_cm=25.0,
            from_at=START,
            reason="ngập sau mưa",
            names=("Nguyễn Hữu Cảnh",),
            way_ids=(32575825, 41894321),
            length_m=812.4,
            lines=(((106.7151, 10.7878), (106.7199, 10.7921)),),
        )
    )
    story.tell(
        ev.RoadClosed(
            id="rd-2",
            kind="closed",
            road=Road(line=line),
            direction="forward",
            from_at=START + timedelta(minutes=10),
            until_at=START + timedelta(hours=2),
            reason="lễ hội",
            names=("Nguyễn Huệ",),
            way_ids=(377881079,),
            length_m=297.0,
            lines=(line,),
        ),
        ev.RoadClosed(
            id="rd-3",
            kind="slow",
            road=Road(way_ids=(35113101,)),
            direction="both",
            speed_kph=8.0,
            from_at=START,
            reason="tai nạn",
        ),
        actor="token:a1b2c3",
    )
    story.tell(ev.RoadReopened(id="rd-2", reason="over"), after_s=7200, actor="system:roads")
    story.tell(ev.RoadReopened(id="rd-3", reason="đã dọn xong"))
    story.refuse(ev.RoadReopened(id="rd-3", reason="over"))
    story.refuse(
        ev.RoadClosed(id="rd-1", kind="closed", road=Road(line=line), direction="both", from_at=START, reason="lễ hội")
    )


def a_unit_is_diverted(story: Story) -> None:
    """A graver incident takes it over when its replacement accepts; another diversion is signed, a third dropped."""
    city(story)
    call(story, priority=3)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    graver: tuple[tuple[str, Level], ...] = (("I2", 2), ("I3", 1))
    for number, priority in graver:
        opened = ev.IncidentOpened(
            incident_id=number, number=number, answered_at=START, priority=priority, complaint="trauma", place=PLACE
        )
        story.tell(opened)
    report(story, "115-001", "en_route")
    story.begin()
    ask_to_divert(story, "D1", "I3", "I1")
    story.tell(
        ev.OfferWithdrawn(offer_id="D1", incident_id="I3", station_id="S1", because="desk", bars=True),
        ev.DiversionDropped(unit_id="115-001", incident_id="I3", offer_id="D1", because="withdrawn"),
        ev.StationAnswered(station_id="S1", offer_id="D1", incident_id="I3", answer="withdrawn"),
    )
    story.tell(ev.OfferAcknowledged(offer_id="D1", incident_id="I3", station_id="S1"), actor="station:S1")
    story.tell(ev.UnitAllowedAgain(incident_id="I3", unit_id="115-001"))
    ask_to_divert(story, "D2", "I2", "I1")
    story.tell(ev.OfferAcknowledged(offer_id="D2", incident_id="I2", station_id="S1"), actor="unit:115-001")
    offer(story, "O2", "115-002", "S2")
    accept(story, "O2", "115-002", "S2")
    divert(story, "D2", "I2", "I1")
    ask_to_divert(story, "D3", "I3", "I2")
    story.tell(ev.OfferSigned(offer_id="D3", incident_id="I3"))
    divert(story, "D3", "I3", "I2")
    story.refuse(ev.DiversionAsked(unit_id="115-001", incident_id="I2", offer_id="D4"))
    story.refuse(ev.DiversionAsked(unit_id="115-003", incident_id="I2", offer_id="D4"))
    story.refuse(
        ev.UnitDiverted(unit_id="115-001", incident_id="I2", offer_id="D4", from_incident_id="I3"),
    )
    story.refuse(ev.RunEnded(incident_id="I3", unit_id="115-001", outcome="relayed", cause="diverted"))
    story.refuse(ev.OfferSigned(offer_id="D3", incident_id="I3"))
    story.refuse(ev.OfferAcknowledged(offer_id="D1", incident_id="I3", station_id="S1"))
    story.refuse(ev.UnitAllowedAgain(incident_id="I3", unit_id="115-001"))
    story.refuse(ev.DiversionDropped(unit_id="115-001", incident_id="I3", offer_id="D3", because="refused"))


def ask_to_divert(story: Story, offer_id: str, incident_id: str, from_id: str) -> None:
    story.tell(
        ev.OfferMade(
            offer_id=offer_id,
            incident_id=incident_id,
            station_id="S1",
            unit_id="115-001",
            channel="voice",
            expires_at=START + timedelta(seconds=900),
            diverts_from=from_id,
            overruled=True,
            reason="skill_needed",
            note="psn-9",
        ),
        ev.DiversionAsked(unit_id="115-001", incident_id=incident_id, offer_id=offer_id),
        ev.StationOffered(station_id="S1", offer_id=offer_id, incident_id=incident_id),
    )


def divert(story: Story, offer_id: str, incident_id: str, from_id: str) -> None:
    ids = {"offer_id": offer_id, "incident_id": incident_id}
    story.tell(
        ev.OfferAccepted(**ids, station_id="S1", unit_id="115-001"),
        ev.UnitDiverted(**ids, unit_id="115-001", from_incident_id=from_id),
        ev.RunEnded(incident_id=from_id, unit_id="115-001", outcome="cancelled_after_departure", cause="diverted"),
        ev.StationAnswered(**ids, station_id="S1", answer="accepted"),
        after_s=7.25,
    )


def the_policy_is_revised(story: Story) -> None:
    """Twice: the second names all that differs from the defaults, and the first is over."""
    city(story)
    story.begin()
    story.tell(
        ev.PolicyRevised(
            sections={"assignment": {"late_weight": 3.0, "target_s": {"2": 720.0}}},
            reason="họp giao ban 11/2026",
            approved_by="user:giam-doc-y-khoa",
        ),
        actor="user:giam-doc-y-khoa",
    )
    story.tell(
        ev.PolicyRevised(sections={}, reason="trở lại mặc định", approved_by="user:giam-doc-y-khoa"), after_s=86_400
    )


def a_unit_moves_up(story: Story) -> None:
    """Asked and gone, asked and let off, asked and given an incident, and home again after its run."""
    city(story)
    story.begin()
    story.tell(ev.MoveUpAsked(unit_id="115-001", station_id="S2"))
    story.tell(ev.MoveUpStarted(unit_id="115-001", station_id="S2"), actor="unit:115-001")
    story.tell(ev.UnitReported(unit_id="115-001", report="available"), after_s=600, actor="unit:115-001")
    story.tell(ev.MoveUpAsked(unit_id="115-002", station_id="S1", overruled=True, reason="tok-1"))
    story.tell(ev.MoveUpDropped(unit_id="115-002", station_id="S1", because="refused"), actor="unit:115-002")
    story.tell(ev.MoveUpAsked(unit_id="115-003", station_id="S1"))
    call(story)
    offer(story, "O1", "115-003", "S2")
    offer(story, "O2", "115-001", "S1")
    accept(story, "O2", "115-001", "S1")
    story.tell(ev.MoveUpAsked(unit_id="115-002", station_id="S1"), after_s=3700)
    story.tell(ev.MoveUpStarted(unit_id="115-002", station_id="S1"))
    story.refuse(ev.MoveUpAsked(unit_id="115-001", station_id="S2"))
    story.refuse(ev.MoveUpDropped(unit_id="115-003", station_id="S1", because="withdrawn"))
    story.refuse(ev.MoveUpStarted(unit_id="115-004", station_id="S2"))


def an_offer_that_ends_leaves_the_unit_as_it_was(story: Story) -> None:
    """One is asked on its break, one on its way to a post; neither goes, and both do what they did."""
    city(story)
    story.begin()
    call(story)
    story.tell(ev.UnitReported(unit_id="115-001", report="on_break"))
    story.tell(ev.MoveUpAsked(unit_id="115-002", station_id="S1"))
    story.tell(ev.MoveUpStarted(unit_id="115-002", station_id="S1"))
    for offer_id, unit_id, station_id in (("O1", "115-001", "S1"), ("O2", "115-002", "S1")):
        offer(story, offer_id, unit_id, station_id)
        story.tell(
            ev.OfferWithdrawn(incident_id="I1", offer_id=offer_id, station_id=station_id, because="desk"),
            ev.UnitReleased(unit_id=unit_id, incident_id="I1", because="withdrawn"),
        )
    story.refuse(ev.UnitReleased(unit_id="115-001", incident_id="I1", because="withdrawn"))


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


def patients_are_found_sorted_and_brought(story: Story) -> None:
    """Three patients: one is brought and handed over, one changes units and dies, one leaves with the incident."""
    city(story)
    story.begin()
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    report(story, "115-001", "en_route", "on_scene")
    for number, patient_id in enumerate(("P1", "P2", "P3"), start=1):
        colour: Colour | None = "red" if number == 1 else None
        story.tell(ev.PatientFound(patient_id=patient_id, incident_id="I1", number=number, colour=colour))
    story.refuse(ev.PatientFound(patient_id="P1", incident_id="I1", number=4))
    story.tell(ev.PatientSorted(patient_id="P2", incident_id="I1", colour="yellow"))

    def step(patient_id: str, step: PatientStep, **fields: Any) -> None:
        story.tell(ev.PatientStepped(patient_id=patient_id, incident_id="I1", step=step, **fields))

    step("P1", "loaded", unit_id="115-001")
    step("P2", "loaded", unit_id="115-001")
    step("P2", "unloaded")
    step("P2", "loaded", unit_id="115-002")
    step("P1", "at_hospital", hospital_id="H1")
    step("P1", "handed_over")
    step("P2", "ended", outcome="resuscitation_stopped")
    story.refuse(ev.PatientStepped(patient_id="P3", incident_id="I1", step="handed_over"))
    story.refuse(ev.PatientStepped(patient_id="P3", incident_id="I1", step="ended"))
    story.refuse(ev.PatientSorted(patient_id="P9", incident_id="I1", colour="red"))


def a_bed_is_reserved_and_a_patient_handed_over(story: Story) -> None:
    """A hospital tells how it stands; two places are kept, one used, one given back; the advice is overruled."""
    city(story)
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    story.begin()
    story.tell(ev.HospitalRevised(hospital_id="H1", status="busy", capacity={"icu_bed": 2, "ct": 1}))
    story.tell(ev.HospitalRevised(hospital_id="H1", diversion=("stroke",), capacity={"ct": 0}), actor="user:bv")
    told = {"hospital_id": "H1", "incident_id": "I1"}
    until = START + timedelta(minutes=40)
    story.tell(ev.BedReserved(**told, reservation_id="R1", resource="icu_bed", until=until, patient_id="P1"))
    story.tell(ev.BedReserved(**told, reservation_id="R2", resource="icu_bed", until=until))
    story.refuse(ev.BedReserved(**told, reservation_id="R3", resource="icu_bed", until=until))
    story.refuse(ev.BedReserved(**told, reservation_id="R3", resource="ventilator", until=until))
    story.tell(ev.ReservationEnded(**told, reservation_id="R2", because="released"))
    sent: dict[str, Any] = {"incident_id": "I1", "unit_id": "115-001", "hospital_id": "H1"}
    story.tell(ev.DestinationSet(**{**sent, "hospital_id": "H2"}, saw={"advised": ["H2", "H1"]}))
    story.tell(ev.DestinationSet(**sent, overruled=True, reason="patient_known", note="psn-7"))
    report(story, "115-001", "en_route", "on_scene", "transporting")
    story.refuse(ev.HandoverConfirmed(**sent, offer_id="O1"))
    report(story, "115-001", "at_hospital")
    story.tell(ev.ReservationEnded(**told, reservation_id="R1", because="arrived"), actor="system:hospitals")
    story.tell(ev.HandoverConfirmed(**sent, offer_id="O1"), actor="user:bv")
    story.refuse(ev.HandoverConfirmed(**sent, offer_id="O1"))
    story.refuse(ev.DestinationSet(**{**sent, "hospital_id": "H2"}))
    story.refuse(ev.ReservationEnded(**told, reservation_id="R1", because="expired"))


def crews_come_change_and_go(story: Story) -> None:
    """A crew signs on in another vehicle, counts it, uses some, changes vehicles, breaks down, and goes home."""
    city(story)
    story.begin()
    until_at = START + timedelta(hours=12)
    told: dict[str, Any] = {"skills": ("nurse", "convey"), "from_at": START, "until_at": until_at}
    story.tell(
        ev.CrewSignedOn(crew_id="K1", unit_id="115-004", vehicle_id="115-004", **told),
        ev.UnitReported(unit_id="115-004", report="available", source="voice"),
    )
    story.refuse(ev.CrewSignedOn(crew_id="K2", unit_id="115-004", vehicle_id="115-002", **told))
    story.refuse(ev.CrewSignedOn(crew_id="K2", unit_id="115-002", vehicle_id="115-004", **told))
    story.tell(ev.VehicleStocked(vehicle_id="115-004", counts={"oxygen": 1800, "dressing": 4}))
    story.tell(ev.SuppliesUsed(vehicle_id="115-004", counts={"oxygen": 300, "dressing": 9, "saline": 1}))
    story.tell(ev.UnitReported(unit_id="115-001", report="off_duty", source="voice"))
    story.tell(ev.VehicleChanged(crew_id="K1", unit_id="115-004", vehicle_id="115-001"))
    story.tell(ev.UnitReported(unit_id="115-004", report="on_break"))
    story.tell(ev.UnitReported(unit_id="115-004", report="available"))
    call(story)
    offer(story, "O1", "115-004", "S1")
    accept(story, "O1", "115-004", "S1")
    story.refuse(ev.CrewSignedOff(crew_id="K1", unit_id="115-004"))
    story.tell(
        ev.UnitReported(unit_id="115-004", report="out_of_service", incident_id="I1", reason="breakdown"),
        ev.RunEnded(incident_id="I1", unit_id="115-004", outcome="cancelled_before_departure"),
    )
    story.tell(ev.RunStamped(incident_id="I1", offer_id="O1", stamp="en_route_at"), after_s=2)
    story.tell(
        ev.StampCorrected(incident_id="I1", offer_id="O1", stamp="en_route_at", to=START, source="paper", reason="typo")
    )
    story.tell(ev.CrewSignedOff(crew_id="K1", unit_id="115-004"), ev.UnitReported(unit_id="115-004", report="off_duty"))


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


STORIES: tuple[Callable[[Story], None], ...] = (
    an_offer_is_accepted,
    a_refusal_raises_an_alarm,
    alarms_leave_once_they_are_over_and_seen,
    red_is_offered_twice,
    a_run_is_conveyed_and_closed,
    a_unit_is_stood_down,
    two_runs_end_apart,
    closed_ones_leave_after_half_an_hour,
    a_closed_one_is_reopened,
    what_an_outcome_wants_is_told,
    an_incident_opens_without_a_place,
    an_incident_is_never_seen_without_its_call,
    roads_are_closed_and_reopened,
    a_unit_is_diverted,
    a_unit_moves_up,
    an_offer_that_ends_leaves_the_unit_as_it_was,
    a_major_incident_is_commanded_and_stood_down,
    patients_are_found_sorted_and_brought,
    crews_come_change_and_go,
    calls_ring_and_are_answered_or_given_up,
    a_bed_is_reserved_and_a_patient_handed_over,
    the_policy_is_revised,
    a_call_is_triaged_and_its_phone_located,
    calls_come_through_the_exchange,
    calls_are_joined_by_mistake_closed_and_reopened,
)


def make() -> dict[str, bytes]:
    """Every sample by its file's name."""
    samples = {}
    for tell in STORIES:
        story = Story()
        tell(story)
        samples[f"{tell.__name__}.json"] = story.sample()
    return samples


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, content in make().items():
        (FOLDER / name).write_bytes(content)
