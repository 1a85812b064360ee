"""The next best units, and why each lost, in a dispatcher's few words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.assignment.eligible import SKILL_BITS, UNSTAFFED
from dispatch.assignment.offerable import GROUP_OF
from dispatch.assignment.phrases import BUSY_WITH, LEVEL_NAMES, clock, duration, join, percent
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Alternative, Reason, Text
from dispatch.assignment.response import straight_m
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Offer, State, Unit
from dispatch.positions.model import Position

ALTERNATIVES = 5
DOUBTFUL = 0.75
"""A station that accepts less often than this is mentioned (guess)."""

Worded = tuple[Reason, Text]


def list_alternatives(
    case: Case,
    plan: Plan,
    state: State,
    positions: Mapping[str, Position],
    settings: AssignmentSettings,
) -> tuple[Alternative, ...]:
    """
    Units that might be used, by arrival; if they are fewer than five, then the nearest of those that may not. None for
    an incident that needs nobody more.
    """
    if case.reach is None or not case.slots:
        return ()
    found: list[Alternative] = []
    usable = plan.fleet.serves_below > GROUP_OF[case.incident.priority]
    for column in np.argsort(case.reach.response_s, kind="stable").tolist():
        if not usable[column] or column in case.chosen or column in (case.parallel, case.first):
            continue
        if len(found) == ALTERNATIVES:
            return tuple(found)
        reason, text = _why_not(column, case, plan)
        unit = plan.fleet.units[column]
        found.append(
            Alternative(
                unit_id=unit.id,
                station_id=unit.station_id,
                eta_s=round(float(case.reach.response_s[column]), 1),
                reason=reason,
                text=join([text, *say_doubts(column, case, plan, settings)]),
            )
        )
    if len(found) == ALTERNATIVES:
        return tuple(found)
    known = {unit.id for unit, is_usable in zip(plan.fleet.units, usable, strict=True) if is_usable}
    return (*found, *_busy(case, known, state, positions)[: ALTERNATIVES - len(found)])


def say_doubts(column: int, case: Case, plan: Plan, settings: AssignmentSettings) -> list[Text]:
    """What makes an arrival time less sure."""
    found = []
    age_s = plan.fleet.fix_age_s[column]
    if age_s is not None and age_s > settings.stale_after_s:
        age = duration(age_s)
        found.append(Text(f"vị trí cũ {age.vi}", f"fix is {age.en} old"))
    if case.reach is not None and case.reach.estimated[column]:
        found.append(Text("ước lượng đường chim bay", "straight-line estimate"))
    unit = plan.fleet.units[column]
    if unit.status == "on_break":
        found.append(Text("kíp đang nghỉ", "its crew is on a break"))
    if unit.external:
        found.append(Text("xe ngoài 115, gọi điện thoại", "not of 115: by voice"))
    if plan.fleet.accepts[column] < DOUBTFUL:
        share = f"{100 * plan.fleet.accepts[column]:.0f}"
        found.append(Text(f"trạm chỉ nhận khoảng {share} %", f"its station accepts about {share}% of offers"))
    return found


def say_declined(offer: Offer) -> Worded:
    """How a station declined, and when."""
    at = clock(offer.answered_at or offer.expires_at)
    if offer.status == "refused":
        return "refused", Text(f"trạm đã từ chối {at}", f"station refused at {at}")
    return "silent", Text(f"trạm không trả lời {at}", f"station silent at {at}")


def _why_not(column: int, case: Case, plan: Plan) -> Worded:
    """The first reason that holds: what the unit cannot do, then its station's answer, then the comparison."""
    assert case.reach is not None
    fits = case.allowed[:, column]
    if not fits.any():
        return _unfit(column, case, plan)
    if offer := case.declined.get(plan.fleet.units[column].station_id):
        return say_declined(offer)
    if plan.fleet.units[column].id in case.incident.barred:
        return "refused", Text("điều phối viên đã rút kíp này khỏi ca", "a dispatcher took it back from this call")
    response_s = case.reach.response_s
    rivals = [chosen for chosen, fit in zip(case.chosen, fits.tolist(), strict=True) if fit and chosen is not None]
    slowest_s = float(response_s[rivals].max()) if rivals else np.inf
    slower_s = float(response_s[column]) - slowest_s
    if slower_s >= 0.5:
        by = duration(slower_s)
        return "slower", Text(f"chậm hơn {by.vi}", f"slower by {by.en}")
    if other := plan.case_of.get(column):
        return _needed(column, other)
    if slower_s > -0.5 and plan.fleet.is_free[column]:
        return "equal", Text("ngang nhau", "just as good")
    return _spared(column, rivals, case, plan)


def _spared(column: int, rivals: list[int], case: Case, plan: Plan) -> Worded:
    """A unit that would be there sooner, and what weighs more than that."""
    one, fleet = plan.fleet.offerable[column], plan.fleet
    if old := one.diverts_from:
        text = Text(f"đang đến ca {old.number}; không đáng chuyển", f"under way to {old.number}; not worth diverting")
        return "under_way", text
    if one.free_in_s is not None:
        free = duration(one.free_in_s)
        return "not_free_yet", Text(f"rảnh sau khoảng {free.vi} (ước đoán)", f"free in about {free.en} (guess)")
    if plan.covered is not None and (plan.covered.loss[column] > plan.covered.loss[rivals]).any():
        loss = percent(float(plan.covered.loss[column]))
        return "leaves_gap", Text(f"để trống vùng phủ {loss.vi}", f"would leave {loss.en} uncovered")
    if (fleet.burden_s[column] > fleet.burden_s[rivals]).any():
        return "had_more_runs", Text("trạm đã nhiều chuyến hơn hôm nay", "its station has had more runs today")
    if (fleet.ends_in_s[column] < fleet.ends_in_s[rivals]).any():
        return "shift_ends", Text("sẽ hết ca trực trước khi xong", "its shift would be over before the run")
    return "equal", Text("ngang nhau", "just as good")


def _unfit(column: int, case: Case, plan: Plan) -> Worded:
    missing = int(case.needed[0]) & ~int(plan.fleet.skills[column])
    if not missing:
        return "by_water", Text("chỉ đi đường thủy", "travels by water only")
    if missing & SKILL_BITS["convey"]:
        return "cannot_convey", Text("không chở được người bệnh", "cannot convey")
    return "lacks_skill", Text("không đủ chuyên môn", "lacks a skill that is needed")


def _needed(column: int, other: Case) -> Worded:
    level = LEVEL_NAMES[other.incident.priority]
    number = other.incident.number
    if column == other.parallel:
        return "needed", Text(f"trạm thứ hai cho ca {number} ({level.vi})", f"second station for {number} ({level.en})")
    return "needed", Text(f"cần cho ca {number} ({level.vi})", f"needed for {number} ({level.en})")


def _busy(case: Case, known: set[str], state: State, positions: Mapping[str, Position]) -> list[Alternative]:
    """Units on duty that may not be used, nearest by straight line first; off duty is not listed."""
    assert case.incident.place is not None
    units = [unit for unit in state.units.values() if unit.status not in UNSTAFFED and unit.id not in known]
    spots = [positions.get(unit.id) or state.stations[unit.station_id] for unit in units]
    here = (case.incident.place.lon, case.incident.place.lat)
    far_m = straight_m(np.array([(spot.lon, spot.lat) for spot in spots]).reshape(-1, 2), here).tolist()
    ranked = sorted(zip(far_m, units, strict=True), key=lambda pair: (pair[0], pair[1].id))
    return [_busy_one(unit, state) for _, unit in ranked[:ALTERNATIVES]]


def _busy_one(unit: Unit, state: State) -> Alternative:
    status = BUSY_WITH.get(unit.status, BUSY_WITH["offered"])
    incident = state.incidents.get(unit.incident_id or "")
    of = f", ca {incident.number}" if incident else ""
    of_en = f", {incident.number}" if incident else ""
    since = clock(unit.status_at)
    text = Text(f"{status.vi}{of} từ {since}", f"{status.en}{of_en} since {since}")
    return Alternative(unit_id=unit.id, station_id=unit.station_id, eta_s=None, reason="busy", text=text)
