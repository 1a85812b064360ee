"""Runs."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.outcomes import enter_run
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_incident_status
from dispatch.domain.state import Incident, Run, State
from dispatch.domain.state.runs import StampTold
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
    run.outcome, run.cause, run.ended_at = event.outcome, event.cause, recorded.at
    run.hospital_id = event.hospital_id or run.hospital_id
    if event.cause is not None:
        bar(incident, event.unit_id)
    if event.outcome in UNCOVERING and not incident.active_runs and incident.status != "waiting":
        incident.status = next_incident_status(incident.id, incident.status, "uncovered")
        incident.waiting_since = recorded.at
    incident.version = recorded.version
    enter_run(state, incident, run, event, recorded)


@folds(ev.RunStamped)
def _run_stamped(state: State, event: ev.RunStamped, recorded: Recorded) -> None:
    incident, run = _run(state, event.incident_id, event.offer_id)
    if event.stamp not in run.stamps:
        run.stamps[event.stamp] = recorded.at
        run.told[event.stamp] = StampTold(recorded_at=recorded.recorded_at, source=event.source)
    incident.version = recorded.version


@folds(ev.StampCorrected)
def _stamp_corrected(state: State, event: ev.StampCorrected, recorded: Recorded) -> None:
    incident, run = _run(state, event.incident_id, event.offer_id)
    before = run.told.get(event.stamp)
    run.stamps[event.stamp] = event.to
    run.told[event.stamp] = StampTold(
        recorded_at=recorded.recorded_at, source=event.source, corrected=(before.corrected if before else 0) + 1
    )
    incident.version = recorded.version


def _run(state: State, incident_id: str, offer_id: str) -> tuple[Incident, Run]:
    incident: Incident = get(state.incidents, "incident", incident_id)
    run: Run = get(incident.runs, "run", offer_id)
    return incident, run


def bar(incident: Incident, unit_id: str) -> None:
    """A person took the unit back: the system does not send it there by itself again."""
    incident.barred = [*(one for one in incident.barred if one != unit_id), unit_id]
