"""
What a new call from a number reopens: calls closed without content a moment ago, and incidents closed so. Pure.

Whose number it is stands in no event: the link is the number's HMAC in the personal store alone, and goes when that is
erased. How often the number has called is not known here (`score.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from dispatch.domain import events as ev
from dispatch.domain.state import State

REOPENS_WITHIN = timedelta(minutes=10)
"""A call from the same number reopens what was closed without content within this (docs/domain.md, guess)."""


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
