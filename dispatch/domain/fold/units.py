"""Units."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import RUN_ENDING_REPORTS, STAMP_OF_REPORT, next_incident_status, next_unit_status
from dispatch.domain.state import State, Unit
from dispatch.domain.state.runs import StampTold
from dispatch.domain.words import UnitStatus

LEAVING_POST = frozenset({"returning", "off_duty", "out_of_service"})
"""Reports after which a unit belongs to its own post again."""


def _step_unit(state: State, unit_id: str, step: str, recorded: Recorded) -> Unit:
    unit: Unit = get(state.units, "unit", unit_id)
    status = next_unit_status(unit.id, unit.status, step)
    if status != unit.status:
        unit.status, unit.status_at = status, recorded.at
    unit.version = recorded.version
    return unit


@folds(ev.UnitOffered)
def _unit_offered(state: State, event: ev.UnitOffered, recorded: Recorded) -> None:
    before: UnitStatus = get(state.units, "unit", event.unit_id).status
    unit = _step_unit(state, event.unit_id, "offered", recorded)
    unit.before_offer = None if before == "available" else before
    unit.incident_id, unit.offer_id = event.incident_id, event.offer_id
    unit.asked_post_id = None


@folds(ev.UnitAssigned)
def _unit_assigned(state: State, event: ev.UnitAssigned, recorded: Recorded) -> None:
    unit = _step_unit(state, event.unit_id, "assigned", recorded)
    unit.incident_id, unit.offer_id, unit.hospital_id = event.incident_id, event.offer_id, None
    unit.post_id = unit.asked_post_id = unit.before_offer = None


@folds(ev.UnitReleased)
def _unit_released(state: State, event: ev.UnitReleased, recorded: Recorded) -> None:
    """Who was only asked goes on as before: on its break, on its way back, on its way to a post."""
    unit = _step_unit(state, event.unit_id, "released", recorded)
    if unit.before_offer is not None:
        unit.status, unit.before_offer = unit.before_offer, None
    unit.incident_id = unit.offer_id = unit.hospital_id = None


@folds(ev.UnitReported)
def _unit_reported(state: State, event: ev.UnitReported, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    incident = state.incidents.get(unit.incident_id or "")
    run = incident.runs.get(unit.offer_id or "") if incident else None
    if incident and event.report == "on_scene":
        next_incident_status(incident.id, incident.status, "unit_arrived")
    _step_unit(state, event.unit_id, event.report, recorded)
    unit.hospital_id = event.hospital_id or unit.hospital_id
    unit.out_of_service_reason = event.reason if event.report == "out_of_service" else None
    if incident and event.report == "on_scene":
        incident.status = next_incident_status(incident.id, incident.status, "unit_arrived")
    if run and event.report in STAMP_OF_REPORT:
        stamp = STAMP_OF_REPORT[event.report]
        if stamp not in run.stamps:
            run.stamps[stamp] = recorded.at
            run.told[stamp] = StampTold(recorded_at=recorded.recorded_at, source=event.source)
        run.hospital_id = event.hospital_id or run.hospital_id
    if event.report in LEAVING_POST:
        unit.post_id = unit.asked_post_id = None
    if event.report in RUN_ENDING_REPORTS:
        unit.incident_id = unit.offer_id = unit.hospital_id = None
