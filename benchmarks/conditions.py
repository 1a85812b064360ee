"""
Changing conditions on the whole city: what a full re-weighting and a closure cost, and whom they hold up.

An asyncio loop ticks as a server's does, while units keep asking from another thread and conditions change in a third.
Stalls are how much later than asked a tick of 1 ms comes; those without any change are measured beside, for the machine
has its own. `python -m benchmarks.conditions`.
"""

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.routing import PROFILE, UNITS, points
from dispatch.city.build import build_city
from dispatch.city.source import find_source
from routing.conditions import FREE_FLOW, Conditions, Obstacle
from routing.profiles import PROFILES
from routing.travel_times import TravelTimes

_ROUNDS: Final = 12


def main() -> int:
    """Measure and print; exit code 1 when a closure is not in force for the next question."""
    process = psutil.Process()
    console = Console()
    with TemporaryDirectory() as folder:
        city = build_city(find_source(), Path(folder) / "city").directory
        gc.collect()
        before = process.memory_info().rss
        started = time.perf_counter()
        times = TravelTimes.load(city, live=True)
        loaded_s = time.perf_counter() - started
        console.print(
            f"three profiles by turns, two metrics each: loaded in {loaded_s:.2f} s, "
            f"{(process.memory_info().rss - before) / 1e6:.0f} MB (mapped files of {_size_mb(city):.0f} MB included)"
        )
        table = Table("change", "profiles", "wall, ms", "CPU, ms")
        kept = True
        for turns in (True, False):
            one = TravelTimes.load(city, {PROFILE: PROFILES[PROFILE]}, turns=turns, live=True)
            kind = "by turns" if turns else "by junctions"
            table.add_row(f"full re-weighting, {kind}", PROFILE, *_cost(one, _hours()))
            closing, in_force = _closures(one)
            kept &= in_force
            table.add_row(f"one street closed, {kind}", PROFILE, *_cost(one, closing))
        table.add_row("full re-weighting, by turns", "all three", *_cost(times, _hours()))
        console.print(table)
        gc.collect()
        gc.freeze()  # as the server does: what is loaded once is not looked through again
        stalls = asyncio.run(_stalls(times))
    for name, ticks in stalls.items():
        console.print(
            f"event loop, {name}: longest stall {max(ticks):.1f} ms, 99 % below {np.quantile(ticks, 0.99):.1f}"
        )
    console.print("every closure was in force for the next question" if kept else "A CLOSURE WAS NOT IN FORCE")
    return 0 if kept else 1


def _size_mb(city: Path) -> float:
    return sum(path.stat().st_size for path in (city / "roads").iterdir()) / 1e6


def _hours() -> list[Conditions]:
    """Each differs from the one before on nearly every street."""
    return [Conditions(hour=hour) for hour in (8, 3, 18, 12) * (_ROUNDS // 4)]


def _closures(times: TravelTimes) -> tuple[list[Conditions], bool]:
    """Streets of some twenty pieces closed one after the other; whether each changes the way that led along it."""
    random = np.random.default_rng(5)
    found: list[Conditions] = []
    in_force = True
    while len(found) < _ROUNDS:
        here, there = map(tuple, random.uniform((106.62, 10.74), (106.76, 10.84), (2, 2)).tolist())
        route = times.route(here, there, PROFILE)
        if route is None or len(route.stretches) < 40:
            continue
        middle = [stretch.arc for stretch in route.stretches[10:20] if stretch.arc >= 0]
        closed = Conditions(obstacles=(Obstacle(tuple(arc ^ way for arc in middle for way in (0, 1)), None),))
        times.apply(closed)
        after = times.route(here, there, PROFILE)
        in_force &= after is not None and after.time_s > route.time_s
        times.apply(FREE_FLOW)
        found += [closed, FREE_FLOW]
    return found, in_force


def _cost(times: TravelTimes, changes: list[Conditions]) -> tuple[str, str]:
    wall, cpu = [], []
    times.apply(FREE_FLOW)
    for conditions in changes:
        started, worked = time.perf_counter(), time.process_time()
        times.apply(conditions)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
    times.apply(FREE_FLOW)
    return f"{statistics.median(wall) * 1000:.1f}", f"{statistics.median(cpu) * 1000:.1f}"


async def _stalls(times: TravelTimes) -> dict[str, list[float]]:
    """How late ticks come (ms): quiet, with questions alone, with re-weightings too, and with closures."""
    closures = _closures(times)[0]
    found = {"quiet": await _ticks(times, lambda: time.sleep(1.5), asking=False)}
    found["units asking"] = await _ticks(times, lambda: time.sleep(2.0))
    found["units asking, all re-weighted"] = await _ticks(times, lambda: _apply(times, _hours()))
    found["units asking, streets closed"] = await _ticks(times, lambda: _apply(times, closures))
    return found


def _apply(times: TravelTimes, changes: list[Conditions]) -> None:
    for conditions in changes:
        times.apply(conditions)


async def _ticks(times: TravelTimes, work: Callable[[], None], asking: bool = True) -> list[float]:
    done = False
    units, incident = points(UNITS, seed=1), points(1, seed=2)[0].tolist()

    def ask() -> None:
        while not done:
            times.times_to(units, incident, PROFILE)
            time.sleep(0.02)  # a decision a moment, as a busy desk takes them

    questions = asyncio.create_task(asyncio.to_thread(ask)) if asking else None
    changes = asyncio.create_task(asyncio.to_thread(work))
    late = []
    while not changes.done():
        asked = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - asked - 0.001) * 1000)
    done = True
    if questions is not None:
        await questions
    await changes
    return late


if __name__ == "__main__":
    sys.exit(main())
