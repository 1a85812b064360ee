"""
Which unit goes to which incident. Pure: the desk and the simulator call the very same functions.

The objective, exactly. Levels are settled one after the other: red, then orange, then yellow and green together; each
takes from the units that graver ones left. A slot is one need of one incident that nobody covers and nobody is asked
for. Units are free (at a post or on the road), on a break (for red only), under way to an emergency of a lesser group,
or about to become free (`offerable`). A slot that gets one of the last waits for it: the action is to queue. Within a
level, over all its slots and all units with the skills:

1. As few slots as possible go without a unit. Those of red incidents, and of incidents that have waited
   `await_at_most_s`, are given none that is not free yet; so they never wait for a busy unit beside a free one.
2. As few as possible are asked of a station that already declined this incident, or of a unit that a person took back
   from it.
3. The sum over slots that get a unit of

       response + w · late + c · loss + burden + switch + overtime

   plus the sum over slots that get none of

       (1 + w) · (waited - target - f · n)

   is least, each rounded to 10 ms. In seconds: `response` = until the unit is free, with a margin, if it is not +
   answer to the offer + loss by refusal + turnout + travel; `waited` since the call was answered (at most a day), and
   none where n > 0;
   `late` is how much later than max(waited, target) the unit arrives after the answer; `loss` the coverage (0 to 1)
   that this unit alone takes away; `burden` is fairness to its station; `switch` is
   `switch_cost_s + (1 + w) · left_call_s` for a unit that is under way elsewhere; `overtime` is `overtime_s` for one
   whose shift would be over before the run; `n` the number of needs of the incident before this one. Weights:
   `AssignmentSettings`; for red w = c = burden = left_call_s = overtime = 0.
4. Then units of 115 before external ones, free before on a break before under way before not free yet, then the unit
   with the fewest skills to spare, then the smallest id (as a sum over slots).

Then the slots that had to do without such units, and got none, wait for those that are left, by the same goals.

A unit taken from a lesser incident opens its slot there, in this very decision: it is settled with that incident's
level. No two incidents can swap units so, since each is strictly graver than the one it takes from; and a unit that
was diverted is barred from where it came from.

Right after its level is settled and before any lesser one, in this order (`packages`): for red, a unit that lacks
skills where none with them is left; for `first_tier_levels`, a unit ahead of the main one; for red, the second station
of each incident. None of them takes a unit that a slot of the level has got, so no main unit of a red is starved by
them; lesser levels may be.

So a second already waited weighs as much as a late second on the road, and no call starves: it can lose a unit only to
a graver call, or to one of its level that was answered later by less than that unit's own response to it
+ (c · loss + burden + switch + overtime) / (1 + w); and from `await_at_most_s` on, it takes any free one that is left.
Who waits for a busy unit has not got it: once it is free, all compete for it by the same goals. Until then one that was
answered later may be told to wait for it in the place of one past `await_at_most_s`.

Weaknesses: ties in a graver level are not settled in favour of a lesser one; coverage lost by several units at once is
more than the sum of each alone; a chance of refusal counts as lost time on average, not as the risk that it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np

from dispatch.assignment.costs import goals, weigh
from dispatch.assignment.coverage import Coverage, Covered, estimate_busy_fraction, measure
from dispatch.assignment.eligible import RED, declined_offers, list_waiting, open_slots, skill_bits, wants_second
from dispatch.assignment.explain import explain
from dispatch.assignment.fleet import Flags, Fleet, gather_fleet
from dispatch.assignment.flow import match
from dispatch.assignment.offerable import GROUP_OF, LEVELS, list_offerable
from dispatch.assignment.packages import pick_parallels, send_first, send_lesser
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.response import Reach, find_reaches
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.travel import Floats, Travel
from dispatch.domain.state import Incident, State
from dispatch.positions.model import Position


def assign(
    state: State,
    positions: Mapping[str, Position],
    travel: Travel,
    now: datetime,
    settings: AssignmentSettings,
    coverage: Coverage | None = None,
) -> dict[str, Recommendation]:
    """A recommendation for each incident that asks for a unit, or loses one by this decision; gravest first."""
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
    asking = list_waiting(state)
    fleet = gather_fleet(list_offerable(state, now, settings, asking), state, positions, now, settings)
    covered = None
    if coverage is not None:
        busy = estimate_busy_fraction(state, settings)
        covered = measure(coverage, fleet, state.stations, settings.coverage_target_s, busy)
    desk = _Desk(state, fleet, covered, travel, now, settings)
    cases = {case.incident.id: case for case in desk.open_cases({incident.id: () for incident in asking})}
    case_of: dict[int, Case] = {}
    left_by: dict[str, set[str]] = {}
    for group, levels in enumerate(LEVELS):
        settled = sorted((one for one in cases.values() if GROUP_OF[one.incident.priority] == group), key=_rank)
        desk.settle(settled, levels, case_of)
        _note_left(settled, fleet, left_by)
        losing = {key: units for key, units in left_by.items() if GROUP_OF[state.incidents[key].priority] > group}
        cases |= {case.incident.id: case for case in desk.open_cases(losing)}
    ranked = sorted(cases.values(), key=_rank)
    return Plan(now, fleet, ranked, case_of, covered)


Slot = tuple[Case, int]
"""An incident and which of its open slots."""


class _Desk:
    """What stays the same throughout one decision."""

    def __init__(
        self,
        state: State,
        fleet: Fleet,
        covered: Covered | None,
        travel: Travel,
        now: datetime,
        settings: AssignmentSettings,
    ) -> None:
        self.state, self.fleet, self.covered = state, fleet, covered
        self.travel, self.now, self.settings = travel, now, settings
        self.soon = frozenset(np.flatnonzero(fleet.is_soon).tolist())
        self.stations: Floats = np.array([(one.lon, one.lat) for one in state.stations.values()]).reshape(-1, 2)

    def open_cases(self, left_by: Mapping[str, Collection[str]]) -> list[Case]:
        """These incidents, each once the units named with it have left it."""
        incidents = [self.state.incidents[key] for key in left_by]
        placed = [incident for incident in incidents if incident.place is not None]
        places = [incident.place for incident in placed if incident.place]
        reaches = find_reaches(self.fleet, places, self.travel, self.stations)
        reach_of = {incident.id: reach for incident, reach in zip(placed, reaches, strict=True)}
        return [self._open(one, sorted(left_by[one.id]), reach_of.get(one.id)) for one in incidents]

    def settle(self, group: Sequence[Case], levels: Sequence[int], case_of: dict[int, Case]) -> None:
        """Give the slots of a level their units, then what goes beside them."""
        weigh(group, self.fleet, self.covered, self.now, self.settings)
        slots = [(case, position) for case in group if case.reach for position in range(len(case.slots))]
        may_wait = np.array([not case.must_send for case, _ in slots], dtype=np.bool_)
        self._give(slots, may_wait[:, None] | ~self.fleet.is_soon, case_of)
        left = [(case, position) for case, position in slots if case.must_send and case.chosen[position] is None]
        self._give(left, self.fleet.is_soon[None, :], case_of)
        if RED in levels:
            send_lesser(group, self.fleet, case_of)
        ahead = [case for case in group if case.incident.priority in self.settings.first_tier_levels]
        send_first(ahead, self.fleet, case_of, self.settings)
        if RED in levels:
            pick_parallels(group, self.fleet, case_of)

    def _give(self, slots: Sequence[Slot], open_to: Flags, case_of: dict[int, Case]) -> None:
        """One flow over these slots and all units still unused that are open to them."""
        if not slots or not self.fleet.units:
            return
        allowed = np.array([case.allowed[position] for case, position in slots]) & open_to
        allowed[:, list(case_of)] = False
        if not allowed.any():
            return
        found = match(goals(slots, self.fleet, self.now, self.settings), allowed, self.settings.candidates)
        for (case, position), column in zip(slots, found, strict=True):
            case.chosen[position] = column
            if column is not None:
                case_of[column] = case

    def _open(self, incident: Incident, left_by: Sequence[str], reach: Reach | None) -> Case:
        """What may be offered to an incident; nothing while its place is pending. Boats only where no road leads."""
        slots = open_slots(incident, self.state.units, left_by)
        needed = np.array([skill_bits(incident.needs[slot].skills) for slot in slots], dtype=np.int64)
        allowed = ((needed[:, None] & ~self.fleet.skills) == 0) & self._may_serve(incident, reach)
        return Case(
            incident=incident,
            slots=slots,
            needed=needed,
            reach=reach,
            allowed=allowed,
            declined=declined_offers(incident),
            soon=self.soon,
            left_by=left_by,
            chosen=[None] * len(slots),
        )

    def _may_serve(self, incident: Incident, reach: Reach | None) -> Flags:
        """Columns that can get there, are not asked for it already, and may leave what they do for its level."""
        if reach is None:
            return np.zeros(len(self.fleet.units), dtype=np.bool_)
        found = self.fleet.serves_below > GROUP_OF[incident.priority]
        if reach.by_road:
            found &= self.fleet.has_road
        if wants_second(incident):
            asked = {offer.station_id for offer in incident.open_offers}
            found &= np.array([unit.station_id not in asked for unit in self.fleet.units], dtype=np.bool_)
        return found


def _note_left(settled: Sequence[Case], fleet: Fleet, left_by: dict[str, set[str]]) -> None:
    """Add which incidents lose which units to these cases."""
    for case in settled:
        for column in case.sent:
            one = fleet.offerable[column]
            if one.diverts_from is not None:
                left_by.setdefault(one.diverts_from.id, set()).add(one.unit.id)


def _rank(case: Case) -> tuple[int, datetime, str]:
    return case.incident.priority, case.incident.answered_at, case.incident.id
