"""Calls."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.call_backs import end_call_back
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_call_status
from dispatch.domain.state import KEEP_MESSAGES, Call, CallBack, CallMessage, Incident, Leaving, State
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
        seat=event.seat,
        seat_at=event.rang_at if event.seat else None,
        version=recorded.version,
    )


@folds(ev.CallAbandoned)
def _call_abandoned(state: State, event: ev.CallAbandoned, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.status, call.version = next_call_status(call.id, call.status, "abandoned"), recorded.version
    call.abandoned_at = recorded.at
    if event.due_at is None:
        state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))
    else:
        call.call_back = CallBack(reason="abandoned", asked_at=recorded.at, due_at=event.due_at)


@folds(ev.CallPickedUp)
def _call_picked_up(state: State, event: ev.CallPickedUp, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.status = next_call_status(call.id, call.status, "answered")
    end_call_back(call, "reached", recorded.at)
    call.answered_at, call.answered_by = event.answered_at, event.answered_by
    call.undecided_since, call.version = event.answered_at, recorded.version
    if event.seat is not None:
        call.seat, call.seat_at = event.seat, recorded.at
    state.leaving[:] = [leaving for leaving in state.leaving if leaving.stream != recorded.stream]


@folds(ev.CallMoved)
def _call_moved(state: State, event: ev.CallMoved, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.seat, call.seat_at, call.version = event.seat, recorded.at, recorded.version


@folds(ev.CallEnded)
def _call_ended(state: State, event: ev.CallEnded, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    if call.status == "ringing":
        raise IllegalStep("call", call.id, call.status, "ended", ["answered", "abandoned"])
    call.ended_at, call.version = event.ended_at, recorded.version
    if call.status != "abandoned":
        call.abandoned_at = None


@folds(ev.CallTimed)
def _call_timed(state: State, event: ev.CallTimed, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.rang_at, call.answered_by = event.rang_at or call.rang_at, event.answered_by or call.answered_by
    if event.answered_at is not None:
        if call.undecided_since == call.answered_at:
            call.undecided_since = event.answered_at
        call.answered_at = event.answered_at
    if event.over_at is not None and call.ended_at is not None:
        call.ended_at = event.over_at
    elif event.over_at is not None:
        call.abandoned_at = event.over_at
    call.version = recorded.version


@folds(ev.CallRecorded)
def _call_recorded(state: State, event: ev.CallRecorded, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.recording_token, call.version = event.recording_token, recorded.version


@folds(ev.CallReceived)
def _call_received(state: State, event: ev.CallReceived, recorded: Recorded) -> None:
    call = state.calls.get(event.call_id) or Call(id=event.call_id, status="ringing")
    if call.taken_at is not None:
        raise IllegalStep("call", call.id, "taken", "taken", ["joined", "closed"])
    call.status = next_call_status(call.id, call.status, "answered" if call.status == "ringing" else "taken")
    call.answered_at = call.answered_at or event.answered_at
    call.undecided_since = call.undecided_since or call.answered_at
    call.answered_by, call.taken_at = call.answered_by or recorded.actor, recorded.at
    call.caller_token = event.caller_token or call.caller_token
    call.complaint, call.words_token, call.answers_token = event.complaint, event.words_token, event.answers_token
    call.place, call.places, call.duplicates = event.place or call.place, event.places, event.duplicates
    call.version = recorded.version
    state.calls[call.id] = call


@folds(ev.CallJoined)
def _call_joined(state: State, event: ev.CallJoined, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    call.status = next_call_status(call.id, call.status, "joined")
    if call.incident_id is not None and call.incident_id != event.incident_id:
        call.left_incident_id = call.incident_id
        _leave(state, call)
    call.incident_id, call.undecided_since, call.version = event.incident_id, None, recorded.version
    call.joined_at = recorded.at
    if event.call_id not in incident.call_ids:
        incident.call_ids.append(event.call_id)


@folds(ev.CallUnjoined)
def _call_unjoined(state: State, event: ev.CallUnjoined, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    if call.incident_id != event.incident_id:
        raise IllegalStep("call", call.id, f"in {call.incident_id}", f"unjoined from {event.incident_id}", ["joined"])
    call.status = next_call_status(call.id, call.status, "unjoined")
    _leave(state, call)
    call.incident_id, call.left_incident_id, call.version = None, None, recorded.version
    call.joined_at, call.undecided_since = None, recorded.at
    call.reopened_because = event.because or call.reopened_because


@folds(ev.CallRevised)
def _call_revised(state: State, event: ev.CallRevised, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.language = event.language or call.language
    if event.needs_interpreter is not None:
        call.needs_interpreter = event.needs_interpreter
    if event.needs_text is not None:
        call.needs_text = event.needs_text
    call.place = event.place or call.place
    call.words_token = event.words_token or call.words_token
    call.caller_token = event.caller_token or call.caller_token
    if event.read_back and call.location_settled_at is None:
        call.location_settled_at = recorded.at
    call.version = recorded.version


@folds(ev.SilentStepTaken)
def _silent_step_taken(state: State, event: ev.SilentStepTaken, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    if call.status != "answered":
        raise IllegalStep("call", call.id, call.status, event.step, ["answered"])
    call.silent_steps.setdefault(event.step, recorded.at)
    call.version = recorded.version


@folds(ev.CallMessaged)
def _call_messaged(state: State, event: ev.CallMessaged, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    message = CallMessage(at=recorded.at, by=event.by, token=event.token)
    call.messages = (*call.messages, message)[-KEEP_MESSAGES:]
    call.version = recorded.version


@folds(ev.CallClosed)
def _call_closed(state: State, event: ev.CallClosed, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.status = next_call_status(call.id, call.status, "closed")
    call.outcome, call.closed_at, call.version = event.outcome, recorded.at, recorded.version
    call.undecided_since = None
    end_call_back(call, "closed", recorded.at)
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


@folds(ev.CallReopened)
def _call_reopened(state: State, event: ev.CallReopened, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    if call.incident_id is not None:
        raise IllegalStep("call", call.id, f"in incident {call.incident_id}", "reopened", ["reopen the incident"])
    call.status = next_call_status(call.id, call.status, "reopened")
    call.outcome, call.closed_at, call.reopened_because = None, None, event.because
    call.undecided_since, call.version = recorded.at, recorded.version
    state.leaving[:] = [leaving for leaving in state.leaving if leaving.stream != recorded.stream]


def _leave(state: State, call: Call) -> None:
    """Take the call off its incident's list. A command is tried on a part of the state, which may lack the incident."""
    incident = state.incidents.get(call.incident_id or "")
    if incident is not None and call.id in incident.call_ids:
        incident.call_ids.remove(call.id)
