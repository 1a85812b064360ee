"""Major incidents."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Incident, Major, State
from dispatch.errors import IllegalStep


@folds(ev.MajorDeclared)
def _major_declared(state: State, event: ev.MajorDeclared, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    if incident.status == "closed" or (incident.major is not None and incident.major.is_on):
        found = "closed" if incident.status == "closed" else "a major incident"
        raise IllegalStep("incident", incident.id, found, "declared a major incident", ["reopened, or stood down"])
    incident.major = Major(
        declared_at=recorded.at, declared_by=recorded.actor, expected=event.expected, reason=event.reason
    )
    incident.version = recorded.version


@folds(ev.MajorCommandTaken)
def _major_command_taken(state: State, event: ev.MajorCommandTaken, recorded: Recorded) -> None:
    incident, major = _major(state, event.incident_id)
    get(state.units, "unit", event.unit_id)
    major.commander_id, incident.version = event.unit_id, recorded.version


@folds(ev.MajorStagingSet)
def _major_staging_set(state: State, event: ev.MajorStagingSet, recorded: Recorded) -> None:
    incident, major = _major(state, event.incident_id)
    major.staging, incident.version = event.place, recorded.version


@folds(ev.MajorCounted)
def _major_counted(state: State, event: ev.MajorCounted, recorded: Recorded) -> None:
    incident, major = _major(state, event.incident_id)
    major.counts, major.counted_at, incident.version = dict(event.counts), recorded.at, recorded.version


@folds(ev.MajorQuotaSet)
def _major_quota_set(state: State, event: ev.MajorQuotaSet, recorded: Recorded) -> None:
    incident, major = _major(state, event.incident_id)
    get(state.hospitals, "hospital", event.hospital_id)
    quotas = {key: quota for key, quota in major.quotas.items() if key != event.hospital_id}
    major.quotas = {**quotas, event.hospital_id: dict(event.quota)} if event.quota else quotas
    incident.version = recorded.version


@folds(ev.MajorStoodDown)
def _major_stood_down(state: State, event: ev.MajorStoodDown, recorded: Recorded) -> None:
    incident, major = _major(state, event.incident_id)
    major.stood_down_at, major.stood_down_by = recorded.at, recorded.actor
    incident.version = recorded.version


@folds(ev.SceneSafetyTold)
def _scene_safety_told(state: State, event: ev.SceneSafetyTold, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    incident.scene_unsafe, incident.version = event.unsafe, recorded.version


def _major(state: State, incident_id: str) -> tuple[Incident, Major]:
    incident: Incident = get(state.incidents, "incident", incident_id)
    if incident.major is None or not incident.major.is_on:
        raise IllegalStep("incident", incident.id, "no major incident", "commanded as one", ["declared"])
    return incident, incident.major
