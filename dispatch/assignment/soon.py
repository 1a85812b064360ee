"""
When a busy unit will be free. Pure.

What it does now lasts lognormally long, with the mean and the spread of the settings; so the longer it has lasted,
the less the mean alone tells. Weakness: that knows neither the patient nor the hospital, and the figures are not this
city's own yet.
"""

from __future__ import annotations

from datetime import datetime
from math import exp, log, sqrt
from typing import Final

from scipy.special import log_ndtr

from dispatch.assignment.eligible import SKILL_BITS, unit_bits
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Run, State, Unit
from dispatch.domain.words import UnitStatus

STEPS: Final[tuple[UnitStatus, ...]] = ("offered", "dispatched", "en_route", "on_scene", "transporting", "at_hospital")
"""The statuses of a run, in order."""

CONVEYING: Final[frozenset[UnitStatus]] = frozenset({"on_scene", "transporting"})

LEAST_SPREAD: Final = 1e-3
"""A smaller spread counts as none: its square would be lost beside 1."""


def run_of(unit: Unit, state: State) -> Run | None:
    """The run that a unit is on."""
    incident = state.incidents.get(unit.incident_id or "")
    run = incident.runs.get(unit.offer_id or "") if incident else None
    return run if run is not None and run.is_active else None


def still_lasts_s(mean_s: float, spread: float, spent_s: float) -> float:
    """
    Seconds that something still lasts on average which has lasted `spent_s` seconds already and usually lasts `mean_s`.

    Lognormal; `spread` is standard deviation / mean. With a spread of 0.5 that is never less than 0.44 of the mean,
    however much has passed: mean less spent would be far too soon. With none it is mean less spent.
    """
    if spread < LEAST_SPREAD or mean_s <= 0.0 or spent_s <= 0.0:
        return max(mean_s - spent_s, 0.0)
    variance = log(1.0 + spread**2)
    above = (log(mean_s / spent_s) - variance / 2) / sqrt(variance)
    return mean_s * exp(float(log_ndtr(above + sqrt(variance)) - log_ndtr(above))) - spent_s


def soon_free_s(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> float | None:
    """
    Seconds until a unit is free that will be so within `soon_s`, never below `soon_floor_s`; None for all others.

    At hospital, or at a scene from which another unit conveys. One that has outstayed its usual time by more than
    `soon_s` is not counted on: something holds it. Nor is one that stands by at an event.
    """
    if unit.status != "at_hospital" and not _conveyed_since(unit, state):
        return None
    run = run_of(unit, state)
    if run is None or run.kind == "standby_event":
        return None
    usual_s, spread, spent_s = _course(unit, state, now, settings)
    left_s = still_lasts_s(usual_s, spread, spent_s)
    if left_s > settings.soon_s or spent_s - usual_s > settings.soon_s:
        return None
    return max(left_s, settings.soon_floor_s)


def expected_free_s(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> float:
    """Seconds until a busy unit is free, all steps of its run still to come included (guess); 0 for a free one."""
    if unit.status not in STEPS:
        return 0.0
    left_s = still_lasts_s(*_course(unit, state, now, settings))
    later = () if _conveyed_since(unit, state) else STEPS[STEPS.index(unit.status) + 1 :]
    return max(left_s, settings.soon_floor_s) + sum(settings.usual_s.get(step, 0.0) for step in later)


def after_arrival_s(settings: AssignmentSettings) -> float:
    """Seconds from arrival at the scene until a unit is free again."""
    return sum(settings.usual_s.get(step, 0.0) for step in ("on_scene", "transporting", "at_hospital"))


def _conveyed_since(unit: Unit, state: State) -> datetime | None:
    """Since when a unit that conveys has been at the scene beside this one; None unless both are or were there."""
    incident = state.incidents.get(unit.incident_id or "")
    if unit.status != "on_scene" or incident is None:
        return None
    for run in incident.active_runs:
        other = state.units.get(run.unit_id)
        if other is None or other is unit or other.status not in CONVEYING:
            continue
        if unit_bits(other) & SKILL_BITS["convey"]:
            return run.stamps.get("on_scene_at", other.status_at)
    return None


def _course(unit: Unit, state: State, now: datetime, settings: AssignmentSettings) -> tuple[float, float, float]:
    """How long the last step of a unit's stay usually lasts, the spread of that, and how long it has lasted."""
    usual_s, since = settings.usual_s.get(unit.status, 0.0), unit.status_at
    spread = settings.usual_spread.get(unit.status, 0.0)
    run = run_of(unit, state)
    if unit.status == "at_hospital" and run is not None and "handover_at" in run.stamps:
        usual_s, spread = settings.after_handover_s, settings.after_handover_spread
        since = run.stamps["handover_at"]
    elif relieved_at := _conveyed_since(unit, state):
        usual_s, spread = settings.after_relay_s, settings.after_handover_spread
        since = max(since, relieved_at)
    return usual_s, spread, max(0.0, (now - since).total_seconds())
