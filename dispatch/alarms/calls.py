"""The conditions about calls. Pure. None of them knows how often a number has called."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.alarms.finding import Finding
from dispatch.alarms.rules import Rule
from dispatch.alarms.view import View, open_alarm
from dispatch.intake.call_backs import wants_attempt

CALLS = "desk:calls"
"""What a surge is about."""


def call_unanswered(view: View, rule: Rule) -> Iterator[Finding]:
    """A call rings."""
    for call in view.state.calls.values():
        if call.status == "ringing" and call.rang_at is not None:
            yield Finding(f"call:{call.id}", call.rang_at)


def call_undecided(view: View, rule: Rule) -> Iterator[Finding]:
    """A call is answered, has no incident, and nobody has closed it."""
    for call in view.state.calls.values():
        if call.status == "answered" and call.undecided_since is not None:
            yield Finding(f"call:{call.id}", call.undecided_since)


def call_back_overdue(view: View, rule: Rule) -> Iterator[Finding]:
    """A caller should have been called back by now, and not all attempts are made."""
    for call in view.state.calls.values():
        if call.call_back is not None and wants_attempt(call.call_back):
            yield Finding(f"call:{call.id}", call.call_back.due_at, incident_id=call.incident_id)


def surge_due(view: View, rule: Rule) -> Iterator[Finding]:
    """So many calls ring at once, and no surge is declared; `value`: how many."""
    rang = sorted(call.rang_at for call in view.state.calls.values() if call.status == "ringing" and call.rang_at)
    if rule.count is None or len(rang) < rule.count or view.state.surge.on:
        return
    known = open_alarm(view.state, "surge_due", CALLS)
    since = known.since if known else rang[rule.count - 1]
    yield Finding(CALLS, since, value=float(len(rang)))
