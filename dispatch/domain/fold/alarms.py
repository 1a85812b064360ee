"""Alarms."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Alarm, Incident, State


@folds(ev.AlarmRaised)
def _alarm_raised(state: State, event: ev.AlarmRaised, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    incident.alarms[event.alarm_id] = Alarm(id=event.alarm_id, kind=event.kind, raised_at=recorded.at)
    incident.version = recorded.version


@folds(ev.AlarmAcknowledged)
def _alarm_acknowledged(state: State, event: ev.AlarmAcknowledged, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    alarm: Alarm = get(incident.alarms, "alarm", event.alarm_id)
    alarm.acknowledged_at, alarm.acknowledged_by = recorded.at, recorded.actor
    incident.version = recorded.version
