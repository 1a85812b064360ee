"""Offered, accepted, refused, withdrawn, diverted."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import events as ev
from dispatch.domain.words import Level
from tests.samples.steps import PLACE, accept, call, city, offer, refuse, report, withdraw
from tests.samples.story import START, Story, Telling


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


def an_incident_whose_unit_was_diverted_is_closed(story: Story) -> None:
    """By hand, as cancelled: the diverted run, which is cancelled too, does not tell by whom."""
    city(story)
    call(story, priority=3)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    call(story, "C2", "I2")
    story.begin()
    ask_to_divert(story, "D1", "I2", "I1")
    divert(story, "D1", "I2", "I1")
    story.tell(ev.IncidentClosed(incident_id="I1", outcome="cancelled_after_departure"))


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


STORIES: tuple[Telling, ...] = (
    an_offer_is_accepted,
    a_refusal_raises_an_alarm,
    red_is_offered_twice,
    an_offer_that_ends_leaves_the_unit_as_it_was,
    a_unit_is_diverted,
    an_incident_whose_unit_was_diverted_is_closed,
)
