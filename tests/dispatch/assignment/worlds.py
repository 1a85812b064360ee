"""Random small worlds, and the objective written out again, plainly, to search it by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import make_plan
from dispatch.assignment.plan import Case, Plan
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.events import Need
from dispatch.domain.state import Incident, State, Unit
from dispatch.domain.words import Skill
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


@st.composite
def incidents(draw: st.DrawFn, number: int) -> Incident:
    declined = draw(st.sets(st.sampled_from(STATIONS), max_size=2))
    needs = draw(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2))
    return make_incident(
        f"I{number}",
        priority=draw(st.sampled_from((1, 2, 3, 3, 4))),
        lon=LON + draw(degrees),
        lat=LAT + draw(degrees),
        waited_s=draw(st.integers(0, 27)) * 100,
        needs=tuple(Need(skills) for skills in needs),
        offers=[make_offer(f"O-{key}", station_id=key, status="refused") for key in sorted(declined)],
    )


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    zones = np.array([[LON, LAT, draw(st.integers(1, 9))] for _ in range(4)], dtype=np.float64)
    times = [[draw(st.sampled_from((300.0, 1200.0))) for _ in zones] for _ in STATIONS]
    return Coverage(zones, np.array(times), STATIONS)


@st.composite
def worlds(draw: st.DrawFn, with_coverage: bool = True) -> World:
    """Up to four incidents and five units, some busy, some that lack skills, some on the road."""
    stations = [
        make_station(key, lon=LON + draw(degrees), lat=LAT + draw(degrees), can_refuse=draw(st.booleans()))
        for key in STATIONS
    ]
    units = [
        make_unit(
            f"U{number}",
            station_id=draw(st.sampled_from(STATIONS)),
            kind=draw(st.sampled_from(("van", "van", "motorbike"))),
            skills=draw(st.sampled_from((("doctor", "nurse", "convey"), ("convey",), None))),
            status=draw(st.sampled_from(("available", "returning", "available", "on_scene"))),
        )
        for number in range(draw(st.sampled_from((0, 1, 2, 2, 3, 5))))
    ]
    waiting = [draw(incidents(number)) for number in range(draw(st.integers(1, 4)))]
    positions = {
        unit.id: make_position(LON + draw(degrees), LAT + draw(degrees), age_s=draw(st.integers(0, 500)))
        for unit in units
        if unit.status == "returning"
    }
    coverage = draw(st.none() | coverages()) if with_coverage else None
    return World(make_state(stations=stations, units=units, incidents=waiting), positions, coverage)


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


def group_slots(plan: Plan, levels: tuple[int, ...]) -> list[Slot]:
    """The slots of a level, as (case, position)."""
    return [
        (case, position)
        for case in plan.cases
        if case.incident.priority in levels
        for position in range(len(case.slots))
    ]


def response_s(world: World, unit: Unit, incident: Incident) -> float:
    """Answer to the offer + turnout + travel, one unit at a time."""
    assert incident.place is not None
    station = world.state.stations[unit.station_id]
    spot = world.positions.get(unit.id, station)
    apart = np.hypot(spot.lon - incident.place.lon, spot.lat - incident.place.lat)
    turnout_s = 60.0 if unit.status == "available" else 0.0
    return (10.0 if station.can_refuse else 0.0) + turnout_s + float(apart) * TRAVEL.s_per_degree


def can_serve(unit: Unit, slot: Slot) -> bool:
    case, position = slot
    skills = set(unit.skills) - ({"convey"} if unit.kind == "motorbike" else set())
    return set(case.incident.needs[case.slots[position]].skills) <= skills


def value(world: World, plan: Plan, slots: list[Slot], given: list[Unit | None]) -> Value:
    """What the docstring of `decide` says, word for word."""
    missing, again, cost = 0, 0, 0.0
    for (case, position), unit in zip(slots, given, strict=True):
        incident, red = case.incident, case.incident.priority == 1
        weight = 0.0 if red else SETTINGS.late_weight
        waited_s = (NOW - incident.answered_at).total_seconds()
        target_s = SETTINGS.target_s[incident.priority]
        if unit is None:
            missing += 1
            cost += (1 + weight) * (waited_s - target_s - SETTINGS.further_slot_s * case.slots[position])
            continue
        again += unit.station_id in {offer.station_id for offer in incident.offers.values()}
        arrives_s = response_s(world, unit, incident)
        cost += arrives_s + weight * max(0.0, waited_s + arrives_s - max(waited_s, target_s))
        if plan.covered is not None and not red:
            loss = plan.covered.share - plan.covered.without([plan.fleet.column[unit.id]])
            cost += SETTINGS.coverage_weight_s[incident.priority] * loss
    return missing, again, cost


def every_way(slots: list[Slot], units: list[Unit]) -> Iterator[list[Unit | None]]:
    """Every way to give units to slots, none twice."""
    if not slots:
        yield []
        return
    for rest in every_way(slots[1:], units):
        yield [None, *rest]
    for unit in units:
        if can_serve(unit, slots[0]):
            for rest in every_way(slots[1:], [other for other in units if other is not unit]):
                yield [unit, *rest]
