"""Calling back."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_call_status
from dispatch.domain.state import Call, CallBack, CallBackAttempt, Leaving, State
from dispatch.domain.words import CallBackEnd
from dispatch.errors import IllegalStep


@folds(ev.CallBackAsked)
def _call_back_asked(state: State, event: ev.CallBackAsked, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    if call.is_to_call_back:
        raise IllegalStep("call", call.id, "waiting for its call-back", "call_back_asked", ["tried", "ended"])
    if call.status in ("ringing", "closed"):
        raise IllegalStep("call", call.id, call.status, "call_back_asked", ["answered", "reopened"])
    call.call_back = CallBack(reason=event.reason, asked_at=recorded.at, due_at=event.due_at)
    call.version = recorded.version
    state.leaving[:] = [leaving for leaving in state.leaving if leaving.stream != recorded.stream]


@folds(ev.CallBackTaken)
def _call_back_taken(state: State, event: ev.CallBackTaken, recorded: Recorded) -> None:
    call, back = _waiting(state, event.call_id, "call_back_taken")
    back.taken_by, back.taken_at, call.version = recorded.actor, recorded.at, recorded.version


@folds(ev.CallBackTried)
def _call_back_tried(state: State, event: ev.CallBackTried, recorded: Recorded) -> None:
    call, back = _waiting(state, event.call_id, "call_back_tried")
    attempt = CallBackAttempt(at=recorded.at, by=recorded.actor, result=event.result)
    back.attempts, back.taken_by, back.taken_at = (*back.attempts, attempt), None, None
    if event.due_at is not None:
        back.due_at = event.due_at
    if event.result == "reached":
        end_call_back(call, "reached", recorded.at)
        if call.status == "abandoned":
            call.status = next_call_status(call.id, call.status, "called_back")
            call.answered_at, call.answered_by, call.ended_at = recorded.at, recorded.actor, None
            call.undecided_since = recorded.at
    call.version = recorded.version


@folds(ev.CallBackEnded)
def _call_back_ended(state: State, event: ev.CallBackEnded, recorded: Recorded) -> None:
    call, _ = _waiting(state, event.call_id, "call_back_ended")
    end_call_back(call, event.because, recorded.at)
    call.version = recorded.version
    if call.status == "abandoned":
        state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


def end_call_back(call: Call, because: CallBackEnd, at: datetime) -> None:
    """Take the call out of the queue, if it is in it."""
    if call.call_back is not None and call.call_back.ended_at is None:
        call.call_back.ended_at, call.call_back.ended_because = at, because


def _waiting(state: State, call_id: str, step: str) -> tuple[Call, CallBack]:
    call: Call = get(state.calls, "call", call_id)
    if call.call_back is None or call.call_back.ended_at is not None:
        raise IllegalStep("call", call.id, "not waiting for a call-back", step, ["call_back_asked"])
    return call, call.call_back
