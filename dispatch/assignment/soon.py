"""
When a busy unit will be free. Pure.

Expected: the usual time of its status less the time spent in it. Weakness: that knows neither the patient nor the
hospital, and the usual times are not this city's own yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dispatch.assignment.eligible import SKILL_BITS, unit_bits
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Incident, Run, State, Unit
from dispatch.domain.words import UnitStatus

STEPS: Final[tuple[UnitStatus, ...]] = ("offered", "dispatched", "en_route", "on_scene", "transporting", "at_hospital")
"""The statuses of a run, in order."""

CONVEYING: Final[frozenset[UnitStatus]] = frozenset({"on_scene", "transporting"})


def run_of(unit: Unit, state: State) -> Run | None:
    """The run that a unit is on."""
    incident = state.incidents.get(unit.incident_id or "")
    run = incident.runs.get(unit.offer_id or "") if incident else None
    return run if run is not None and run.is_active else None


def soon_free_s(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> float | None:
    """
    Seconds until a unit is free that will be so within `soon_s`, never below `soon_floor_s`; None for all others.

    At hospital, or at a scene from which another unit conveys. One that has outstayed its usual time by more than
    `soon_s` is not counted on: something holds it. Nor is one that stands by at an event.
    """
    run = run_of(unit, state)
    if run is None or run.kind == "standby_event":
        return None
    is_ending = unit.status == "at_hospital"
    if unit.status == "on_scene":
        is_ending = _another_conveys(unit, state.incidents[unit.incident_id or ""], state)
    usual_s, spent_s = _usual_and_spent_s(unit, state, now, settings)
    if not is_ending or abs(usual_s - spent_s) > settings.soon_s:
        return None
    return max(usual_s - spent_s, settings.soon_floor_s)


def expected_free_s(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> float:
    """Seconds until a busy unit is free, all steps of its run still to come included (guess); 0 for a free one."""
    if unit.status not in STEPS:
        return 0.0
    usual_s, spent_s = _usual_and_spent_s(unit, state, now, settings)
    later = STEPS[STEPS.index(unit.status) + 1 :]
    return max(usual_s - spent_s, settings.soon_floor_s) + sum(settings.usual_s.get(step, 0.0) for step in later)


def after_arrival_s(settings: AssignmentSettings) -> float:
    """Seconds from arrival at the scene until a unit is free again."""
    return sum(settings.usual_s.get(step, 0.0) for step in ("on_scene", "transporting", "at_hospital"))


def _another_conveys(unit: Unit, incident: Incident, state: State) -> bool:
    others = [state.units.get(run.unit_id) for run in incident.active_runs if run.unit_id != unit.id]
    return any(
        other is not None and other.status in CONVEYING and bool(unit_bits(other) & SKILL_BITS["convey"])
        for other in others
    )


def _usual_and_spent_s(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> tuple[float, float]:
    """How long a unit usually is in its status, and how long it has been so; from the handover on, since that."""
    usual_s, since = settings.usual_s.get(unit.status, 0.0), unit.status_at
    run = run_of(unit, state)
    if unit.status == "at_hospital" and run is not None and "handover_at" in run.stamps:
        usual_s, since = settings.after_handover_s, run.stamps["handover_at"]
    return usual_s, max(0.0, (now - since).total_seconds())
