"""A peak of one day under the simulator's policies and under perfect foresight, by the same rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.clairvoyant import Instance, least_total_s
from dispatch.domain.clock import LOCAL
from simulator.calls import Course
from simulator.city import CityWorld, TableOf
from simulator.day import Day
from simulator.places import HOURS, Places
from simulator.policies.base import Setup
from simulator.policies.find import make_policies
from simulator.results import Outcomes
from simulator.rules import Rules
from simulator.scenario import read_scenario
from simulator.units import VAN

START = datetime(2026, 3, 2, 8, tzinfo=LOCAL)  # a Monday
HOURS_LONG, SCALE = 4.0, 3.5
"""Some 80 emergencies, no planned work: two vans of five are busy."""
BUSY_HOUR = 17
NO_WORK = dict.fromkeys(("interfacility_per_day", "home_per_day", "standby_per_day", "station_direct_per_day"), 0)
CONVEY = 4
UNDIVERTED = {"assignment": {"switch_cost_s": 100_000.0}}


def measure_day(roads: TableOf, seed: int) -> dict[str, float]:
    """Mean responses in seconds of all calls: of policies, of the best plan that was found, and the bound."""
    days = {
        "closest": run_day(roads, seed, "closest_idle"),
        "desk": run_day(roads, seed, "desk"),
        "desk_undiverted": run_day(roads, seed, "desk", UNDIVERTED),
    }
    day = days["closest"]
    found = least_total_s(instance_of(day), [routes_of(one) for one in days.values()])
    count = len(day.calls)
    busy_s = sum(run.free_s - run.accepted_s for run in day.runs if run.free_s == run.free_s)
    means = {name: float(np.mean(Outcomes(one, 0.0).response_s)) for name, one in days.items()}
    return {
        **means, "bound": found.bound_s / count, "plan": found.plan_s / count, "calls": float(count),
        "busy": 100 * busy_s / len(day.units) / (HOURS_LONG * 3600), "diversions": float(days["desk"].diversions),
        "out_of_order": float(out_of_order(days["desk_undiverted"])), "rounds": float(found.rounds),
    }  # fmt: skip


def run_day(roads: TableOf, seed: int, policy: str, settings: dict[str, Any] | None = None) -> Day:
    """The peak under a policy: vans only, one a call, no refusals, the streets of one hour, no queues at hospitals."""
    told = {
        "scenario": {"duration_s": HOURS_LONG * 3600, "start": START, "policy": policy},
        "city": {"scale": SCALE}, "work": NO_WORK, "settings": settings or {},
    }  # fmt: skip
    world = CityWorld(read_scenario(told, "perfect"), "perfect", roads)
    return strip(world, seed).run()


def strip(world: CityWorld, seed: int) -> Day:
    """The scenario's day with the rules that `clairvoyant` knows."""
    calls, units = world.draw(seed), [unit for unit in world.make_units() if unit.kind == VAN]
    calls.units[:], calls.needs[:] = 1, CONVEY
    for index, unit in enumerate(units):
        unit.index = index
    band = world.table.band[BUSY_HOUR]
    places = Places([[times[band]] for times in world.table.time_s], [0] * HOURS, world.first_hour_s)
    rules = Rules(
        until_s=HOURS_LONG * 3600, offers=False, handover_per_unit_s=0.0, start_of_day_s=world.of_day_s
    )  # fmt: skip
    setup = Setup(units, hospitals=world.where_calls.hospitals, city=world)
    head = world.scenario.scenario
    named = {"policy": head.policy, "move_up": "static", "hospital": "nearest"}
    return Day(calls, units, places, rules, make_policies(named, "perfect", setup), seed)


def instance_of(day: Day) -> Instance:
    """What a clairvoyant knows of it."""
    calls, times = day.calls, day.places.time_s[0][0].astype(np.float64)
    doors = np.array([day.policies.destination.hospital_for(day, call, day.units[0]) for call in range(len(calls))])
    # all calls of these hours came as one part, so nothing of them is forgotten
    course = {
        name: np.array([getattr(day.course[call], name) for call in range(len(calls))]) for name in Course._fields
    }
    stay_s = times[doors, calls.place] + course["handover_s"] + course["clean_up_s"]
    return Instance(
        places=day.places, at_s=calls.at_s, opened_s=calls.opened_s, place=calls.place, turnout_s=course["turnout_s"],
        busy_s=course["scene_s"] + np.where(course["conveys"], stay_s, 0.0),
        ends=np.where(course["conveys"], doors, calls.place), posts=np.array([unit.home for unit in day.units]),
    )  # fmt: skip


def routes_of(day: Day) -> dict[int, tuple[int, ...]]:
    """Which calls each unit reached, in the order in which they came."""
    found: dict[int, list[int]] = {}
    for run in day.runs:
        if run.on_scene_s == run.on_scene_s:
            found.setdefault(run.unit, []).append(run.call)
    return {unit: tuple(sorted(calls)) for unit, calls in found.items()}


def out_of_order(day: Day) -> int:
    """How many runs went to a call that had come before the unit's last one: plans that the bound does not speak of."""
    last: dict[int, int] = {}
    count = 0
    for run in sorted(day.runs, key=lambda one: one.accepted_s):
        count += run.call < last.get(run.unit, -1)
        last[run.unit] = run.call
    return count
