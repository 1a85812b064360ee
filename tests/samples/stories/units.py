"""Posts and crews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dispatch.domain import events as ev
from tests.samples.steps import accept, call, city, offer
from tests.samples.story import START, Story, Telling


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


STORIES: tuple[Telling, ...] = (
    a_unit_moves_up,
    crews_come_change_and_go,
)
