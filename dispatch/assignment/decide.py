"""
Which unit goes to which waiting incident. Pure: the desk and the simulator call the very same functions.

The objective, exactly. Levels are settled one after the other: red, then orange, then yellow and green
together; each takes from the units that graver ones left. A slot is one need of one incident that nobody
covers yet. Within a level, over all its slots and all free units with the skills:

1. As many slots as possible get a unit.
2. As few as possible are asked of a station that already declined this incident.
3. The sum over slots that get a unit of

       response + w · late + c · loss

   plus the sum over slots that get none of

       (1 + w) · (waited - target - f · n)

   is least, each pair rounded to 10 ms. In seconds: `response` = answer to the offer + turnout + travel;
   `waited` since the call was answered (at most a day); `late` is how much later than max(waited, target) the
   unit arrives after the answer; `loss` the coverage (0 to 1) that this unit alone takes away; `n` the number
   of needs of the incident before this one. Weights: `AssignmentSettings`; for red w = c = 0.
4. Then the unit with the fewest skills to spare, then the smallest id (as a sum over slots).

So a second already waited weighs as much as a late second on the road, and no call starves: it can lose a
unit only to a call of its level that was answered later by less than that unit's own response to it.

Then, for red, a unit that lacks skills where no free one has them (`_send_lesser`), and the second station of each
incident (`_pick_parallels`).

Weaknesses: ties in a graver level are not settled in favour of a lesser one; coverage lost by several units at
once is more than the sum of each alone; a station's chance of refusing is not weighed yet; units about to
become free and units under way are not considered yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Coverage, Covered, measure
from dispatch.assignment.eligible import (
    SKILL_BITS,
    declined_offers,
    list_free,
    list_waiting,
    open_slots,
    skill_bits,
)
from dispatch.assignment.explain import explain
from dispatch.assignment.flow import match
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.response import Fleet, find_reach, gather_fleet
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.travel import Travel
from dispatch.domain.state import Incident, State
from dispatch.domain.words import Level
from dispatch.positions.model import Position

LEVELS: tuple[tuple[Level, ...], ...] = ((1,), (2,), (3, 4))
"""Settled in this order; waiting reorders only within a group."""

TICKS_PER_S = 100
LONGEST_WAIT_S = 86_400.0
SPARE_SKILLS = np.array([bits.bit_count() for bits in range(8)], dtype=np.int64)


def assign(
    state: State,
    positions: Mapping[str, Position],
    travel: Travel,
    now: datetime,
    settings: AssignmentSettings,
    coverage: Coverage | None = None,
) -> dict[str, Recommendation]:
    """A recommendation for each waiting incident without an open offer, gravest first."""
    plan = make_plan(state, positions, travel, now, settings, coverage)
    return {case.incident.id: explain(case, plan, state, positions, settings) for case in plan.cases}


def make_plan(
    state: State,
    positions: Mapping[str, Position],
    travel: Travel,
    now: datetime,
    settings: AssignmentSettings,
    coverage: Coverage | None = None,
) -> Plan:
    """The decision without its words: what a simulator needs of it."""
    fleet = gather_fleet(list_free(state), state, positions, now, settings)
    covered = None
    if coverage is not None:
        covered = measure(coverage, fleet, state.stations, settings.coverage_target_s, settings.busy_fraction)
    stations = np.array([(station.lon, station.lat) for station in state.stations.values()]).reshape(-1, 2)
    cases = [_open_case(incident, state, fleet, travel, stations) for incident in list_waiting(state)]
    case_of: dict[int, Case] = {}
    for levels in LEVELS:
        group = [case for case in cases if case.incident.priority in levels]
        _serve(group, fleet, covered, case_of, now, settings)
        if levels == (1,):
            _send_lesser(group, fleet, case_of)
            _pick_parallels(group, fleet, case_of)
    return Plan(now, fleet, cases, case_of, covered)


def _open_case(incident: Incident, state: State, fleet: Fleet, travel: Travel, stations: NDArray[np.float64]) -> Case:
    """What may be offered to an incident; nothing while its place is pending. Boats only where no road leads."""
    slots = open_slots(incident, state.units)
    reach = find_reach(fleet, incident.place, travel, stations) if incident.place else None
    needed = np.array([skill_bits(incident.needs[slot].skills) for slot in slots], dtype=np.int64)
    allowed = (needed[:, None] & ~fleet.skills[None, :]) == 0
    if reach is None:
        allowed[:] = False
    elif reach.by_road:
        allowed &= fleet.has_road
    asked = {offer.station_id for offer in incident.open_offers}
    if asked:
        allowed[:, [unit.station_id in asked for unit in fleet.units]] = False
    return Case(incident, slots, reach, allowed, declined_offers(incident), [None] * len(slots))


def _serve(
    group: Sequence[Case],
    fleet: Fleet,
    covered: Covered | None,
    case_of: dict[int, Case],
    now: datetime,
    settings: AssignmentSettings,
) -> None:
    """Settle one level: one flow over all slots of its cases and all units still unused."""
    slots = [(case, position) for case in group if case.reach for position in range(len(case.slots))]
    if not slots or not fleet.units:
        return
    allowed = np.array([case.allowed[position] for case, position in slots])
    allowed[:, list(case_of)] = False
    served = {id(case): _serving_ticks(case, covered, now, settings) for case, _ in slots}
    left = [_leaving_ticks(case, case.slots[position], now, settings) for case, position in slots]
    cost = np.array([served[id(case)] for case, _ in slots]) - np.array(left, dtype=np.int64)[:, None]
    declined = np.array([_has_declined(case, fleet) for case, _ in slots]).astype(np.int64)
    needed = [skill_bits(case.incident.needs[case.slots[position]].skills) for case, position in slots]
    spare = SPARE_SKILLS[fleet.skills & ~np.array(needed, dtype=np.int64)[:, None]]
    order = spare * len(fleet.units) + np.arange(len(fleet.units))
    for (case, position), column in zip(
        slots, match((declined, cost, order), allowed, settings.candidates), strict=True
    ):
        case.chosen[position] = column
        if column is not None:
            case_of[column] = case


def _serving_ticks(
    case: Case, covered: Covered | None, now: datetime, settings: AssignmentSettings
) -> NDArray[np.int64]:
    """What each column costs this incident: response + w · late + c · loss."""
    assert case.reach is not None
    level, response_s = case.incident.priority, case.reach.response_s
    overdue_s = waited_s(case.incident, now) - settings.target_s[level]
    cost_s = response_s
    if level != 1:
        late_s = np.maximum(0.0, response_s + min(overdue_s, 0.0))
        cost_s = response_s + settings.late_weight * late_s
        if covered is not None:
            cost_s = cost_s + settings.coverage_weight_s[level] * covered.loss
    return np.rint(cost_s * TICKS_PER_S).astype(np.int64)


def _leaving_ticks(case: Case, need: int, now: datetime, settings: AssignmentSettings) -> int:
    """What it costs to leave a slot without a unit: (1 + w) · (waited - target - f · n)."""
    level = case.incident.priority
    weight = 1.0 if level == 1 else 1.0 + settings.late_weight
    overdue_s = waited_s(case.incident, now) - settings.target_s[level] - settings.further_slot_s * need
    return round(weight * overdue_s * TICKS_PER_S)


def waited_s(incident: Incident, now: datetime) -> float:
    """Seconds since the call was answered, 0 to a day: clocks may jump, forgotten incidents stay."""
    return min(max((now - incident.answered_at).total_seconds(), 0.0), LONGEST_WAIT_S)


def _has_declined(case: Case, fleet: Fleet) -> NDArray[np.bool_]:
    return np.array([unit.station_id in case.declined for unit in fleet.units], dtype=np.bool_)


def _send_lesser(reds: Sequence[Case], fleet: Fleet, case_of: dict[int, Case]) -> None:
    """
    A red slot for which no free unit has the skills gets the unit that lacks least of them, conveying first, then the
    soonest: somebody who can do something beats nobody. Said in the recommendation's `why`.
    """
    for case in reds:
        if case.reach is None or case.incident.open_offers:
            continue
        for position, slot in enumerate(case.slots):
            if case.chosen[position] is not None or case.allowed[position].any():
                continue
            needed = skill_bits(case.incident.needs[slot].skills)
            missing = needed & ~fleet.skills
            unused = [
                column
                for column, unit in enumerate(fleet.units)
                if column not in case_of
                and unit.station_id not in case.declined
                and (fleet.has_road[column] or not case.reach.by_road)
            ]
            if unused:
                response_s = case.reach.response_s
                column = min(unused, key=lambda at: (_lack(int(missing[at])), response_s[at], at))
                case.chosen[position] = column
                case_of[column] = case


def _lack(missing: int) -> tuple[bool, int]:
    return bool(missing & SKILL_BITS["convey"]), missing.bit_count()


def _pick_parallels(reds: Sequence[Case], fleet: Fleet, case_of: dict[int, Case]) -> None:
    """
    The second station to be offered each red incident, longest waiting first, before lesser levels choose.

    The soonest unit of another station that fits the first unit's slot, is not used by a red incident and whose
    station has not declined. None when the first station may not refuse: it accepts at once, nothing is gained.
    Never one that may not refuse: its acceptance at once would call off the sooner unit.
    """
    for case in reds:
        first = next((position for position, column in enumerate(case.chosen) if column is not None), None)
        is_second = bool(case.incident.open_offers)
        if first is None or case.reach is None or is_second or not fleet.can_refuse[case.sent[0]]:
            continue
        asked = {fleet.units[column].station_id for column in case.sent} | set(case.declined)
        open_to = case.allowed[first] & fleet.can_refuse
        columns = [
            column
            for column in np.flatnonzero(open_to).tolist()
            if column not in case_of and fleet.units[column].station_id not in asked
        ]
        if columns:
            response_s = case.reach.response_s
            case.parallel = min(columns, key=lambda column: (response_s[column], column))
            case_of[case.parallel] = case
