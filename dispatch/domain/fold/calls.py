"""Calls."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Call, Incident, Leaving, State


@folds(ev.CallReceived)
def _call_received(state: State, event: ev.CallReceived, recorded: Recorded) -> None:
    state.calls[event.call_id] = Call(
        id=event.call_id,
        answered_at=event.answered_at,
        complaint=event.complaint,
        caller_token=event.caller_token,
        words_token=event.words_token,
        answers_token=event.answers_token,
        place=event.place,
        places=event.places,
        duplicates=event.duplicates,
        version=recorded.version,
    )


@folds(ev.CallJoined)
def _call_joined(state: State, event: ev.CallJoined, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    call.incident_id, call.version = event.incident_id, recorded.version
    if event.call_id not in incident.call_ids:
        incident.call_ids.append(event.call_id)


@folds(ev.CallClosed)
def _call_closed(state: State, event: ev.CallClosed, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.outcome, call.version = event.outcome, recorded.version
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))
