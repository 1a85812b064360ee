"""What stories are made of: a city, a call, an offer and its answers, what a crew reports."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import events as ev
from dispatch.domain.place import Place
from dispatch.domain.words import Level, UnitReport
from tests.samples.story import START, Story

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
