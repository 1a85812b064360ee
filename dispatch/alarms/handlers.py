"""Commands about alarms, and a crew's sign of life."""

from __future__ import annotations

from datetime import datetime

from dispatch.access.guard import require_own_station, require_own_unit
from dispatch.access.roles import Actor
from dispatch.assignment.runs import get_unit
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.errors import NotFound
from dispatch.parts import Parts


async def acknowledge(parts: Parts, command: Command, alarm_id: str, incident_id: str | None = None) -> Answer:
    """Somebody has seen it. Once more is no mistake: two people press the same key."""

    def decide(state: State, now: datetime) -> Decision:
        alarm = state.alarms.get(alarm_id)
        if alarm is None or (incident_id is not None and alarm.incident_id != incident_id):
            where = f" about incident {incident_id}" if incident_id else ""
            raise NotFound(
                "no open alarm {alarm}{where}; GET /api/v1/alarms lists those that are",
                code="alarm_over",
                alarm=alarm_id,
                where=where,
            )
        told: list[ev.Event] = []
        if alarm.acknowledged_at is None:
            told.append(ev.AlarmAcknowledged(alarm_id=alarm_id, incident_id=alarm.incident_id))
        return Decision(told, lambda after: {"alarm": after.alarms.get(alarm_id)})

    return await parts.desk.execute(command, decide)


async def say_safe(parts: Parts, actor: Actor, command: Command, unit_id: str, on_behalf_of: str | None) -> Answer:
    """A crew is well, by its own word or entered for it by the desk."""
    spoke = await parts.personal.code_or_token(unit_id, on_behalf_of)

    def decide(state: State, now: datetime) -> Decision:
        require_own_unit(actor, unit_id)
        unit = get_unit(state, unit_id)
        require_own_station(actor, unit.station_id)
        told: list[ev.Event] = [ev.CrewSaidSafe(unit_id=unit_id, incident_id=unit.incident_id, on_behalf_of=spoke)]
        return Decision(told, lambda after: {"unit": after.units[unit_id]})

    return await parts.desk.execute(command, decide)
