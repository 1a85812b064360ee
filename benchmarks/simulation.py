"""
How fast a year is simulated on one core, beside plain SimPy with the same stripped model in the same run.

    python -m benchmarks.simulation [--days 365]
    python -m benchmarks.simulation workers | sweep | memory      see simulation_sweeps

Seconds are of the processor, not of the wall. Goals (for 365 days): 75,000 dispatches by closest idle with full records
in 10 s or less; 240,000 with DMEXCLP in 45 s or less. The desk's own assignment is told, without a goal.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import simpy

from benchmarks.simulation_sweeps import memory, two_workers, whole_sweep
from dispatch.city_pack import load_city_pack
from simulator.call_table import write_calls
from simulator.calls import Calls
from simulator.city import CityWorld, TableOf
from simulator.day import Day
from simulator.policies.base import OwnPost, Setup
from simulator.policies.closest import ClosestIdle
from simulator.policies.hospital import NearestHospital
from simulator.results import Outcomes, summarise
from simulator.rules import Policies, Rules
from simulator.run import open_roads
from simulator.scenario import read_scenario
from simulator.statistics import paired_difference

UNITS = 114
YEAR_GOAL_S, DMEXCLP_GOAL_S = 10.0, 45.0
DMEXCLP_SCALE = 3.2  # 75,000 → 240,000 dispatches a year
DESK_DAYS = 2.0
LATE_S = 900.0
PUBLISHED_FALL = 0.168  # late arrivals, DMEXCLP against static posts (Jagtenberg 2015, another city)


def main() -> int:
    """Print one line a measurement; exit code 1 when a goal of a whole year is missed."""
    parser = argparse.ArgumentParser(description="How fast a year is simulated.")
    parser.add_argument("part", nargs="?", choices=("workers", "sweep", "memory"), help="default: how fast a year is")
    parser.add_argument("--days", type=float, default=365.0)
    parser.add_argument("--replications", type=int, help="of workers (12) and sweep (40)")
    parser.add_argument("--city", type=Path, help="a built city; default: the one in use, built if absent")
    options = parser.parse_args()
    if options.part == "workers":
        return int(not two_workers(options.city, options.days, options.replications or 12))
    if options.part == "sweep":
        return int(not whole_sweep(options.city, options.days, options.replications or 40))
    if options.part == "memory":
        return int(not memory(options.city, options.days))
    days, roads = options.days, open_roads(options.city, print)
    share = days / 365.0
    year_s = full_run("closest idle, full records", roads, days)
    dmexclp_s = full_run("DMEXCLP, full records", roads, days, move_up="dmexclp", scale=DMEXCLP_SCALE)
    full_run("the desk's assignment, full records", roads, min(days, DESK_DAYS), policy="desk")
    beside_simpy(roads, days)
    late_arrivals(roads)
    missed = year_s > YEAR_GOAL_S * share or dmexclp_s > DMEXCLP_GOAL_S * share
    print(
        "goals missed"
        if missed
        else f"goals kept ({days:g} days; {share:.0%} of {YEAR_GOAL_S:g} s and {DMEXCLP_GOAL_S:g} s)"
    )
    return int(missed)


def make_world(roads: TableOf, days: float, scale: float = 1.0, **head: Any) -> CityWorld:
    """The city with 114 staffed vans."""
    vans = sorted((row.id, row.station_id) for row in load_city_pack().units if row.kind == "van")[:UNITS]
    told = {
        "scenario": {"duration_s": days * 86_400, "seed": 1} | head,
        "city": {"units": "none", "scale": scale},
        "unit": [{"id": unit_id, "post": station} for unit_id, station in vans],
    }
    return CityWorld(read_scenario(told, "benchmark"), "benchmark", roads)


def full_run(name: str, roads: TableOf, days: float, scale: float = 1.0, **head: Any) -> float:
    """Draw, run, summarise and write; returns the seconds."""
    world = make_world(roads, days, scale, **head)

    def whole() -> Day:
        day = world.make_day(1)
        outcomes = Outcomes(day.run(), 0.0)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "summary.json").write_text(json.dumps(summarise(outcomes, LATE_S)), encoding="utf-8")
            write_calls(Path(folder) / "calls.parquet", outcomes, world.start, world)
        return day

    took_s, day = timed(whole)
    runs = len(day.runs)
    print(
        f"{name}: {runs:,} dispatches, {UNITS} units, {days:g} days: {took_s:.2f} s, {1e6 * took_s / runs:.0f} µs each"
    )
    return took_s


def beside_simpy(roads: TableOf, days: float) -> None:
    """The stripped model: closest idle at its post, turnout, way, scene, way, handover, back at once."""
    world = make_world(roads, days)
    calls = world.draw(1)
    calls.units[:] = 1
    calls.needs[:] = 4
    calls.opened_s[:] = calls.at_s
    units = world.make_units()
    rules = Rules(
        until_s=days * 86_400, queue="fifo", offers=False, returns=False, handover_per_unit_s=0.0,
        expected_turnout_s=0.0,
    )  # fmt: skip
    setup = Setup(units, hospitals=world.where_calls.hospitals)
    policies = Policies(ClosestIdle(setup), OwnPost(setup), NearestHospital(setup))
    day = world.make_day(1, calls)
    stripped = Day(calls, units, day.places, rules, policies)
    ours_s, _ = timed(stripped.run)
    ours = Outcomes(stripped, 0.0).response_s
    theirs_s, theirs = timed(lambda: run_simpy(stripped, calls))
    print(
        f"stripped model, {len(calls):,} calls: ours {ours_s:.2f} s, plain SimPy {theirs_s:.2f} s, "
        f"ratio {theirs_s / ours_s:.2f}; mean response {np.nanmean(ours):.3f} and {theirs.mean():.3f} s"
    )


def run_simpy(day: Day, calls: Calls) -> np.ndarray:
    """The same day in SimPy, a process a call, written plainly."""
    env, places = simpy.Environment(), day.places
    home = np.array([unit.home for unit in day.units])
    free = np.ones(len(home), dtype=np.bool_)
    waiting: deque[simpy.Event] = deque()
    hospitals = day.policies.destination._hospitals
    response_s = np.zeros(len(calls))

    def serve(call: int) -> Generator[simpy.Event, Any, None]:
        yield env.timeout(float(calls.at_s[call]))
        scene = int(calls.place[call])
        if free.any():
            idle = np.flatnonzero(free)
            unit = int(idle[places.to(scene, 0, env.now)[home[idle]].argmin()])
            free[unit] = False
        else:
            turn = env.event()
            waiting.append(turn)
            unit = yield turn
        yield env.timeout(float(calls.turnout_s[call]))
        yield env.timeout(places.between(int(home[unit]), scene, 0, env.now))
        response_s[call] = env.now - calls.at_s[call]
        yield env.timeout(float(calls.scene_s[call]))
        if calls.conveys[call]:
            hospital = int(calls.hospital[call])
            if hospital < 0:
                table = places.time_s[0][places.band[places.hour(env.now)]]
                hospital = int(hospitals[table[hospitals, scene].argmin()])
            yield env.timeout(places.between(scene, hospital, 0, env.now))
            yield env.timeout(float(calls.handover_s[call]) + float(calls.clean_up_s[call]))
        if waiting:
            waiting.popleft().succeed(unit)
        else:
            free[unit] = True

    for call in range(len(calls)):
        env.process(serve(call))
    env.run()
    return response_s


def late_arrivals(roads: TableOf) -> None:
    """What DMEXCLP is worth on a busy week: late arrivals against static posts, on the same days."""
    late: dict[str, list[float]] = {"static": [], "dmexclp": []}
    for name, shares in late.items():
        world = make_world(roads, 7.0, 3.5, move_up=name)
        for seed in range(1, 9):
            outcomes = Outcomes(world.make_day(seed).run(), 86_400.0)
            emergency = outcomes.served & outcomes.counted & (outcomes.day.calls.kind == 0)
            shares.append(float((outcomes.response_s[emergency] > LATE_S).mean()))
    found = paired_difference(late["dmexclp"], late["static"]).estimate
    fall = 1 - np.mean(late["dmexclp"]) / np.mean(late["static"])
    print(
        f"late arrivals, 8 busy weeks: static {np.mean(late['static']):.3%}, DMEXCLP {np.mean(late['dmexclp']):.3%}, "
        f"difference {found.mean:+.3%} [{found.interval.low:+.3%}, {found.interval.high:+.3%}]; "
        f"a fall of {fall:.1%} (published elsewhere: {PUBLISHED_FALL:.1%})"
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came of it."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    raise SystemExit(main())
