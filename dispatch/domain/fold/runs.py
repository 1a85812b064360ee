"""Runs."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_incident_status
from dispatch.domain.state import Incident, State
from dispatch.domain.words import Outcome
from dispatch.errors import IllegalStep, NotFound

RED = 1

UNCOVERING: frozenset[Outcome] = frozenset({"cancelled_before_departure", "cancelled_after_departure", "relayed"})
"""Ends of a run after which the incident still needs a unit."""


@folds(ev.RunEnded)
def _run_ended(state: State, event: ev.RunEnded, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    run = next((run for run in incident.active_runs if run.unit_id == event.unit_id), None)
    if run is None:
        raise NotFound(f"unit {event.unit_id} has no open run on incident {event.incident_id}")
    if event.cause == "diverted" and incident.priority == RED:
        raise IllegalStep("incident", incident.id, "red", "left by a diverted unit", [])
    run.outcome, run.cause = event.outcome, event.cause
    run.hospital_id = event.hospital_id or run.hospital_id
    if event.cause is not None:
        bar(incident, event.unit_id)
    if event.outcome in UNCOVERING and not incident.active_runs and incident.status != "waiting":
        incident.status = next_incident_status(incident.id, incident.status, "uncovered")
    incident.version = recorded.version


def bar(incident: Incident, unit_id: str) -> None:
    """A person took the unit back: the system does not send it there by itself again."""
    incident.barred = [*(one for one in incident.barred if one != unit_id), unit_id]
