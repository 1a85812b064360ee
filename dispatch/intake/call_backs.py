"""Who is called back, when, how often, and in which order. Pure. No score of a number is among what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.state import Call, CallBack, Incident, State
from dispatch.domain.words import CallBackReason, Level
from dispatch.intake.decide import UNKNOWN_LEVEL

DUE_WITHIN: Final[Mapping[CallBackReason, timedelta]] = MappingProxyType(
    {
        "abandoned": timedelta(minutes=1),
        "dropped": timedelta(minutes=1),
        "silent": timedelta(minutes=1),
        "clinical": timedelta(minutes=5),
        "other": timedelta(minutes=10),
    }
)
"""From asking to the first attempt (guess): who could not speak may be the worst off."""

ATTEMPTS: Final[Mapping[CallBackReason, int]] = MappingProxyType(
    {"abandoned": 1, "dropped": 2, "silent": 1, "clinical": 3, "other": 2}
)
"""Attempts wanted. Abandoned and silent: once (docs/domain.md); the others: guess. More are always possible."""

AGAIN_AFTER = timedelta(minutes=3)
"""Between two attempts (guess)."""

IN_HAND_FOR = timedelta(minutes=2)
"""For so long nobody else calls a caller whom somebody has said to be calling (guess)."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One caller in the queue; `may_end`: as many attempts were made as are wanted."""

    call_id: str
    reason: CallBackReason
    level: Level
    asked_at: datetime
    due_at: datetime
    overdue: bool
    attempts_made: int
    attempts_wanted: int
    may_end: bool
    taken_by: str | None
    incident_id: str | None
    incident_number: str | None
    caller_token: str | None


def wants_attempt(back: CallBack) -> bool:
    """Whether it is in the queue with fewer attempts than wanted."""
    return back.ended_at is None and len(back.attempts) < ATTEMPTS[back.reason]


def queue(state: State, now: datetime) -> list[Waiting]:
    """
    Everybody who is to be called back: by level, then by when it is due; what has all its attempts comes last.

    A call without an assessment counts as its incident does, or as unknown: grave until somebody knows better.
    """
    found = [_waiting(state, call, call.call_back, now) for call in state.calls.values() if call.call_back]
    entries = [one for one in found if one is not None]
    return sorted(entries, key=lambda one: (one.may_end, one.level, one.due_at, one.call_id))


def level_of_call(state: State, call: Call) -> Level:
    """The incident's level, else the assessment's, else unknown."""
    incident = state.incidents.get(call.incident_id or "")
    if incident is not None:
        return incident.priority
    return call.triage.level if call.triage else UNKNOWN_LEVEL


def asked_on_end(call: Call, now: datetime) -> ev.CallBackAsked | None:
    """The line of an answered call is down and nobody has said what it was: call back."""
    if call.status != "answered" or call.is_to_call_back:
        return None
    reason: CallBackReason = "silent" if call.silent_steps else "dropped"
    return ev.CallBackAsked(call_id=call.id, reason=reason, due_at=now + DUE_WITHIN[reason])


def clinical(state: State, now: datetime, limits_s: Mapping[Level, float]) -> list[ev.CallBackAsked]:
    """
    Call-backs that are to be asked for now: lower incidents waiting longer than their limit in seconds, by level.

    Asked again once so long has passed since the last time it was asked for. An incident without a call that has a
    number has nobody to call; its alarm says that it waits.
    """
    asked = []
    for incident in state.incidents.values():
        limit_s = limits_s.get(incident.priority)
        call = _to_call(state, incident)
        if limit_s is None or incident.status != "waiting" or call is None or call.is_to_call_back:
            continue
        since = max([incident.answered_at, *([call.call_back.asked_at] if call.call_back else [])])
        if (now - since).total_seconds() >= limit_s:
            due_at = now + DUE_WITHIN["clinical"]
            asked.append(ev.CallBackAsked(call_id=call.id, reason="clinical", due_at=due_at))
    return asked


def _to_call(state: State, incident: Incident) -> Call | None:
    """The newest of its calls that told a number."""
    calls = [state.calls[key] for key in reversed(incident.call_ids) if key in state.calls]
    return next((call for call in calls if call.caller_token is not None), None)


def _waiting(state: State, call: Call, back: CallBack | None, now: datetime) -> Waiting | None:
    if back is None or back.ended_at is not None:
        return None
    incident = state.incidents.get(call.incident_id or "")
    made, wanted = len(back.attempts), ATTEMPTS[back.reason]
    return Waiting(
        call_id=call.id,
        reason=back.reason,
        level=level_of_call(state, call),
        asked_at=back.asked_at,
        due_at=back.due_at,
        overdue=back.due_at < now and made < wanted,
        attempts_made=made,
        attempts_wanted=wanted,
        may_end=made >= wanted,
        taken_by=back.taken_by,
        incident_id=call.incident_id,
        incident_number=incident.number if incident else None,
        caller_token=call.caller_token,
    )
