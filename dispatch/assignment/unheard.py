"""Calls that joined an incident too late for any crew to have heard of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dispatch.domain.clock import CLOCK_TOLERANCE
from dispatch.domain.state import Incident, State

HEARD_WITHIN = timedelta(seconds=60) + CLOCK_TOLERANCE
"""
So long before the time at which a crew says that it left must a call have joined for the crew to have heard of it.

60 s until the crew on the scene knows what the call says (guess), and what its device's clock may be ahead of ours.
"""


def unheard_calls(state: State, incident: Incident, ends_at: datetime) -> list[str]:
    """
    The calls that joined after the last crew had left the scene, or so short a while before that it cannot have known.

    `ends_at`: when the crew whose run ends now says that it does. The call that the incident was opened for is none of
    them. Assumes that no crew's clock is further ahead than CLOCK_TOLERANCE, as its reports are held to; where it is
    right, calls of up to three minutes before are decided again though the crew may have heard of them.
    """
    left_at = max(_left_at(incident, ends_at), default=ends_at)
    joined = [state.calls[call_id] for call_id in incident.call_ids if call_id in state.calls]
    late = [call for call in joined if call.joined_at is not None and call.joined_at > left_at - HEARD_WITHIN]
    return [call.id for call in late if call.id != incident.opened_for]


def _left_at(incident: Incident, ends_at: datetime) -> Iterator[datetime]:
    """When each crew that was there left the scene: by its own stamps, or else by the end of its run."""
    for run in incident.runs.values():
        if "on_scene_at" in run.stamps:
            yield run.stamps.get("left_scene_at") or run.stamps.get("at_hospital_at") or run.ended_at or ends_at
