"""Why these units and why not the others, short, as a dispatcher speaks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.assignment.eligible import SKILL_BITS, skill_bits
from dispatch.assignment.phrases import BUSY_WITH, LEVEL_NAMES, clock, duration, join, percent
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Alternative, Candidate, Reason, Recommendation, Text
from dispatch.assignment.response import straight_m
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Offer, State, Unit
from dispatch.positions.model import Position

ALTERNATIVES = 5
Worded = tuple[Reason, Text]


def explain(
    case: Case,
    plan: Plan,
    state: State,
    positions: Mapping[str, Position],
    settings: AssignmentSettings,
) -> Recommendation:
    """One incident's part of the plan as a recommendation, with the five next best units and why each lost."""
    units = tuple(_candidate(column, case, plan) for column in case.sent)
    parallel = () if case.parallel is None else (_candidate(case.parallel, case, plan),)
    covered = plan.covered
    return Recommendation(
        incident_id=case.incident.id,
        action="send" if units else "queue",
        units=units,
        parallel=parallel,
        alternatives=_alternatives(case, plan, state, positions, settings),
        coverage_before=covered.share if covered else None,
        coverage_after=covered.without(case.sent) if covered else None,
        data_age_s=max((found.fix_age_s or 0.0 for found in units + parallel), default=0.0),
        based_on_seq=state.seq,
        at=plan.now,
        why=_why_sent(case, plan, settings) if units else _why_queued(case, plan),
    )


def _candidate(column: int, case: Case, plan: Plan) -> Candidate:
    assert case.reach is not None
    unit, age_s = plan.fleet.units[column], plan.fleet.fix_age_s[column]
    return Candidate(
        unit_id=unit.id,
        station_id=unit.station_id,
        eta_s=_tenths(case.reach.response_s[column]),
        travel_s=_tenths(case.reach.travel_s[column]),
        fix_age_s=None if age_s is None else _tenths(age_s),
        estimated=bool(case.reach.estimated[column]),
    )


def _tenths(seconds: float) -> float:
    """Seconds as they are shown: nobody times a unit more finely."""
    return round(float(seconds), 1)


# --- the chosen -----------------------------------------------------------------------------------------


def _why_sent(case: Case, plan: Plan, settings: AssignmentSettings) -> Text:
    assert case.reach is not None
    first = case.sent[0]
    eta = duration(case.reach.response_s[first])
    parts = [Text(f"đến trong {eta.vi}", f"arrives in {eta.en}"), _standing(case, plan)]
    if any(at is not None and not case.allowed[slot, at] for slot, at in enumerate(case.chosen)):
        parts[1] = Text("không đủ chuyên môn, nhưng không còn kíp nào đủ", "lacks a skill, but no free unit has it")
    if offer := case.declined.get(plan.fleet.units[first].station_id):
        parts.append(_declined(offer)[1])
        parts.append(Text("không còn trạm nào khác", "no other station left"))
    parts += _doubts(first, case, plan, settings)
    if missing := len(case.slots) - len(case.sent):
        parts.append(Text(f"còn thiếu {missing} kíp", f"{missing} more needed, none free"))
    return join(parts)


def _standing(case: Case, plan: Plan) -> Text:
    """Whether the first unit is the soonest, and if not, what the sooner ones are kept for."""
    assert case.reach is not None
    slot = case.chosen.index(case.sent[0])
    response_s = case.reach.response_s
    sooner = np.flatnonzero(case.allowed[slot] & (response_s < response_s[case.sent[0]])).tolist()
    others = [column for column in sooner if column not in case.sent and column != case.parallel]
    others = [column for column in others if plan.fleet.units[column].station_id not in case.declined]
    if not others:
        return Text("sớm nhất", "soonest")
    if all(column in plan.case_of for column in others):
        return Text("sớm nhất trong các kíp còn lại", "soonest of those not needed elsewhere")
    return Text("giữ vùng phủ tốt hơn kíp gần hơn", "keeps more covered than a nearer unit")


def _doubts(column: int, case: Case, plan: Plan, settings: AssignmentSettings) -> list[Text]:
    """What makes an arrival time less sure."""
    found = []
    age_s = plan.fleet.fix_age_s[column]
    if age_s is not None and age_s > settings.stale_after_s:
        age = duration(age_s)
        found.append(Text(f"vị trí cũ {age.vi}", f"fix is {age.en} old"))
    if case.reach is not None and case.reach.estimated[column]:
        found.append(Text("ước lượng đường chim bay", "straight-line estimate"))
    return found


def _why_queued(case: Case, plan: Plan) -> Text:
    if case.reach is None:
        return Text("chưa rõ địa điểm", "place not known yet")
    if not plan.fleet.units:
        return Text("không có kíp nào rảnh", "no unit is free")
    if not case.allowed.any():
        return Text("không có kíp rảnh nào phù hợp", "no free unit has what is needed")
    return Text("các kíp phù hợp đang dành cho ca khác", "every fitting unit is needed elsewhere")


# --- the others -----------------------------------------------------------------------------------------


def _alternatives(
    case: Case,
    plan: Plan,
    state: State,
    positions: Mapping[str, Position],
    settings: AssignmentSettings,
) -> tuple[Alternative, ...]:
    """Free units by arrival; if they are fewer than five, then the nearest of those that are busy."""
    if case.reach is None:
        return ()
    found: list[Alternative] = []
    for column in np.argsort(case.reach.response_s, kind="stable").tolist():
        if column in case.sent or column == case.parallel:
            continue
        if len(found) == ALTERNATIVES:
            return tuple(found)
        reason, text = _why_not(column, case, plan)
        unit = plan.fleet.units[column]
        found.append(
            Alternative(
                unit_id=unit.id,
                station_id=unit.station_id,
                eta_s=_tenths(case.reach.response_s[column]),
                reason=reason,
                text=join([text, *_doubts(column, case, plan, settings)]),
            )
        )
    return (*found, *_busy(case, plan, state, positions)[: ALTERNATIVES - len(found)])


def _why_not(column: int, case: Case, plan: Plan) -> Worded:
    """The first reason that holds: what the unit cannot do, then its station's answer, then the comparison."""
    assert case.reach is not None
    fits = case.allowed[:, column]
    if not fits.any():
        return _unfit(column, case, plan)
    if offer := case.declined.get(plan.fleet.units[column].station_id):
        return _declined(offer)
    response_s = case.reach.response_s
    rivals = [chosen for chosen, fit in zip(case.chosen, fits, strict=True) if fit and chosen is not None]
    slowest_s = max((float(response_s[rival]) for rival in rivals), default=np.inf)
    slower_s = float(response_s[column]) - slowest_s
    if slower_s >= 0.5:
        by = duration(slower_s)
        return "slower", Text(f"chậm hơn {by.vi}", f"slower by {by.en}")
    if other := plan.case_of.get(column):
        return _needed(column, other)
    if slower_s > -0.5 or plan.covered is None:
        return "equal", Text("ngang nhau", "just as good")
    loss = percent(float(plan.covered.loss[column]))
    return "leaves_gap", Text(f"để trống vùng phủ {loss.vi}", f"would leave {loss.en} uncovered")


def _unfit(column: int, case: Case, plan: Plan) -> Worded:
    missing = skill_bits(case.incident.needs[case.slots[0]].skills) & ~int(plan.fleet.skills[column])
    if not missing:
        return "by_water", Text("chỉ đi đường thủy", "travels by water only")
    if missing & SKILL_BITS["convey"]:
        return "cannot_convey", Text("không chở được người bệnh", "cannot convey")
    return "lacks_skill", Text("không đủ chuyên môn", "lacks a skill that is needed")


def _declined(offer: Offer) -> Worded:
    at = clock(offer.answered_at or offer.expires_at)
    if offer.status == "refused":
        return "refused", Text(f"trạm đã từ chối {at}", f"station refused at {at}")
    return "silent", Text(f"trạm không trả lời {at}", f"station silent at {at}")


def _needed(column: int, other: Case) -> Worded:
    level = LEVEL_NAMES[other.incident.priority]
    number = other.incident.number
    if column == other.parallel:
        return "needed", Text(f"trạm thứ hai cho ca {number} ({level.vi})", f"second station for {number} ({level.en})")
    return "needed", Text(f"cần cho ca {number} ({level.vi})", f"needed for {number} ({level.en})")


def _busy(case: Case, plan: Plan, state: State, positions: Mapping[str, Position]) -> list[Alternative]:
    """Units on duty that are not free, nearest by straight line first; off duty is not listed."""
    assert case.incident.place is not None
    units = [unit for unit in state.units.values() if unit.status != "off_duty" and unit.id not in plan.fleet.column]
    spots = [positions.get(unit.id) or state.stations[unit.station_id] for unit in units]
    here = (case.incident.place.lon, case.incident.place.lat)
    far_m = straight_m(np.array([(spot.lon, spot.lat) for spot in spots]).reshape(-1, 2), here).tolist()
    ranked = sorted(zip(far_m, units, strict=True), key=lambda pair: (pair[0], pair[1].id))
    return [_busy_one(unit, state) for _, unit in ranked]


def _busy_one(unit: Unit, state: State) -> Alternative:
    status = BUSY_WITH.get(unit.status, BUSY_WITH["offered"])
    incident = state.incidents.get(unit.incident_id or "")
    of = f", ca {incident.number}" if incident else ""
    of_en = f", {incident.number}" if incident else ""
    since = clock(unit.status_at)
    text = Text(f"{status.vi}{of} từ {since}", f"{status.en}{of_en} since {since}")
    return Alternative(unit_id=unit.id, station_id=unit.station_id, eta_s=None, reason="busy", text=text)
