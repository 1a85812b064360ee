"""Outcomes that want details: entered with the end of a run or an incident, filled by what is told afterwards."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.outcomes import OutcomeDetails, list_missing, told_more, wanted_of
from dispatch.domain.state import Incident, OutcomeRecord, Run, State
from dispatch.domain.words import Outcome


@folds(ev.OutcomeDetailsTold)
def _outcome_details_told(state: State, event: ev.OutcomeDetailsTold, recorded: Recorded) -> None:
    record: OutcomeRecord = get(state.outcomes, "outcome", event.outcome_id)
    record.details = told_more(record.details, event.details)
    record.missing, record.version = list_missing(record.outcome, record.details), recorded.version


def enter_run(state: State, incident: Incident, run: Run, event: ev.RunEnded, recorded: Recorded) -> None:
    """The run that just ended. Who cancels by diverting is known: the desk, and nobody is asked."""
    if event.cause != "diverted":
        _enter(state, run.offer_id, incident, run.unit_id, event.outcome, event.details, recorded)


def enter_closing(state: State, incident: Incident, event: ev.IncidentClosed, recorded: Recorded) -> None:
    """
    The incident that was just closed, unless one of its runs ended so: then that one's details are asked for.

    A run that was diverted ended for the sake of another incident: it tells nothing of this one, and is asked nothing.
    """
    wanted = wanted_of(event.outcome)
    if not any(run.cause != "diverted" and wanted_of(run.outcome) == wanted for run in incident.runs.values()):
        key = f"{incident.id}.{recorded.version}"
        _enter(state, key, incident, None, event.outcome, event.details, recorded)


def drop_closing(state: State, incident_id: str) -> None:
    """It is open again: how it was closed holds no more."""
    for key in [one.id for one in state.outcomes.values() if one.incident_id == incident_id and one.unit_id is None]:
        del state.outcomes[key]


def _enter(
    state: State,
    key: str,
    incident: Incident,
    unit_id: str | None,
    outcome: Outcome,
    details: OutcomeDetails | None,
    recorded: Recorded,
) -> None:
    if not wanted_of(outcome):
        return
    told = details or OutcomeDetails()
    state.outcomes[key] = OutcomeRecord(
        id=key,
        incident_id=incident.id,
        number=incident.number,
        outcome=outcome,
        ended_at=recorded.at,
        recorded_at=recorded.recorded_at,
        unit_id=unit_id,
        details=told,
        missing=list_missing(outcome, told),
    )
