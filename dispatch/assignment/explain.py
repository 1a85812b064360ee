"""Why these units, short, as a dispatcher speaks; why not the others: `alternatives`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.assignment.alternatives import list_alternatives, say_declined, say_doubts
from dispatch.assignment.changes import list_changes
from dispatch.assignment.eligible import skill_bits, unit_bits
from dispatch.assignment.offerable import GROUP_OF
from dispatch.assignment.phrases import LEVEL_NAMES, duration, join
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Candidate, Recommendation, Text
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import STEPS, expected_free_s
from dispatch.domain.state import Incident, State
from dispatch.domain.words import Tier
from dispatch.positions.model import Position


def explain(
    case: Case,
    plan: Plan,
    state: State,
    positions: Mapping[str, Position],
    settings: AssignmentSettings,
) -> Recommendation:
    """One incident's part of the plan as a recommendation, with the five next best units and why each lost."""
    units = tuple(_candidate(column, case, plan) for column in case.sent)
    if case.first is not None:
        units += (_candidate(case.first, case, plan, "first"),)
    parallel = () if case.parallel is None else (_candidate(case.parallel, case, plan),)
    awaited = tuple(_candidate(column, case, plan) for column in case.awaited)
    wait_s = None if units else _wait_s(case, awaited, plan, state, settings)
    leaving = [*case.sent, *(() if case.first is None else (case.first,))]
    covered = plan.covered
    return Recommendation(
        incident_id=case.incident.id,
        action="send" if units else "queue",
        units=units,
        parallel=parallel,
        alternatives=list_alternatives(case, plan, state, positions, settings),
        coverage_before=covered.share if covered else None,
        coverage_after=covered.without(leaving) if covered else None,
        data_age_s=max((found.fix_age_s or 0.0 for found in units + parallel), default=0.0),
        based_on_seq=state.seq,
        at=plan.now,
        why=_why_sent(case, plan, state, settings) if units else _why_queued(case, plan, wait_s),
        awaited=awaited,
        wait_s=wait_s,
        changes=list_changes(case, plan, settings),
    )


def _candidate(column: int, case: Case, plan: Plan, tier: Tier = "main") -> Candidate:
    assert case.reach is not None
    one, age_s = plan.fleet.offerable[column], plan.fleet.fix_age_s[column]
    return Candidate(
        unit_id=one.unit.id,
        station_id=one.unit.station_id,
        eta_s=_tenths(case.reach.response_s[column]),
        travel_s=_tenths(case.reach.travel_s[column]),
        fix_age_s=None if age_s is None else _tenths(age_s),
        estimated=bool(case.reach.estimated[column]),
        tier=tier,
        diverts_from=one.diverts_from.id if one.diverts_from else None,
        free_in_s=None if one.free_in_s is None else _tenths(one.free_in_s),
        p_accept=round(float(plan.fleet.accepts[column]), 3),
        answer_s=_tenths(plan.fleet.answer_s[column]),
    )


def _tenths(seconds: float) -> float:
    """Seconds as they are shown: nobody times a unit more finely."""
    return round(float(seconds), 1)


# --- the chosen -----------------------------------------------------------------------------------------


def _why_sent(case: Case, plan: Plan, state: State, settings: AssignmentSettings) -> Text:
    parts = _left_behind(case)
    parts += _why_main(case, plan, settings) if case.sent else []
    if case.first is not None:
        parts.append(_ahead(case, plan))
    parts += [_awaiting(column, plan) for column in case.awaited]
    if missing := sum(column is None for column in case.chosen):
        parts.append(Text(f"còn thiếu {missing} kíp", f"{missing} more needed, none free"))
    return join(parts)


def _why_main(case: Case, plan: Plan, settings: AssignmentSettings) -> list[Text]:
    assert case.reach is not None
    first = case.sent[0]
    eta = duration(case.reach.response_s[first])
    parts = [Text(f"đến trong {eta.vi}", f"arrives in {eta.en}"), _standing(case, plan)]
    if any(at is not None and not case.allowed[slot, at] for slot, at in enumerate(case.chosen)):
        parts[1] = Text("không đủ chuyên môn, nhưng không còn kíp nào đủ", "lacks a skill, but no free unit has it")
    if offer := case.declined.get(plan.fleet.units[first].station_id):
        parts.append(say_declined(offer)[1])
        parts.append(Text("không còn trạm nào khác", "no other station left"))
    parts += [_diverted(old) for column in case.sent if (old := plan.fleet.offerable[column].diverts_from)]
    return parts + say_doubts(first, case, plan, settings)


def _left_behind(case: Case) -> list[Text]:
    if not case.left_by:
        return []
    units = ", ".join(case.left_by)
    return [Text(f"thay {units} được đề nghị chuyển hướng", f"instead of {units}, advised to divert")]


def _diverted(old: Incident) -> Text:
    level = LEVEL_NAMES[old.priority]
    return Text(f"chuyển hướng từ ca {old.number} ({level.vi})", f"diverted from {old.number} ({level.en})")


def _ahead(case: Case, plan: Plan) -> Text:
    assert case.reach is not None
    assert case.first is not None
    unit_id, eta = plan.fleet.units[case.first].id, duration(float(case.reach.response_s[case.first]))
    return Text(f"{unit_id} đến trước trong {eta.vi}", f"{unit_id} goes ahead, arrives in {eta.en}")


def _awaiting(column: int, plan: Plan) -> Text:
    unit_id, free = plan.fleet.units[column].id, duration(plan.fleet.offerable[column].free_in_s or 0.0)
    return Text(
        f"chờ {unit_id} rảnh trong khoảng {free.vi} (ước đoán)", f"wait for {unit_id}, free in about {free.en} (guess)"
    )


def _standing(case: Case, plan: Plan) -> Text:
    """Whether the first unit is the soonest, and if not, what the sooner ones are kept for."""
    assert case.reach is not None
    fleet, chosen = plan.fleet, case.sent[0]
    response_s = case.reach.response_s
    sooner = case.allowed[case.chosen.index(chosen)] & (response_s < response_s[chosen]) & ~case.again
    others = [at for at in np.flatnonzero(sooner).tolist() if at not in case.sent and at != case.parallel]
    unused = [column for column in others if column not in plan.case_of]
    if not others:
        return Text("sớm nhất", "soonest")
    if not unused:
        return Text("sớm nhất trong các kíp còn lại", "soonest of those not needed elsewhere")
    if (fleet.is_diverted | fleet.is_soon)[unused].all():
        return Text("sớm nhất trong các kíp đang rảnh", "soonest of those that are free")
    loss = plan.covered.loss if plan.covered else np.zeros(len(fleet.units))
    if (loss[unused] > loss[chosen]).any():
        return Text("giữ vùng phủ tốt hơn kíp gần hơn", "keeps more covered than a nearer unit")
    if (fleet.burden_s[unused] > fleet.burden_s[chosen]).any():
        return Text("trạm ít chuyến hơn hôm nay", "its station has had fewer runs today")
    return Text("còn đủ giờ trong ca trực", "its shift lasts long enough")


# --- nobody yet -----------------------------------------------------------------------------------------


def _why_queued(case: Case, plan: Plan, wait_s: float | None) -> Text:
    if case.reach is None:
        return Text("chưa rõ địa điểm", "place not known yet")
    parts = _left_behind(case) + [_awaiting(column, plan) for column in case.awaited]
    if not case.slots:
        parts.append(Text("các kíp còn lại là đủ", "the other units are enough"))
    elif not case.awaited:
        parts.append(_why_nobody(case, plan))
        if wait_s is not None:
            wait = duration(wait_s)
            parts.append(Text(f"có kíp sau khoảng {wait.vi} (ước đoán)", f"a unit in about {wait.en} (guess)"))
    return join(parts)


def _why_nobody(case: Case, plan: Plan) -> Text:
    free = ~plan.fleet.is_diverted & ~plan.fleet.is_soon
    if not free.any():
        return Text("không có kíp nào rảnh", "no unit is free")
    if not (case.allowed & free).any():
        return Text("không có kíp rảnh nào phù hợp", "no free unit has what is needed")
    return Text("các kíp phù hợp đang dành cho ca khác", "every fitting unit is needed elsewhere")


def _wait_s(
    case: Case, awaited: tuple[Candidate, ...], plan: Plan, state: State, settings: AssignmentSettings
) -> float | None:
    """Until an awaited unit is free; else until a busy one that fits an open slot is, by the usual times."""
    if awaited:
        return min(one.free_in_s or 0.0 for one in awaited)
    if case.reach is None:
        return None
    wanted = [skill_bits(case.incident.needs[slot].skills) for slot in case.slots]
    found = [
        expected_free_s(unit, state, plan.now, settings)
        for unit in state.units.values()
        if unit.status in STEPS
        and any(not need & ~unit_bits(unit) for need in wanted)
        and (unit.kind in settings.profiles or not case.reach.by_road)
        and not _is_kept(unit.id, case, plan)
    ]
    return _tenths(min(found)) if found else None


def _is_kept(unit_id: str, case: Case, plan: Plan) -> bool:
    """Whether this decision uses the unit for another incident of the same level or a graver one."""
    column = plan.fleet.column.get(unit_id)
    other = plan.case_of.get(column) if column is not None else None
    return other is not None and GROUP_OF[other.incident.priority] <= GROUP_OF[case.incident.priority]
