"""A station's own run, reported to the centre: nobody offered it, but it occupies its unit like any other. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.domain.words import Level
from dispatch.errors import Malformed, Taken


class OwnRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the station reports; `began_at` is when its unit was sent."""

    incident_id: str
    offer_id: str
    number: str
    station_id: str
    unit_id: str
    priority: Level
    complaint: str
    place: Place | None
    began_at: datetime


def report_own_run(state: State, run: OwnRun) -> list[ev.Event]:
    """The incident, and the run that is already under way. It counts in no station's offers. Raises NotFound, Taken."""
    unit = get_unit(state, run.unit_id)
    if unit.station_id != run.station_id:
        raise Malformed(f"unit {unit.id} is of station {unit.station_id}, not {run.station_id}; name one of its own")
    if not unit.is_free_for(1):
        raise Taken(
            "unit {unit} is {unit_status}; end its run before reporting another",
            code="unit_busy",
            unit=unit.id,
            unit_status=unit.status,
        )
    ids = {"offer_id": run.offer_id, "incident_id": run.incident_id}
    return [
        ev.IncidentOpened(
            incident_id=run.incident_id,
            number=run.number,
            answered_at=run.began_at,
            priority=run.priority,
            complaint=run.complaint,
            place=run.place,
            needs=(Need(unit.skills),),
            kind="station_direct",
        ),
        ev.OfferMade(
            offer_id=run.offer_id,
            incident_id=run.incident_id,
            station_id=run.station_id,
            unit_id=unit.id,
            channel="voice",
            expires_at=run.began_at,
        ),
        ev.OfferAccepted(**ids, station_id=run.station_id, unit_id=unit.id, on_behalf_of=run.station_id),
        ev.UnitAssigned(**ids, unit_id=unit.id),
    ]
