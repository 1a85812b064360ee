"""What each goal of a decision says of each pair of slot and unit: see `decide` for the objective."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Covered
from dispatch.assignment.eligible import RED
from dispatch.assignment.fleet import Fleet
from dispatch.assignment.flow import Costs
from dispatch.assignment.plan import Case
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import after_arrival_s
from dispatch.assignment.travel import Floats
from dispatch.domain.state import Incident

TICKS_PER_S = 100
LONGEST_WAIT_S = 86_400.0


def waited_s(incident: Incident, now: datetime) -> float:
    """Seconds since the call was answered, 0 to a day: clocks may jump, forgotten incidents stay."""
    return min(max((now - incident.answered_at).total_seconds(), 0.0), LONGEST_WAIT_S)


def overdue_s(incident: Incident, now: datetime, settings: AssignmentSettings) -> float:
    """Seconds past the target, below zero while there is time."""
    return waited_s(incident, now) - settings.target_s[incident.priority]


def late_weight(incident: Incident, settings: AssignmentSettings) -> float:
    """What a late second adds to itself; nothing for red, whose every second counts alike."""
    return 0.0 if incident.priority == RED else settings.late_weight


def must_send(incident: Incident, now: datetime, settings: AssignmentSettings) -> bool:
    """Whether it is red or has waited so long that it no longer waits for a busy unit beside a free one."""
    return incident.priority == RED or waited_s(incident, now) >= settings.await_at_most_s[incident.priority]


def weigh(
    cases: Sequence[Case], fleet: Fleet, covered: Covered | None, now: datetime, settings: AssignmentSettings
) -> None:
    """Fill in what each column would cost each case; one without a place has none that could serve it."""
    placed = [case for case in cases if case.reach is not None]
    if not placed or not fleet.units:
        return
    response_s = np.array([case.reach.response_s for case in placed if case.reach])
    incidents = [case.incident for case in placed]
    slack_s = _column(min(overdue_s(incident, now, settings), 0.0) for incident in incidents)
    cost_s = response_s + _column(switch_s(one, settings) for one in incidents) * fleet.is_diverted
    cost_s += _column(late_weight(one, settings) for one in incidents) * np.maximum(0.0, response_s + slack_s)
    is_late = response_s + after_arrival_s(settings) > fleet.ends_in_s
    cost_s += _column(one.priority != RED for one in incidents) * (fleet.burden_s + is_late * settings.overtime_s)
    if covered is not None:
        cost_s += _column(coverage_weight_s(one, settings) for one in incidents) * covered.loss
    for case, row in zip(placed, np.rint(cost_s * TICKS_PER_S).astype(np.int64), strict=True):
        case.cost = row
        case.again = _asked_again(case, fleet)
        case.must_send = must_send(case.incident, now, settings)


def coverage_weight_s(incident: Incident, settings: AssignmentSettings) -> float:
    """What losing all coverage would weigh; nothing for red."""
    return 0.0 if incident.priority == RED else settings.coverage_weight_s[incident.priority]


def switch_s(incident: Incident, settings: AssignmentSettings) -> float:
    """What a unit under way elsewhere must save; the call that it leaves counts as late, and for red not at all."""
    left_s = 0.0 if incident.priority == RED else settings.left_call_s
    return settings.switch_cost_s + (1.0 + late_weight(incident, settings)) * left_s


def leaving_ticks(case: Case, need: int, now: datetime, settings: AssignmentSettings) -> int:
    """
    What it costs to leave a slot without a unit: (1 + w) · (waited - target - f · n).

    `waited` is nothing for a further need, n > 0: however old, it stands back behind a call that nobody goes to.
    """
    incident = case.incident
    weight = 1.0 + late_weight(incident, settings)
    waited = waited_s(incident, now) if need == 0 else 0.0
    urgent_s = waited - settings.target_s[incident.priority] - settings.further_slot_s * need
    return round(weight * urgent_s * TICKS_PER_S)


def goals(slots: Sequence[tuple[Case, int]], fleet: Fleet, now: datetime, settings: AssignmentSettings) -> list[Costs]:
    """The goals of `decide` for these slots, as `flow.match` takes them: gravest first, the last column for nobody."""
    left = np.array([leaving_ticks(case, case.slots[at], now, settings) for case, at in slots], dtype=np.int64)
    cost = np.array([case.cost for case, _ in slots])
    again = np.array([case.again for case, _ in slots], dtype=np.int64)
    needed = [case.needed[at] for case, at in slots]
    none = np.zeros_like(left)
    return [
        np.column_stack([np.zeros_like(cost), none + 1]),
        np.column_stack([again, none]),
        np.column_stack([cost, left]),
        np.column_stack([fleet.ties[needed], none]),
    ]


def _asked_again(case: Case, fleet: Fleet) -> NDArray[np.bool_]:
    """Whose station declined this incident, or whom a person took back from it."""
    barred = set(case.incident.barred)
    if not case.declined and not barred:
        return np.zeros(len(fleet.units), dtype=np.bool_)
    return np.array([unit.station_id in case.declined or unit.id in barred for unit in fleet.units], dtype=np.bool_)


def _column(values: Iterable[float]) -> Floats:
    return np.array(list(values), dtype=np.float64)[:, None]
