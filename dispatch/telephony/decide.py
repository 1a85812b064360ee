"""
What a message of the exchange means for its call, as facts. Pure.

Messages may be missing, repeated or out of order. Told is what they show beyond doubt; where they contradict what is
known, what people did stands. A call that nobody is known to have answered is called back, never forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.state import Call, State
from dispatch.intake.call_backs import DUE_WITHIN, asked_on_end
from dispatch.intake.repeats import reopened_by
from dispatch.telephony.read import Told

REUSED_AFTER = timedelta(seconds=10)
"""What is told this long after the end of a call is about another one with its reference (guess)."""
LONGEST_CALL = timedelta(hours=1)
"""A line whose end nobody told is taken to be down after so long (guess)."""


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """The facts, and codes of what was strange about the message; `call_id` None: nothing is known of any call."""

    events: tuple[ev.Event, ...] = ()
    doubts: tuple[str, ...] = ()


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What stands for the number and for the recording in the facts; None: not told."""

    phone: str | None = None
    recording: str | None = None


def meaning_of(
    told: Told, call_id: str, state: State, now: datetime, tokens: Tokens, earlier: Collection[str] = ()
) -> Meaning:
    """The facts of one message; `earlier` are the calls that came from the same number lately."""
    call = state.calls.get(call_id)
    if call is None and (told.step is None or (told.step == "ended" and told.number is None)):
        return Meaning(doubts=("unknown_call",))
    known: list[ev.Event] = []
    doubts: list[str] = []
    if call is None:
        known += reopened_by(state, earlier, now)
        known.append(ev.CallRang(call_id=call_id, rang_at=told.at, caller_token=tokens.phone, seat=told.seat))
        if told.step != "ringing":
            doubts.append("ringing_not_told")
    elif tokens.phone is not None and call.caller_token is None:
        known += reopened_by(state, [key for key in earlier if key != call_id], now)
        known.append(ev.CallRevised(call_id=call_id, caller_token=tokens.phone))
    steps = _steps(told, call_id, call, state, now)
    if call is not None and not steps and told.step is not None:
        doubts.append("told_before")
    if tokens.recording is not None and (call is None or call.recording_token is None):
        steps.append(ev.CallRecorded(call_id=call_id, recording_token=tokens.recording))
    return Meaning(events=(*known, *steps), doubts=tuple(doubts))


def over_at(call: Call) -> datetime | None:
    """When its line went down, or must have; None: nobody told when it began."""
    if (told_at := call.ended_at or call.abandoned_at) is not None:
        return told_at
    begun_at = call.answered_at or call.rang_at
    return begun_at + LONGEST_CALL if begun_at else None


def comes_after(told: Told, end: datetime | None) -> bool:
    """Whether a message is too late to be about a call that was over then."""
    return end is not None and told.at > end + REUSED_AFTER


def _steps(told: Told, call_id: str, call: Call | None, state: State, now: datetime) -> list[ev.Event]:
    status = call.status if call else "ringing"
    match told.step:
        case "ringing":
            return _moved(told, call) if status == "ringing" else []
        case "answered" if status in ("ringing", "abandoned"):
            return [_picked_up(told, call_id, call, state)]
        case "answered":
            return _moved(told, call)
        case "abandoned" | "ended" if status == "ringing":
            return [ev.CallAbandoned(call_id=call_id, due_at=now + DUE_WITHIN["abandoned"])]
        case "abandoned" | "ended" if status != "abandoned" and call is not None and call.ended_at is None:
            return _ended(told, call, now)
        case _:
            return []


def _picked_up(told: Told, call_id: str, call: Call | None, state: State) -> ev.CallPickedUp:
    """At which seat, and who sits there. An answer before the ringing is told as late as the ringing."""
    seat = told.seat or (call.seat if call else None)
    sits = state.seats.get(seat or "")
    rang_at = call.rang_at if call and call.rang_at else told.at
    return ev.CallPickedUp(
        call_id=call_id, answered_at=max(told.at, rang_at), seat=seat, answered_by=sits.user if sits else None
    )


def _moved(told: Told, call: Call | None) -> list[ev.Event]:
    if call is None or told.seat is None or told.seat == call.seat:
        return []
    return [ev.CallMoved(call_id=call.id, seat=told.seat)]


def _ended(told: Told, call: Call, now: datetime) -> list[ev.Event]:
    """The line is down; nobody has decided yet: call back."""
    events: list[ev.Event] = [ev.CallEnded(call_id=call.id, ended_at=told.at)]
    if (asked := asked_on_end(call, now)) is not None:
        events.append(asked)
    return events
