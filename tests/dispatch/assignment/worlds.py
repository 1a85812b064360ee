"""Random small worlds, and the objective written out again, plainly, to search it by brute force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
from hypothesis import strategies as st

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import make_plan
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import still_lasts_s
from dispatch.assignment.stations import chance_of_accepting, usual_answer_s
from dispatch.domain.clock import duty_day
from dispatch.domain.events import Need
from dispatch.domain.state import DutyDay, Incident, Run, State, Station, Unit
from dispatch.domain.words import Level, Skill
from dispatch.positions.model import Position
from tests.factories import (
    LAT,
    LON,
    NOW,
    FakeTravel,
    make_incident,
    make_offer,
    make_position,
    make_state,
    make_station,
    make_unit,
)

SETTINGS = AssignmentSettings()
TRAVEL = FakeTravel()
STATIONS = ("S1", "S2", "S3")
NEEDS: tuple[tuple[Skill, ...], ...] = (("convey",), ("doctor",), ("doctor", "convey"), ())
ROUNDING_S = 0.01


@dataclass(frozen=True)
class World:
    state: State
    positions: dict[str, Position]
    coverage: Coverage | None

    def plan(self) -> Plan:
        return make_plan(self.state, self.positions, TRAVEL, NOW, SETTINGS, self.coverage)


degrees = st.integers(-30, 30).map(lambda steps: steps * 0.01)
"""Up to 300 s away from the middle on each axis, on a grid, so that ties are common."""

levels: st.SearchStrategy[Level] = st.sampled_from((1, 2, 3, 3, 4))
SKILLS: tuple[tuple[Skill, ...] | None, ...] = (("doctor", "nurse", "convey"), ("convey",), ("nurse", "convey"), None)
crews = st.sampled_from(SKILLS)
needs = st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2).map(lambda all_: tuple(map(Need, all_)))


@st.composite
def stations(draw: st.DrawFn, key: str) -> Station:
    """Some that refuse often, answer slowly, or have had many runs today."""
    station = make_station(key, lon=LON + draw(degrees), lat=LAT + draw(degrees), can_refuse=draw(st.booleans()))
    station.accepted, station.refused = draw(st.sampled_from(((0, 0), (5, 30), (20, 1))))
    station.answers = station.accepted + station.refused
    station.answer_s = station.answers * draw(st.sampled_from((5.0, 40.0)))
    if runs := draw(st.sampled_from((0, 0, 3, 12))):
        station.accepted += runs
        station.today = DutyDay(day=duty_day(NOW), accepted=runs)
    return station


@st.composite
def incidents(draw: st.DrawFn, number: int) -> Incident:
    declined = draw(st.sets(st.sampled_from(STATIONS), max_size=2))
    incident = make_incident(
        f"I{number}",
        priority=draw(levels),
        lon=LON + draw(degrees),
        lat=LAT + draw(degrees),
        waited_s=draw(st.integers(0, 27)) * 100,
        needs=draw(needs),
        offers=[make_offer(f"O-{key}", station_id=key, status="refused") for key in sorted(declined)],
    )
    incident.barred = draw(st.sampled_from(([], [], ["U0"], ["U1", "U2"])))
    return incident


@st.composite
def busy(draw: st.DrawFn, unit: Unit) -> Incident:
    """
    What a unit is under way to, or has been at: it may ask for more units, and is not red more often than red. At
    hospital it has handed over.
    """
    unit.status = draw(st.sampled_from(("dispatched", "en_route", "at_hospital", "on_scene")))
    unit.status_at = NOW - timedelta(seconds=draw(st.integers(-2, 11)) * 100)
    unit.incident_id, unit.offer_id = f"G-{unit.id}", f"R-{unit.id}"
    incident = make_incident(
        f"G-{unit.id}",
        priority=draw(levels),
        lon=LON + draw(degrees),
        waited_s=draw(st.integers(0, 20)) * 100,
        needs=draw(needs),
        status="assigned" if unit.status in ("dispatched", "en_route") else "attended",
    )
    run = incident.runs["R-" + unit.id] = Run(offer_id="R-" + unit.id, unit_id=unit.id, station_id=unit.station_id)
    if unit.status == "at_hospital":
        run.stamps["handover_at"] = unit.status_at
    return incident


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    zones = np.array([[LON, LAT, draw(st.integers(1, 9))] for _ in range(4)], dtype=np.float64)
    times = [[draw(st.sampled_from((300.0, 1200.0))) for _ in zones] for _ in STATIONS]
    return Coverage(zones, np.array(times), STATIONS)


@st.composite
def worlds(draw: st.DrawFn, with_coverage: bool = True) -> World:
    """Up to four incidents and six units: free, under way, about to become free, or unfit."""
    units = [
        make_unit(
            f"U{number}",
            station_id=draw(st.sampled_from(STATIONS)),
            kind=draw(st.sampled_from(("van", "van", "motorbike"))),
            skills=draw(crews),
            status=draw(st.sampled_from(("available", "available", "returning", "on_break", "off_duty"))),
        )
        for number in range(draw(st.sampled_from((0, 1, 2, 3, 4, 6))))
    ]
    going = [draw(busy(unit)) for unit in units if draw(st.integers(0, 2)) == 0]
    waiting = [draw(incidents(number)) for number in range(draw(st.integers(1, 4)))]
    positions = {
        unit.id: make_position(LON + draw(degrees), LAT + draw(degrees), age_s=draw(st.integers(0, 500)))
        for unit in units
        if unit.status not in ("available", "on_scene", "on_break")
    }
    for unit in units:
        unit.external = draw(st.sampled_from((False, False, False, True)))
        shift_s = draw(st.sampled_from((None, None, -600, 4500, 5400)))
        unit.shift_until = None if shift_s is None else NOW + timedelta(seconds=shift_s)
    coverage = draw(st.none() | coverages()) if with_coverage else None
    posts = [draw(stations(key)) for key in STATIONS]
    return World(make_state(stations=posts, units=units, incidents=[*waiting, *going]), positions, coverage)


@st.composite
def red_worlds(draw: st.DrawFn) -> World:
    """Grave calls, and free units of which some cannot convey or have no doctor: who goes ahead, and who beside."""
    waiting = [
        make_incident(
            f"I{number}", priority=draw(st.sampled_from((1, 1, 2))), lon=LON + draw(degrees), needs=draw(needs)
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    units = [
        make_unit(
            f"U{number}",
            station_id=draw(st.sampled_from(STATIONS)),
            kind=draw(st.sampled_from(("van", "motorbike"))),
            skills=draw(crews),
            status=draw(st.sampled_from(("available", "available", "on_break"))),
        )
        for number in range(draw(st.integers(3, 6)))
    ]
    posts = [make_station(key, lon=LON + draw(degrees), can_refuse=draw(st.booleans())) for key in STATIONS]
    return World(make_state(stations=posts, units=units, incidents=waiting), {}, None)


@st.composite
def scarce_worlds(draw: st.DrawFn) -> World:
    """Late calls of one group far apart, and one or two units: who is left out is what counts."""
    waiting = [
        make_incident(
            f"I{number}",
            priority=draw(st.sampled_from((3, 4))),
            lon=LON + draw(degrees),
            waited_s=3500 + 100 * draw(st.integers(0, 9)),
        )
        for number in range(3)
    ]
    units = [make_unit(f"U{number}") for number in range(draw(st.integers(1, 2)))]
    return World(make_state(units=units, incidents=waiting), {}, None)


# --- the objective, once more ---------------------------------------------------------------------------

Slot = tuple[Case, int]
Value = tuple[int, int, float]
"""Slots without a unit, asked again, cost in seconds: least is best, in this order."""

GROUPS: tuple[tuple[Level, ...], ...] = ((1,), (2,), (3, 4))


def group_slots(plan: Plan, levels: Sequence[int]) -> list[Slot]:
    """The slots of a level, as (case, position)."""
    return [
        (case, position)
        for case in plan.cases
        if case.incident.priority in levels
        for position in range(len(case.slots))
    ]


def waited_s(incident: Incident) -> float:
    return (NOW - incident.answered_at).total_seconds()


def free_in_s(unit: Unit) -> float | None:
    """Seconds until a unit that has handed over is free, if that is soon."""
    spent_s = max(0.0, (NOW - unit.status_at).total_seconds())
    if unit.status != "at_hospital" or spent_s > SETTINGS.after_handover_s + SETTINGS.soon_s:
        return None
    left_s = still_lasts_s(SETTINGS.after_handover_s, SETTINGS.after_handover_spread, spent_s)
    return max(left_s, SETTINGS.soon_floor_s)


def is_under_way(unit: Unit) -> bool:
    return unit.status in ("dispatched", "en_route")


def response_s(world: World, unit: Unit, incident: Incident) -> float:
    """Until free + answer to the offer + refusals + turnout + travel, one unit at a time."""
    assert incident.place is not None
    station = world.state.stations[unit.station_id]
    spot = world.positions.get(unit.id, station)
    apart = np.hypot(spot.lon - incident.place.lon, spot.lat - incident.place.lat)
    turnout_s = {"available": 60.0, "dispatched": 60.0, "on_break": 120.0}.get(unit.status, 0.0)
    wait_s = free_in_s(unit)
    chance = chance_of_accepting(station)
    refusals_s = SETTINGS.retry_s * (1 / chance - 1)
    ready_s = usual_answer_s(station, SETTINGS.offer_answer_s) + refusals_s + turnout_s
    return (0.0 if wait_s is None else wait_s + SETTINGS.soon_margin_s) + ready_s + float(apart) * TRAVEL.s_per_degree


def skills_of(unit: Unit) -> set[Skill]:
    return set(unit.skills) - ({"convey"} if unit.kind == "motorbike" else set())


def can_serve(world: World, unit: Unit, slot: Slot) -> bool:
    """Skills, and free (for red also on a break), or about to be, or under way to a strictly lesser level."""
    case, position = slot
    if not set(case.incident.needs[case.slots[position]].skills) <= skills_of(unit):
        return False
    if is_under_way(unit):
        return group_of(world.state.incidents[unit.incident_id or ""]) > group_of(case.incident)
    return unit.is_free_for(case.incident.priority) or free_in_s(unit) is not None


def group_of(incident: Incident) -> int:
    return next(at for at, group in enumerate(GROUPS) if incident.priority in group)


def must_send(incident: Incident) -> bool:
    return incident.priority == 1 or waited_s(incident) >= SETTINGS.await_at_most_s[incident.priority]


def switch_s(incident: Incident) -> float:
    """Three minutes; nine late ones more, unless for red, for the call that is left."""
    return 180.0 if incident.priority == 1 else 180.0 + 3 * 540.0


def burden_s(world: World, unit: Unit) -> float:
    """Fifteen seconds a run of its station today for each of its units, above the mean, at most two minutes."""
    staffed = [one for one in world.state.units.values() if one.status != "off_duty"]
    runs = {key: today.accepted if (today := one.today) else 0 for key, one in world.state.stations.items()}
    of_city = sum(runs[key] for key in {one.station_id for one in staffed}) / len(staffed)
    of_station = runs[unit.station_id] / sum(one.station_id == unit.station_id for one in staffed)
    return min(120.0, 15.0 * max(0.0, of_station - of_city))


def overtime_s(unit: Unit, arrives_s: float) -> float:
    """Ten minutes for a run that would end after the shift: on scene, to hospital and there for 4,520 s usually."""
    if unit.shift_until is None:
        return 0.0
    return 600.0 if NOW + timedelta(seconds=arrives_s + 4520.0) > unit.shift_until else 0.0


def pair_value(world: World, plan: Plan, slot: Slot, unit: Unit | None) -> Value:
    """What the docstring of `decide` says of one slot, word for word."""
    incident, red = slot[0].incident, slot[0].incident.priority == 1
    weight = 0.0 if red else SETTINGS.late_weight
    target_s = SETTINGS.target_s[incident.priority]
    if unit is None:
        further_s = SETTINGS.further_slot_s * slot[0].slots[slot[1]]
        since_s = waited_s(incident) if slot[0].slots[slot[1]] == 0 else 0.0
        return 1, 0, (1 + weight) * (since_s - target_s - further_s)
    again = unit.station_id in {offer.station_id for offer in incident.offers.values()} or unit.id in incident.barred
    arrives_s = response_s(world, unit, incident)
    late_s = max(0.0, waited_s(incident) + arrives_s - max(waited_s(incident), target_s))
    cost = arrives_s + weight * late_s + (switch_s(incident) if is_under_way(unit) else 0.0)
    if not red:
        cost += burden_s(world, unit) + overtime_s(unit, arrives_s)
    if plan.covered is not None and not red:
        loss = plan.covered.share - plan.covered.without([plan.fleet.column[unit.id]])
        cost += SETTINGS.coverage_weight_s[incident.priority] * loss
    return 0, int(again), cost


def value(world: World, plan: Plan, slots: Sequence[Slot], given: Sequence[Unit | None]) -> Value:
    """The sum over slots."""
    return add(*(pair_value(world, plan, slot, unit) for slot, unit in zip(slots, given, strict=True)))


def add(*values: Value) -> Value:
    return sum(one[0] for one in values), sum(one[1] for one in values), sum(one[2] for one in values)


def best_value(
    world: World, plan: Plan, slots: Sequence[Slot], units: Sequence[Unit], may: Callable[[Unit, Slot], bool]
) -> Value:
    """The least that any way to give units to slots costs, none twice: every way is looked at."""
    pairs = [
        [(at, pair_value(world, plan, slot, unit)) for at, unit in enumerate(units) if may(unit, slot)]
        for slot in slots
    ]
    nobody = [pair_value(world, plan, slot, None) for slot in slots]

    @cache
    def least(slot: int, used: int) -> Value:
        if slot == len(slots):
            return 0, 0, 0.0
        ways = [add(nobody[slot], least(slot + 1, used))]
        ways += [add(of, least(slot + 1, used | 1 << at)) for at, of in pairs[slot] if not used >> at & 1]
        return min(ways)

    return least(0, 0)
