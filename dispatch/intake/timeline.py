"""An incident with all that was told about it: from the state while it is there, folded from the log afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import Call, Hospital, Incident, State, Station, Unit
from dispatch.errors import NotFound
from dispatch.parts import Parts


async def find_incident(parts: Parts, incident_id: str) -> tuple[Incident, list[Recorded]]:
    """The incident and its events, oldest first. Raises NotFound."""
    timeline = await parts.desk.events.read_incident(incident_id)
    if not timeline:
        raise NotFound(
            "no incident {incident}; GET /api/v1/incidents lists those at hand",
            code="no_incident",
            incident=incident_id,
        )
    known = parts.desk.state.incidents.get(incident_id)
    return known or fold_alone(timeline, incident_id), timeline


def fold_alone(timeline: Sequence[Recorded], incident_id: str) -> Incident:
    """
    One incident from its own events, in a small world where every unit they name was free before.

    Assumes the timeline is whole: `EventLog.read_incident` finds every event that names the incident.
    """
    world = State(seq=timeline[0].seq - 1)
    for recorded in timeline:
        _make_room(world, recorded.data)
        world.seq = recorded.seq - 1
        apply(world, recorded)
        world.leaving.clear()
    return world.incidents[incident_id]


def _make_room(world: State, event: ev.Event) -> None:
    """Stand-ins for what the events name but do not make."""
    start = datetime(1970, 1, 1, tzinfo=UTC)
    if (key := getattr(event, "station_id", None)) and key not in world.stations:
        world.stations[key] = Station(id=key, name="", name_en="", kind="own", can_refuse=True, lon=0, lat=0)
    if (key := getattr(event, "unit_id", None)) and key not in world.units:
        world.units[key] = Unit(id=key, station_id="", kind="van", skills=(), status="available", status_at=start)
    if (key := getattr(event, "hospital_id", None)) and key not in world.hospitals:
        world.hospitals[key] = Hospital(id=key, name="", name_en="", lon=0, lat=0, emergency=True)
    if isinstance(event, ev.CallJoined) and event.call_id not in world.calls:
        world.calls[event.call_id] = Call(id=event.call_id, answered_at=start)
