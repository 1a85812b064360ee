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

    `with_content`: answered, and not closed as without content. `answer_s`: seconds of ringing that half, nine and
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
    with_content: int
    with_incident: int
    rang_not_told: int
    answer_s: dict[str, float | None]


class _Call(msgspec.Struct):
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    gave_up: bool = False
    reached: bool = False
    no_content: bool = False
    has_incident: bool = False

    @property
    def at(self) -> datetime | None:
        return self.answered_at or self.rang_at


def count_day(day: date, told: Iterable[Recorded]) -> Counts:
    """The counts of one duty day; `told` are the facts of calls, oldest first, of that day and around it."""
    calls: dict[str, _Call] = {}
    for recorded in told:
        if recorded.stream.startswith("call:"):
            _note(calls.setdefault(recorded.stream, _Call()), recorded.data)
    theirs = [call for call in calls.values() if call.at is not None and duty_day(call.at) == day]
    answered = [call for call in theirs if call.answered_at is not None]
    rings = [
        (call.answered_at - call.rang_at).total_seconds() for call in answered if call.answered_at and call.rang_at
    ]
    empty = sum(call.no_content for call in answered)
    return Counts(
        day=day,
        total=len(theirs),
        answered=len(answered),
        gave_up=sum(call.gave_up for call in theirs),
        still_ringing=sum(call.answered_at is None and not call.gave_up for call in theirs),
        reached_later=sum(call.reached for call in theirs),
        no_content=empty,
        with_content=len(answered) - empty,
        with_incident=sum(call.has_incident for call in theirs),
        rang_not_told=sum(call.rang_at is None for call in answered),
        answer_s={f"p{share}": _quantile(rings, share) for share in (50, 90, 95)},
    )


def _note(call: _Call, event: ev.Event) -> None:
    match event:
        case ev.CallRang(rang_at=at):
            call.rang_at = at
        case ev.CallPickedUp(answered_at=at):
            call.answered_at, call.gave_up = call.answered_at or at, False
        case ev.CallReceived(answered_at=at):
            call.answered_at = call.answered_at or (None if call.gave_up else at)
        case ev.CallAbandoned():
            call.gave_up = True
        case ev.CallBackTried(result="reached"):
            call.reached = call.gave_up
        case ev.CallClosed(outcome=outcome):
            call.no_content = outcome == "no_content"
        case ev.CallReopened():
            call.no_content = False
        case ev.CallJoined():
            call.has_incident = True
        case ev.CallUnjoined():
            call.has_incident = False
        case _:
            pass


def _quantile(values: Sequence[float], share: int) -> float | None:
    """The smallest value that so many of a hundred do not exceed."""
    if not values:
        return None
    return sorted(values)[max(-(-len(values) * share // 100) - 1, 0)]
