"""
The calls of a duty day, counted from their facts: how many came, were answered, gave up, had content. Pure.

The centre's CS2 is answered / total and CS3 with content / answered, as we read them (docs/domain.md). A call belongs
to the duty day of its answer, one that nobody answered to that of its ringing. Missing stamps are counted, never
imputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.clock import duty_day
from dispatch.domain.events import Recorded


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """
    `answered`: while they rang. `reached_later`: gave up, then reached by a call-back; they count as given up too.

    `with_content`: answered, and neither the call nor its incident was closed as without content; of `no_content`,
    `no_content_incidents` had an incident. `answer_s`: seconds of ringing that half, nine and
    nineteen of ten answered calls had at most; None without any. `rang_not_told`: answered, and nobody told since when
    they rang.
    """

    day: date
    total: int
    answered: int
    gave_up: int
    still_ringing: int
    reached_later: int
    no_content: int
    no_content_incidents: int
    with_content: int
    with_incident: int
    rang_not_told: int
    answer_s: dict[str, float | None]


class _Call(msgspec.Struct):
    """`is_nobody`: only its end was told, and that named nobody: perhaps it was no call to 115 at all."""

    rang_at: datetime | None = None
    answered_at: datetime | None = None
    gave_up: bool = False
    reached: bool = False
    no_content: bool = False
    incident_id: str | None = None
    is_named: bool = False
    is_nobody: bool = False

    @property
    def at(self) -> datetime | None:
        return self.answered_at or self.rang_at


def count_day(day: date, told: Iterable[Recorded]) -> Counts:
    """
    The counts of one duty day; `told` are the facts of calls, and of closed incidents, oldest first, of that day and
    around it.
    """
    calls: dict[str, _Call] = {}
    empty_incidents: set[str] = set()
    for recorded in told:
        if recorded.stream.startswith("call:"):
            _note(calls.setdefault(recorded.stream, _Call()), recorded.data)
        else:
            _note_incident(empty_incidents, recorded.data)
    theirs = [
        call for call in calls.values() if call.at is not None and not call.is_nobody and duty_day(call.at) == day
    ]
    answered = [call for call in theirs if call.answered_at is not None]
    rings = [
        (call.answered_at - call.rang_at).total_seconds() for call in answered if call.answered_at and call.rang_at
    ]
    empty_alone = sum(call.no_content for call in answered)
    empty_joined = sum(call.incident_id in empty_incidents for call in answered if not call.no_content)
    return Counts(
        day=day,
        total=len(theirs),
        answered=len(answered),
        gave_up=sum(call.gave_up for call in theirs),
        still_ringing=sum(call.answered_at is None and not call.gave_up for call in theirs),
        reached_later=sum(call.reached for call in theirs),
        no_content=empty_alone + empty_joined,
        no_content_incidents=empty_joined,
        with_content=len(answered) - empty_alone - empty_joined,
        with_incident=sum(call.incident_id is not None for call in theirs),
        rang_not_told=sum(call.rang_at is None for call in answered),
        answer_s={f"p{share}": _quantile(rings, share) for share in (50, 90, 95)},
    )


def _note(call: _Call, event: ev.Event) -> None:
    match event:
        case ev.CallRang(rang_at=at, caller_token=token):
            call.rang_at, call.is_named = at, token is not None
        case ev.CallPickedUp(answered_at=at):
            call.answered_at, call.gave_up, call.is_nobody = call.answered_at or at, False, False
        case ev.CallReceived(answered_at=at):
            call.answered_at = call.answered_at or (None if call.gave_up else at)
        case ev.CallTimed(rang_at=rang_at, answered_at=answered_at):
            call.rang_at, call.answered_at = rang_at or call.rang_at, answered_at or call.answered_at
        case ev.CallAbandoned(due_at=due_at):
            call.gave_up, call.is_nobody = True, due_at is None and not call.is_named
        case ev.CallBackAsked():
            call.is_nobody = False
        case ev.CallBackTried(result="reached"):
            call.reached = call.gave_up
        case ev.CallClosed(outcome=outcome):
            call.no_content = outcome == "no_content"
        case ev.CallReopened():
            call.no_content = False
        case ev.CallJoined(incident_id=incident_id):
            call.incident_id = incident_id
        case ev.CallUnjoined():
            call.incident_id = None
        case _:
            pass


def _note_incident(empty: set[str], event: ev.Event) -> None:
    match event:
        case ev.IncidentClosed(incident_id=incident_id, outcome="no_content"):
            empty.add(incident_id)
        case ev.IncidentClosed(incident_id=incident_id) | ev.IncidentReopened(incident_id=incident_id):
            empty.discard(incident_id)
        case _:
            pass


def _quantile(values: Sequence[float], share: int) -> float | None:
    """The smallest value that so many of a hundred do not exceed."""
    if not values:
        return None
    return sorted(values)[max(-(-len(values) * share // 100) - 1, 0)]
