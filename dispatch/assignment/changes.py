"""
What would change the answer: how much slower the chosen unit might get, and who goes if its station refuses.

Exact while what all others get is held. Weakness: a new decision may also move the others.
"""

from __future__ import annotations

import numpy as np

from dispatch.assignment.costs import TICKS_PER_S, late_weight, overdue_s
from dispatch.assignment.fleet import Flags
from dispatch.assignment.phrases import duration
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Change, Text
from dispatch.assignment.settings import AssignmentSettings

MOST_SLOTS = 3
"""More slots than this are not explained one by one (guess)."""

COST_BITS, TIE_BITS = 40, 16
"""Ticks of many days, and places among equals of many thousands of units, side by side in one number."""


def list_changes(case: Case, plan: Plan, settings: AssignmentSettings) -> tuple[Change, ...]:
    """For each of the first slots that a unit is sent to: by delay, then by refusal."""
    found: list[Change] = []
    filled = [(slot, column) for slot, column in enumerate(case.chosen) if column is not None]
    for slot, column in filled[:MOST_SLOTS]:
        if column in case.soon or not case.allowed[slot, column]:
            continue
        found += _by_delay(case, slot, column, plan, settings)
        found += _by_refusal(case, slot, column, plan)
    return tuple(found)


def _by_delay(case: Case, slot: int, column: int, plan: Plan, settings: AssignmentSettings) -> list[Change]:
    rival = _best(_others(case, slot, plan), case, slot, plan)
    if rival is None or case.again[rival] != case.again[column]:
        return []
    ties = plan.fleet.ties[case.needed[slot]]
    ticks = int(case.cost[rival] - case.cost[column]) + bool(ties[rival] > ties[column])
    margin_s = _delay_s(case, column, ticks / TICKS_PER_S, plan, settings)
    unit_id, other_id = plan.fleet.units[column].id, plan.fleet.units[rival].id
    by = duration(margin_s)
    text = Text(f"nếu {unit_id} chậm thêm {by.vi} thì chọn {other_id}", f"{other_id} if {unit_id} took {by.en} longer")
    return [Change(cause="delay", of_unit_id=unit_id, unit_id=other_id, margin_s=round(margin_s, 1), text=text)]


def _delay_s(case: Case, column: int, gap_s: float, plan: Plan, settings: AssignmentSettings) -> float:
    """The delay by which a column's cost rises by `gap_s`: each second counts once, and w times more once late."""
    assert case.reach is not None
    slack_s = max(0.0, -min(overdue_s(case.incident, plan.now, settings), 0.0) - float(case.reach.response_s[column]))
    if gap_s <= slack_s:
        return gap_s
    return slack_s + (gap_s - slack_s) / (1.0 + late_weight(case.incident, settings))


def _by_refusal(case: Case, slot: int, column: int, plan: Plan) -> list[Change]:
    unit = plan.fleet.units[column]
    if not plan.fleet.can_refuse[column]:
        return []
    elsewhere = plan.fleet.station != plan.fleet.station[column]
    following = _best(_others(case, slot, plan) & elsewhere, case, slot, plan)
    if following is None:
        return []
    assert case.reach is not None
    other_id, eta = plan.fleet.units[following].id, duration(float(case.reach.response_s[following]))
    text = Text(
        f"nếu trạm của {unit.id} từ chối thì chọn {other_id}, đến trong {eta.vi}",
        f"{other_id}, in {eta.en}, if the station of {unit.id} refuses",
    )
    return [Change(cause="refusal", of_unit_id=unit.id, unit_id=other_id, margin_s=None, text=text)]


def _others(case: Case, slot: int, plan: Plan) -> Flags:
    """Who could step in: nobody whom another slot uses, but the unit of the second station."""
    found: Flags = case.allowed[slot] & ~plan.is_used
    if case.must_send:
        found &= ~plan.fleet.is_soon
    if case.parallel is not None:
        found[case.parallel] = case.allowed[slot, case.parallel]
    return found


def _best(columns: Flags, case: Case, slot: int, plan: Plan) -> int | None:
    """The column that costs least by the goals of `decide`: asked again, then cost, then ties."""
    if not columns.any():
        return None
    cost = ((case.again.astype(np.int64) << COST_BITS) + case.cost << TIE_BITS) + plan.fleet.ties[case.needed[slot]]
    return int(np.where(columns, cost, np.iinfo(np.int64).max).argmin())
