"""Calls."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_call_status
from dispatch.domain.state import Call, Incident, Leaving, State
from dispatch.errors import IllegalStep


@folds(ev.CallRang)
def _call_rang(state: State, event: ev.CallRang, recorded: Recorded) -> None:
    if event.call_id in state.calls:
        raise IllegalStep("call", event.call_id, state.calls[event.call_id].status, "ringing", [])
    state.calls[event.call_id] = Call(
        id=event.call_id,
        status="ringing",
        rang_at=event.rang_at,
        caller_token=event.caller_token,
        version=recorded.version,
    )


@folds(ev.CallAbandoned)
def _call_abandoned(state: State, event: ev.CallAbandoned, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.status, call.version = next_call_status(call.id, call.status, "abandoned"), recorded.version
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


@folds(ev.CallReceived)
def _call_received(state: State, event: ev.CallReceived, recorded: Recorded) -> None:
    ringing = state.calls.get(event.call_id)
    if ringing is not None:
        next_call_status(ringing.id, ringing.status, "answered")
    state.calls[event.call_id] = Call(
        id=event.call_id,
        status="answered",
        rang_at=ringing.rang_at if ringing else None,
        answered_at=event.answered_at,
        complaint=event.complaint,
        caller_token=event.caller_token or (ringing.caller_token if ringing else None),
        words_token=event.words_token,
        answers_token=event.answers_token,
        place=event.place,
        places=event.places,
        duplicates=event.duplicates,
        fixes=ringing.fixes if ringing else (),
        version=recorded.version,
    )


@folds(ev.CallJoined)
def _call_joined(state: State, event: ev.CallJoined, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    call.status = next_call_status(call.id, call.status, "joined")
    call.incident_id, call.version = event.incident_id, recorded.version
    if event.call_id not in incident.call_ids:
        incident.call_ids.append(event.call_id)


@folds(ev.CallClosed)
def _call_closed(state: State, event: ev.CallClosed, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.status = next_call_status(call.id, call.status, "closed")
    call.outcome, call.version = event.outcome, recorded.version
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))
