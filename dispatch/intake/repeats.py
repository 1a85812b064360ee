"""
Other calls from the same number: how many, what became of them, and a score. Information only. Pure.

Nothing that orders, answers, opens or closes reads any of this: no number is blocked, delayed or closed by a score
(docs/domain.md, Safety). Whose number it is stands in no event: the link is the number's HMAC in the personal store
alone, and goes when that is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.domain.words import CallStatus, Outcome

REOPENS_WITHIN = timedelta(minutes=10)
"""A call from the same number reopens what was closed without content within this (docs/domain.md, guess)."""

LOOKS_BACK = timedelta(days=30)
SHOWN = 20
"""Earlier calls that are listed, the newest."""

Part = Literal["last_hour", "last_day", "no_content_share", "abandoned_share"]

WEIGHTS: Mapping[Part, float] = {"last_hour": 30, "last_day": 20, "no_content_share": 40, "abandoned_share": 10}
"""Points of a hundred that each part gives at its most (guess)."""

FULL_AT: Mapping[Part, float] = {"last_hour": 10, "last_day": 50, "no_content_share": 1, "abandoned_share": 1}
"""At what value a part gives all its points (guess; one number called 251 times in a day in 2021)."""

FEW = 5
"""With fewer calls than this, shares weigh less: one blank call says nothing of a number (guess)."""


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """Another call from the number, as far as the log tells."""

    call_id: str
    at: datetime
    status: CallStatus
    outcome: Outcome | None = None
    incident_id: str | None = None


class ScorePart(msgspec.Struct, frozen=True, kw_only=True):
    part: Part
    value: float
    weight: float
    points: float


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How often the number has called in the last hour, day and 30 days, this call not counted; 0 to 100 points."""

    calls_1h: int
    calls_24h: int
    calls_30d: int
    score: float
    parts: tuple[ScorePart, ...]


def rate(calls: Sequence[Earlier], now: datetime) -> Rate:
    """The number's rate and score, from its other calls."""
    hour = sum(now - call.at <= timedelta(hours=1) for call in calls)
    day = sum(now - call.at <= timedelta(days=1) for call in calls)
    sure = min(len(calls) / FEW, 1.0)
    values: dict[Part, float] = {
        "last_hour": hour,
        "last_day": day,
        "no_content_share": _share(calls, sum(call.outcome == "no_content" for call in calls)) * sure,
        "abandoned_share": _share(calls, sum(call.status == "abandoned" for call in calls)) * sure,
    }
    parts = tuple(
        ScorePart(
            part=part,
            value=round(value, 3),
            weight=WEIGHTS[part],
            points=round(WEIGHTS[part] * min(value / FULL_AT[part], 1.0), 1),
        )
        for part, value in values.items()
    )
    score = round(sum(part.points for part in parts), 1)
    return Rate(calls_1h=hour, calls_24h=day, calls_30d=len(calls), score=score, parts=parts)


def earlier_call(call_id: str, at: datetime, events: Sequence[Recorded]) -> Earlier:
    """What became of a call by its own events, oldest first."""
    status: CallStatus = "ringing"
    outcome: Outcome | None = None
    incident_id: str | None = None
    for recorded in events:
        match recorded.data:
            case ev.CallAbandoned():
                status = "abandoned"
            case ev.CallPickedUp() | ev.CallReceived() | ev.CallReopened():
                status, outcome = "answered", None
            case ev.CallJoined(incident_id=joined):
                status, incident_id = "joined", joined
            case ev.CallUnjoined():
                status, incident_id = "answered", None
            case ev.CallClosed(outcome=closed):
                status, outcome = "closed", closed
            case _:
                pass
    return Earlier(call_id=call_id, at=at, status=status, outcome=outcome, incident_id=incident_id)


def reopened_by(state: State, earlier: Collection[str], now: datetime) -> list[ev.Event]:
    """
    What a new call from the number of these calls reopens: calls, and incidents of theirs, closed without content.

    The new call is not named: that two calls came from one number is for the personal store to know.
    """
    reopened: list[ev.Event] = []
    incidents = dict[str, None]()
    for call_id in earlier:
        call = state.calls.get(call_id)
        if call is None:
            continue
        if call.incident_id is not None:
            incidents[call.incident_id] = None
        elif call.status == "closed" and call.outcome == "no_content" and _is_recent(call.closed_at, now):
            reopened.append(ev.CallReopened(call_id=call_id, because="rang_again"))
    for incident_id in incidents:
        incident = state.incidents.get(incident_id)
        if incident and incident.outcome == "no_content" and _is_recent(incident.closed_at, now):
            reopened.append(ev.IncidentReopened(incident_id=incident_id))
    return reopened


def _is_recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= REOPENS_WITHIN


def _share(calls: Sequence[Earlier], some: int) -> float:
    return some / len(calls) if calls else 0.0
