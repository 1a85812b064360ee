"""
What goes beside the units that the flow has chosen, settled right after their level: somebody for red at any rate, a
unit ahead of the main one, and the second station. Nobody whom the flow has used is taken from it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.assignment.eligible import SKILL_BITS, TREATING
from dispatch.assignment.fleet import Flags, Fleet
from dispatch.assignment.flow import match
from dispatch.assignment.offerable import GROUP_OF
from dispatch.assignment.plan import Case
from dispatch.assignment.settings import AssignmentSettings

CaseOf = dict[int, Case]
TICKS_PER_S = 100


def send_lesser(reds: Sequence[Case], fleet: Fleet, case_of: CaseOf) -> None:
    """
    A red slot for which no unit is left that has the skills gets the free one that lacks least of them, conveying
    first, then the soonest: somebody who can do something beats nobody. Said in the recommendation's `why`. Not where
    somebody is on the way already.
    """
    for case in reds:
        if case.reach is None or case.incident.open_offers or case.incident.active_runs:
            continue
        for position, chosen in enumerate(case.chosen):
            unused = np.flatnonzero(_unused(case, fleet, case_of)).tolist()
            if chosen is not None or not unused:
                continue
            missing, response_s = case.needed[position] & ~fleet.skills, case.reach.response_s
            column = min(unused, key=lambda at: (_lack(int(missing[at])), response_s[at], at))
            case.chosen[position] = column
            case_of[column] = case


def send_first(cases: Sequence[Case], fleet: Fleet, case_of: CaseOf, settings: AssignmentSettings) -> None:
    """
    A unit that treats but cannot cover the need, ahead of the main unit, if it arrives `first_tier_gain_s` sooner.

    Ahead of a main unit that is only awaited it goes whatever it gains. As many incidents as possible get one, then
    the sum of responses is least, then the smallest ids. None for an incident that a unit is under way to already.
    """
    asking = [case for case in cases if case.reach is not None and _wants_first(case)]
    if not asking or not fleet.units:
        return
    response_s = np.array([case.reach.response_s for case in asking if case.reach])
    latest_s = np.array([_latest_s(case, settings) for case in asking])[:, None]
    allowed = np.array([_may_go_first(case, fleet, case_of) for case in asking]) & (response_s <= latest_s)
    nobody = np.zeros(len(asking), dtype=np.int64)
    soonest = np.rint(response_s * TICKS_PER_S).astype(np.int64)
    goals = [
        np.column_stack([np.zeros_like(soonest), nobody + 1]),
        np.column_stack([soonest, nobody]),
        np.column_stack([np.broadcast_to(np.arange(len(fleet.units)), soonest.shape), nobody]),
    ]
    for case, column in zip(asking, match(goals, allowed, settings.candidates), strict=True):
        case.first = column
        if column is not None:
            case_of[column] = case


def pick_parallels(reds: Sequence[Case], fleet: Fleet, case_of: CaseOf) -> None:
    """
    The second station to be offered each red incident, longest waiting first, before lesser levels choose.

    The soonest free unit of another station that fits the first unit's slot, is not used by a red incident and whose
    station has not declined. None when the first station may not refuse: it accepts at once, nothing is gained.
    Never one that may not refuse: its acceptance at once would call off the sooner unit.
    """
    for case in reds:
        if case.reach is None or not case.sent or case.incident.open_offers or not fleet.can_refuse[case.sent[0]]:
            continue
        slot = case.chosen.index(case.sent[0])
        asked = {fleet.units[column].station_id for column in case.sent}
        open_to = case.allowed[slot] & fleet.can_refuse & _unused(case, fleet, case_of)
        columns = [at for at in np.flatnonzero(open_to).tolist() if fleet.units[at].station_id not in asked]
        if columns:
            response_s = case.reach.response_s
            case.parallel = min(columns, key=lambda column: (response_s[column], column))
            case_of[case.parallel] = case


def _unused(case: Case, fleet: Fleet, case_of: CaseOf) -> Flags:
    """Columns free for it that can get there, have not declined and are used by nobody."""
    assert case.reach is not None
    found: Flags = ~fleet.is_diverted & ~fleet.is_soon & ~case.again
    found &= fleet.serves_below > GROUP_OF[case.incident.priority]
    if case.reach.by_road:
        found &= fleet.has_road
    found[list(case_of)] = False
    return found


def _may_go_first(case: Case, fleet: Fleet, case_of: CaseOf) -> Flags:
    treats = (fleet.skills & TREATING) != 0
    found: Flags = _unused(case, fleet, case_of) & treats & ~case.allowed.any(axis=0)
    return found


def _latest_s(case: Case, settings: AssignmentSettings) -> float:
    """The last moment at which a unit ahead of the main one is worth it."""
    assert case.reach is not None
    arrivals_s = [float(case.reach.response_s[column]) for column in case.sent]
    return min(arrivals_s, default=np.inf) - settings.first_tier_gain_s


def _wants_first(case: Case) -> bool:
    """Somebody is chosen for it, and nobody was before."""
    is_new = not case.incident.open_offers and not case.incident.active_runs
    return is_new and any(column is not None for column in case.chosen)


def _lack(missing: int) -> tuple[bool, int]:
    return bool(missing & SKILL_BITS["convey"]), missing.bit_count()
