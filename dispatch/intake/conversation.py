"""A caller's written conversation with the desk: whether it goes on, and since when the caller waits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dispatch.domain.state import Call, CallMessage, State


def is_open(state: State, call_id: str) -> bool:
    """Whether there can be messages: the call is known and not closed, nor is the incident that it belongs to."""
    call = state.calls.get(call_id)
    if call is None or call.status == "closed":
        return False
    if call.incident_id is None:
        return True
    incident = state.incidents.get(call.incident_id)
    return incident is not None and incident.status != "closed"


def unanswered_since(call: Call) -> datetime | None:
    """When the caller wrote first since the desk last wrote; None: the desk has the last word."""
    since = None
    for message in reversed(call.messages):
        if message.by == "desk":
            break
        since = message.at
    return since


def after(messages: Sequence[CallMessage], token: str | None) -> Sequence[CallMessage]:
    """The messages after the one with this token; all when it is not among them."""
    places = [place for place, one in enumerate(messages) if one.token == token]
    return messages[places[0] + 1 :] if places else messages
