"""Alarms. One that is cleared and acknowledged leaves the state."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_alarm_status
from dispatch.domain.state import Alarm, Incident, Leaving, State, Unit
from dispatch.errors import IllegalStep


@folds(ev.AlarmRaised)
def _alarm_raised(state: State, event: ev.AlarmRaised, recorded: Recorded) -> None:
    if event.alarm_id in state.alarms:
        raise IllegalStep("alarm", event.alarm_id, state.alarms[event.alarm_id].status, "raised again", [])
    state.alarms[event.alarm_id] = Alarm(
        id=event.alarm_id,
        kind=event.kind,
        about=event.about,
        status="raised",
        since=event.since,
        threshold_s=event.threshold_s,
        raised_at=recorded.at,
        incident_id=event.incident_id,
        value=event.value,
        version=_version(state, recorded),
    )


@folds(ev.AlarmEscalated)
def _alarm_escalated(state: State, event: ev.AlarmEscalated, recorded: Recorded) -> None:
    alarm = _step(state, event.alarm_id, "escalated", recorded)
    alarm.step, alarm.escalated_at = event.step, recorded.at


@folds(ev.AlarmAcknowledged)
def _alarm_acknowledged(state: State, event: ev.AlarmAcknowledged, recorded: Recorded) -> None:
    alarm = _step(state, event.alarm_id, "acknowledged", recorded)
    alarm.acknowledged_at, alarm.acknowledged_by = recorded.at, recorded.actor
    _let_go(state, alarm)


@folds(ev.AlarmCleared)
def _alarm_cleared(state: State, event: ev.AlarmCleared, recorded: Recorded) -> None:
    alarm = _step(state, event.alarm_id, "cleared", recorded)
    alarm.cleared_at = recorded.at
    if not _let_go(state, alarm):
        state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


@folds(ev.CrewSaidSafe)
def _crew_said_safe(state: State, event: ev.CrewSaidSafe, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    unit.safe_at, unit.version = recorded.at, recorded.version


def _step(state: State, alarm_id: str, step: str, recorded: Recorded) -> Alarm:
    alarm: Alarm = get(state.alarms, "alarm", alarm_id)
    alarm.status = next_alarm_status(alarm.id, alarm.status, step)
    alarm.version = _version(state, recorded)
    return alarm


def _version(state: State, recorded: Recorded) -> int:
    """An alarm has a stream of its own; one of an older log stands on its incident's, and counts there."""
    if not recorded.stream.startswith("incident:"):
        return recorded.version
    incident: Incident = get(state.incidents, "incident", recorded.stream.removeprefix("incident:"))
    incident.version = recorded.version
    return 0


def _let_go(state: State, alarm: Alarm) -> bool:
    is_over = alarm.cleared_at is not None and alarm.acknowledged_at is not None
    if is_over:
        del state.alarms[alarm.id]
    return is_over
