"""
How often a number has called, what became of its calls, and a score. Information only. Pure.

Nothing that orders, answers, opens or closes may import this module: an import contract in `pyproject.toml` holds
that. No number is blocked, delayed or closed by a score (docs/domain.md, Safety).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.words import CallStatus, Outcome

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


def _share(calls: Sequence[Earlier], some: int) -> float:
    return some / len(calls) if calls else 0.0
