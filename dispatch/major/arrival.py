"""The first crew on the scene of a major incident commands it."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.state import Incident


def take_command(incident: Incident, unit_id: str) -> list[ev.Event]:
    """What the arrival of a unit means for the command: nothing, once somebody has it."""
    if incident.major is None or not incident.major.is_on or incident.major.commander_id is not None:
        return []
    return [ev.MajorCommandTaken(incident_id=incident.id, unit_id=unit_id)]
