"""
Who waits, in the order in which to work: calls for the call-takers, incidents for the dispatchers. Pure.

Levels are lexicographic (docs/domain.md): red, then orange, then yellow and green together. Within each whoever is due
first comes first, and who comes later is due later: nobody is passed for ever. A lower one that is overdue jumps nobody
graver: it is called back and alarms. How often a number has called is not among what this reads.
`web/src/store/waiting.ts` is its twin, held to the same samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from dispatch.domain.state import Call, State
from dispatch.domain.words import Level
from dispatch.intake.call_backs import level_of_call

DUE_S: Final[Mapping[Level, float]] = MappingProxyType({1: 60.0, 2: 60.0, 3: 1800.0, 4: 3600.0})
"""Seconds within which a unit should be going, or a call decided, by level; as alarmed: `undispatched`, `overdue`."""

RINGING_DUE_S: Final = 10.0
"""Seconds within which a call should be answered: as the alarm `call_unanswered`."""

SURGE_AT: Final[Mapping[str, float]] = MappingProxyType({"ringing": 10, "undecided": 20, "call_backs": 30})
"""A surge is proposed when so many wait (guess) …"""
SURGE_OVER: Final[Mapping[str, float]] = MappingProxyType({"ringing": 2, "undecided": 5, "call_backs": 10})
"""… and its end when no more than so many do (guess): between the two nothing is proposed."""


class WaitingCall(msgspec.Struct, frozen=True, kw_only=True):
    """It rings, or it is answered and nobody has decided. A level that is not known counts as orange."""

    call_id: str
    kind: Literal["ringing", "undecided"]
    level: Level
    level_known: bool
    since: datetime
    waited_s: float
    due_at: datetime
    overdue: bool


class WaitingIncident(msgspec.Struct, frozen=True, kw_only=True):
    """No unit is going or there."""

    incident_id: str
    number: str
    level: Level
    since: datetime
    waited_s: float
    due_at: datetime
    overdue: bool


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Of what there is more, or less, than the limit."""

    code: str
    value: float
    limit: float


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """To declare a surge (`on`) or to end it. A supervisor does either."""

    on: bool
    reasons: tuple[Reason, ...]


def rank(level: Level) -> int:
    """Red 1, orange 2, yellow and green 3."""
    return min(level, 3)


def waiting_calls(state: State, now: datetime) -> list[WaitingCall]:
    """Calls that ring or are not decided, in the order in which to take them."""
    found = [_waiting_call(state, call, now) for call in state.calls.values()]
    entries = [one for one in found if one is not None]
    return sorted(entries, key=lambda one: (rank(one.level), one.due_at, one.since, one.call_id))


def waiting_incidents(state: State, now: datetime) -> list[WaitingIncident]:
    """Incidents with no unit going or there, in the order in which to send."""
    entries = []
    for incident in state.incidents.values():
        if incident.status == "waiting":
            due_at = incident.answered_at + timedelta(seconds=DUE_S[incident.priority])
            entries.append(
                WaitingIncident(
                    incident_id=incident.id,
                    number=incident.number,
                    level=incident.priority,
                    since=incident.answered_at,
                    waited_s=round((now - incident.answered_at).total_seconds(), 1),
                    due_at=due_at,
                    overdue=due_at < now,
                )
            )
    return sorted(entries, key=lambda one: (rank(one.level), one.due_at, one.since, one.incident_id))


def count(state: State) -> dict[str, int]:
    """How many wait: ringing, undecided, to be called back, and incidents."""
    calls = state.calls.values()
    return {
        "ringing": sum(call.status == "ringing" for call in calls),
        "undecided": sum(call.status == "answered" for call in calls),
        "call_backs": sum(call.is_to_call_back for call in calls),
        "incidents": sum(incident.status == "waiting" for incident in state.incidents.values()),
    }


def suggest(state: State) -> Suggestion | None:
    """Whether to declare a surge or to end it, with what speaks for it."""
    counts = count(state)
    if state.surge.on:
        if any(counts[code] > limit for code, limit in SURGE_OVER.items()):
            return None
        return Suggestion(on=False, reasons=tuple(_reasons(counts, SURGE_OVER)))
    above = {code: limit for code, limit in SURGE_AT.items() if counts[code] >= limit}
    return Suggestion(on=True, reasons=tuple(_reasons(counts, above))) if above else None


def _reasons(counts: Mapping[str, int], limits: Mapping[str, float]) -> list[Reason]:
    return [Reason(code=code, value=counts[code], limit=limit) for code, limit in limits.items()]


def _waiting_call(state: State, call: Call, now: datetime) -> WaitingCall | None:
    is_ringing = call.status == "ringing"
    since = call.rang_at if is_ringing else call.undecided_since
    if since is None or call.status not in ("ringing", "answered"):
        return None
    level = level_of_call(state, call)
    due_at = since + timedelta(seconds=RINGING_DUE_S if is_ringing else DUE_S[level])
    return WaitingCall(
        call_id=call.id,
        kind="ringing" if is_ringing else "undecided",
        level=level,
        level_known=call.triage is not None,
        since=since,
        waited_s=round((now - since).total_seconds(), 1),
        due_at=due_at,
        overdue=due_at < now,
    )
