"""On the way, there, and how it ended."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import events as ev
from dispatch.domain.outcomes import OutcomeDetails
from tests.samples.steps import accept, call, city, offer, report
from tests.samples.story import START, Story, Telling


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


STORIES: tuple[Telling, ...] = (
    a_run_is_conveyed_and_closed,
    a_unit_is_stood_down,
    two_runs_end_apart,
    what_an_outcome_wants_is_told,
)
