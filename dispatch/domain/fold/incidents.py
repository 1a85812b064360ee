"""Incidents."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.outcomes import drop_closing, enter_closing
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_incident_status
from dispatch.domain.state import Incident, Leaving, State
from dispatch.errors import IllegalStep


@folds(ev.IncidentOpened)
def _incident_opened(state: State, event: ev.IncidentOpened, recorded: Recorded) -> None:
    """Its call is in it from the first: `CallJoined` comes an event later, and nobody should see it without."""
    state.incidents[event.incident_id] = Incident(
        id=event.incident_id,
        number=event.number,
        status="waiting",
        priority=event.priority,
        complaint=event.complaint,
        answered_at=event.answered_at,
        opened_at=recorded.at,
        waiting_since=recorded.at,
        level_set_at=recorded.at,
        level_by=event.level_by,
        location_settled_at=recorded.at if event.place and event.place.settled else None,
        kind=event.kind,
        from_at=event.from_at,
        until_at=event.until_at,
        hospital_id=event.hospital_id,
        place=event.place,
        needs=event.needs,
        call_ids=[event.call_id] if event.call_id and event.call_id in state.calls else [],
        opened_for=event.call_id,
        version=recorded.version,
    )


@folds(ev.IncidentRevised)
def _incident_revised(state: State, event: ev.IncidentRevised, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    if event.priority is not None:
        incident.priority, incident.level_set_at, incident.level_by = event.priority, recorded.at, event.level_by
    if event.complaint is not None:
        incident.complaint = event.complaint
    if event.place is not None:
        incident.place = event.place
        if event.place.settled and incident.location_settled_at is None:
            incident.location_settled_at = recorded.at
    if event.needs is not None:
        incident.needs = event.needs
    incident.version = recorded.version


@folds(ev.IncidentJoined)
def _incident_joined(state: State, event: ev.IncidentJoined, recorded: Recorded) -> None:
    """`CallJoined` beside it says to which incident the call belongs; here it is refused where nobody would see it."""
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    incident.status = next_incident_status(incident.id, incident.status, "joined")
    incident.version = recorded.version


@folds(ev.IncidentClosed)
def _incident_closed(state: State, event: ev.IncidentClosed, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    status = next_incident_status(incident.id, incident.status, "closed")
    if incident.active_runs or incident.open_offers:
        raise IllegalStep(
            "incident",
            incident.id,
            "a unit is offered or under way",
            "closed",
            ["withdraw, stand down or end the run"],
        )
    incident.status, incident.outcome, incident.version = status, event.outcome, recorded.version
    incident.duplicate_of = event.duplicate_of
    incident.closed_at, incident.waiting_since = recorded.at, None
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))
    enter_closing(state, incident, event, recorded)


@folds(ev.IncidentReopened)
def _incident_reopened(state: State, event: ev.IncidentReopened, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    incident.status = next_incident_status(incident.id, incident.status, "reopened")
    incident.outcome, incident.closed_at, incident.version = None, None, recorded.version
    incident.duplicate_of = None
    incident.waiting_since = recorded.at
    state.leaving[:] = [leaving for leaving in state.leaving if leaving.stream != recorded.stream]
    drop_closing(state, incident.id)
