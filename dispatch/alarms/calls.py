"""
The conditions about calls. Pure. None of them knows how often a number has called.

In a declared surge thousands of calls wait, and an alarm for each would hide the rest. So those that are due have one
alarm together for each kind then, until none is; a red call keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from dispatch.alarms.finding import Finding
from dispatch.alarms.rules import Rule
from dispatch.alarms.view import View, open_alarm
from dispatch.domain.state import Call
from dispatch.domain.words import AlarmKind
from dispatch.intake.call_backs import level_of_call, wants_attempt
from dispatch.intake.conversation import is_open, unanswered_since

CALLS = "desk:calls"
"""What a surge is about, and what is told of many calls together."""

Since = Callable[[View, Rule], Iterator[tuple[Call, Finding]]]


def _gathered_in_a_surge(kind: AlarmKind) -> Callable[[Since], Callable[[View, Rule], Iterator[Finding]]]:
    """A condition of single calls that in a surge becomes one of all of them; `value`: how many."""

    def gather(condition: Since) -> Callable[[View, Rule], Iterator[Finding]]:
        @wraps(condition)
        def found(view: View, rule: Rule) -> Iterator[Finding]:
            due: list[Finding] = []
            for call, one in condition(view, rule):
                if not view.state.surge.on or level_of_call(view.state, call) == 1:
                    yield one
                elif (view.now - one.since).total_seconds() >= (rule.threshold(None) or 0.0):
                    due.append(one)
            if due:
                known = open_alarm(view.state, kind, CALLS)
                since = known.since if known else min(one.since for one in due)
                yield Finding(CALLS, since, value=float(len(due)))

        return found

    return gather


@_gathered_in_a_surge("call_unanswered")
def call_unanswered(view: View, rule: Rule) -> Iterator[tuple[Call, Finding]]:
    """A call rings."""
    for call in view.state.calls.values():
        if call.status == "ringing" and call.rang_at is not None:
            yield call, Finding(f"call:{call.id}", call.rang_at)


@_gathered_in_a_surge("call_undecided")
def call_undecided(view: View, rule: Rule) -> Iterator[tuple[Call, Finding]]:
    """A call is answered, has no incident, and nobody has closed it."""
    for call in view.state.calls.values():
        if call.status == "answered" and call.undecided_since is not None:
            yield call, Finding(f"call:{call.id}", call.undecided_since)


@_gathered_in_a_surge("call_back_overdue")
def call_back_overdue(view: View, rule: Rule) -> Iterator[tuple[Call, Finding]]:
    """A caller should have been called back by now, and not all attempts are made."""
    for call in view.state.calls.values():
        if call.call_back is not None and wants_attempt(call.call_back):
            yield call, Finding(f"call:{call.id}", call.call_back.due_at, incident_id=call.incident_id)


@_gathered_in_a_surge("message_unanswered")
def message_unanswered(view: View, rule: Rule) -> Iterator[tuple[Call, Finding]]:
    """A caller has written, and nobody has written back."""
    for call in view.state.calls.values():
        since = unanswered_since(call)
        if since is not None and is_open(view.state, call.id):
            yield call, Finding(f"call:{call.id}", since, incident_id=call.incident_id)


def surge_due(view: View, rule: Rule) -> Iterator[Finding]:
    """So many calls ring at once, and no surge is declared; `value`: how many."""
    rang = sorted(call.rang_at for call in view.state.calls.values() if call.status == "ringing" and call.rang_at)
    if rule.count is None or len(rang) < rule.count or view.state.surge.on:
        return
    known = open_alarm(view.state, "surge_due", CALLS)
    since = known.since if known else rang[rule.count - 1]
    yield Finding(CALLS, since, value=float(len(rang)))
