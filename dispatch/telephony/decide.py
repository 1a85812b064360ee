"""
What a message of the exchange means for its call, as facts. Pure.

Messages may be missing, repeated or out of order; what a call comes to is the same whatever the order. An end is final:
who was answered before it, or told to have been, and of whom nobody has entered what it was, is called back as much as
who gave up. Where messages contradict what people did, what people did stands.

Weakness: of two seats told of one call for the same instant, the one that is told last counts.
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
    if call is None and told.step is None:
        return Meaning(doubts=("unknown_call",))
    known: list[ev.Event] = []
    doubts: list[str] = []
    if call is None:
        known += reopened_by(state, earlier, now)
        known.append(ev.CallRang(call_id=call_id, rang_at=told.at, caller_token=tokens.phone, seat=told.seat))
        if told.step != "ringing":
            doubts.append("ringing_not_told")
        steps = _first_steps(told, call_id, state, now)
    else:
        if tokens.phone is not None and call.caller_token is None:
            known += reopened_by(state, [key for key in earlier if key != call_id], now)
            known.append(ev.CallRevised(call_id=call_id, caller_token=tokens.phone))
        steps = _steps(told, call, state, now)
        if not steps and told.step is not None:
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


def _first_steps(told: Told, call_id: str, state: State, now: datetime) -> list[ev.Event]:
    """
    What the first message of a call tells beside that it rang.

    An end that names nobody is kept, so that a ringing told after it does not ring for ever; there is nobody to call
    back until some other message says that there was a caller.
    """
    match told.step:
        case "answered":
            return [_picked_up(told, call_id, told.seat, state)]
        case "ended" if told.number is None:
            return [ev.CallAbandoned(call_id=call_id)]
        case "abandoned" | "ended":
            return [ev.CallAbandoned(call_id=call_id, due_at=now + DUE_WITHIN["abandoned"])]
        case _:
            return []


def _steps(told: Told, call: Call, state: State, now: datetime) -> list[ev.Event]:
    was_reached = call.status != "abandoned" and call.abandoned_at is not None
    if told.step is None or was_reached:
        return []
    earlier = _rang_earlier(told, call)
    match told.step:
        case "ringing":
            return [*earlier, *_moved(told, call), *_asked_late(call, now)]
        case "answered" if call.status == "ringing":
            return [*earlier, _picked_up(told, call.id, told.seat or call.seat, state)]
        case "answered" if call.status == "abandoned":
            return [*earlier, *_answered_after_all(told, call, state, now)]
        case "answered":
            return [*earlier, *_answered_earlier(told, call, state), *_moved(told, call)]
        case "abandoned" | "ended" if call.status == "ringing":
            return [*earlier, ev.CallAbandoned(call_id=call.id, due_at=now + DUE_WITHIN["abandoned"])]
        case "abandoned" | "ended" if call.status != "abandoned" and call.ended_at is None:
            return [*earlier, *_ended(told.at, call, now)]
        case _:
            asked = _asked_late(call, now) if told.step == "abandoned" or told.number else []
            return [*earlier, *_over_earlier(told, call), *asked]


def _picked_up(told: Told, call_id: str, seat: str | None, state: State) -> ev.CallPickedUp:
    """At which seat, and who sits there."""
    return ev.CallPickedUp(call_id=call_id, answered_at=told.at, seat=told.seat, answered_by=_who_sits(seat, state))


def _answered_after_all(told: Told, call: Call, state: State, now: datetime) -> list[ev.Event]:
    """
    The end was told before the answer. The line is down all the same, and nobody has said what it was: the call-back
    stands, due as before. One that a person has ended stays ended.
    """
    back, over = call.call_back, call.abandoned_at or told.at
    if back is not None and back.ended_at is not None:
        return []
    due_at = back.due_at if back else now + DUE_WITHIN["dropped"]
    return [
        _picked_up(told, call.id, told.seat or call.seat, state),
        ev.CallEnded(call_id=call.id, ended_at=over),
        ev.CallBackAsked(call_id=call.id, reason="dropped", due_at=due_at),
    ]


def _rang_earlier(told: Told, call: Call) -> list[ev.Event]:
    """It began no later than anything that is told of it."""
    if call.rang_at is None or told.at >= call.rang_at:
        return []
    return [ev.CallTimed(call_id=call.id, rang_at=told.at)]


def _answered_earlier(told: Told, call: Call, state: State) -> list[ev.Event]:
    """An answer that came before the one that was told first. Who has entered what the caller said stays."""
    if call.answered_at is None or told.at >= call.answered_at:
        return []
    by = _who_sits(told.seat, state) if call.taken_at is None else None
    return [ev.CallTimed(call_id=call.id, answered_at=told.at, answered_by=by)]


def _over_earlier(told: Told, call: Call) -> list[ev.Event]:
    over = call.ended_at or call.abandoned_at
    if over is None or told.at >= over:
        return []
    return [ev.CallTimed(call_id=call.id, over_at=told.at)]


def _moved(told: Told, call: Call) -> list[ev.Event]:
    """It rings at another seat, or was handed to it: the seat told last counts, by the exchange's time."""
    rings_after_its_answer = told.step == "ringing" and call.answered_at is not None and told.at >= call.answered_at
    is_older = call.seat_at is not None and told.at < call.seat_at
    if told.seat is None or told.seat == call.seat or is_older or rings_after_its_answer:
        return []
    return [ev.CallMoved(call_id=call.id, seat=told.seat)]


def _ended(at: datetime, call: Call, now: datetime) -> list[ev.Event]:
    """The line is down; nobody has decided yet: call back."""
    events: list[ev.Event] = [ev.CallEnded(call_id=call.id, ended_at=at)]
    if (asked := asked_on_end(call, now)) is not None:
        events.append(asked)
    return events


def _asked_late(call: Call, now: datetime) -> list[ev.Event]:
    """Of a call only its end was known, and that named nobody: there was a caller, who gave up."""
    if call.status != "abandoned" or call.call_back is not None:
        return []
    return [ev.CallBackAsked(call_id=call.id, reason="abandoned", due_at=now + DUE_WITHIN["abandoned"])]


def _who_sits(seat: str | None, state: State) -> str | None:
    sits = state.seats.get(seat or "")
    return sits.user if sits else None
