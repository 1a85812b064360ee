"""
Who goes, decided on the whole city with real turn-aware travel times: 1 × 114, 50 × 300, and 200 slots × 300 units.

A decision is `assign` with its travel times and its words. "All asked": nothing is remembered, as after the road
conditions have changed; the travel times of the very same question are timed beside. "On the desk": one decision a
second, as `recommender` makes them: every moving unit tells where it is every 5 s, and each decision has a new call.
One unit in four moves, one in eight is under way or at a hospital. Peers: `assignment_peers`.
`python -m benchmarks.assignment [BUILT_CITY]`.
"""

from __future__ import annotations

import gc
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import psutil
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.assignment_peers import compare
from benchmarks.assignment_scene import NOW, Scene
from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import assign, make_plan
from dispatch.assignment.memory import RememberedTravel
from dispatch.assignment.plan import Plan
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.travel import Floats, Travel
from dispatch.city.build import build_city
from dispatch.city.source import find_source
from dispatch.city_pack import CityPack, load_city_pack
from dispatch.coverage_table import coverage_table
from routing.travel_times import TravelTimes

SETTINGS: Final = AssignmentSettings()
WARM_UP: Final = 3
SIZES: Final = (10, 50, 200)


@dataclass(frozen=True)
class Goal:
    """So many incidents of so many slots each, so many units; p99 stays below `most_ms` on the desk."""

    name: str
    incidents: int
    slots: int
    units: int
    most_ms: float


GOALS: Final = (
    Goal("1 × 114", 1, 1, 114, 5.0),
    Goal("50 × 300", 50, 1, 300, 50.0),
    Goal("mass casualty: 200 slots of one incident × 300", 1, 200, 300, 500.0),
)


@dataclass
class Timed:
    """Travel times, with the milliseconds spent on them since the last look."""

    travel: Travel
    ms: float = 0.0

    @property
    def version(self) -> str:
        return self.travel.version

    def times_to(self, origins: Floats, destination: tuple[float, float], profile: str) -> Floats:
        with self._watch():
            return self.travel.times_to(origins, destination, profile)

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        with self._watch():
            return self.travel.times(origins, destinations, profile)

    def is_off_road(self, points: Floats, profile: str) -> NDArray[np.bool_]:
        with self._watch():
            return self.travel.is_off_road(points, profile)

    @contextmanager
    def _watch(self) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.ms += (time.perf_counter() - started) * 1000


def main() -> int:
    """Measure and print; exit code 1 when a goal is missed on the desk."""
    console = Console(width=120)
    console.print(f"{platform.machine()}, {psutil.cpu_count()} CPUs, Python {platform.python_version()}")
    with TemporaryDirectory() as folder:
        city = Path(sys.argv[1]) if sys.argv[1:] else build_city(find_source(), Path(folder) / "city").directory
        pack, travel = load_city_pack(), TravelTimes.load(city, live=True)
        coverage = coverage_table(pack, travel)
        gc.collect()
        gc.freeze()  # as the desk does
        met = [_measure(console, goal, pack, travel, coverage) for goal in GOALS]
        console.print(compare([_yellow_plan(size, pack, travel, coverage) for size in SIZES], SETTINGS))
    return 0 if all(met) else 1


def _measure(console: Console, goal: Goal, pack: CityPack, travel: Travel, coverage: Coverage) -> bool:
    title = f"{goal.name}, ms"
    table = Table(title, "decisions", "p50", "p99", "max", "travel, p50", f"p99 ≤ {goal.most_ms:g}")
    is_met = False
    for way, rounds in (("all asked", 40), ("on the desk", 300)):
        scene = Scene(pack, goal.incidents, goal.slots, goal.units)
        remembered = RememberedTravel(travel)
        took, spent = [], []
        for _ in range(rounds + WARM_UP):
            watched = Timed(travel if way == "all asked" else remembered)
            started = time.perf_counter()
            assign(scene.state, scene.positions, watched, NOW, SETTINGS, coverage)
            took.append((time.perf_counter() - started) * 1000)
            spent.append(watched.ms)
            scene.step()
        p50, p99, most = np.percentile(took[WARM_UP:], [50, 99, 100])
        is_met = bool(p99 <= goal.most_ms)
        figures = (f"{figure:.1f}" for figure in (p50, p99, most, np.median(spent[WARM_UP:])))
        table.add_row(way, str(rounds), *figures, "met" if is_met else "NOT MET")
    console.print(table)
    return is_met


def _yellow_plan(calls: int, pack: CityPack, travel: Travel, coverage: Coverage) -> Plan:
    """All calls of one level, so that they are one problem."""
    scene = Scene(pack, calls, 1, 300)
    for incident in scene.state.incidents.values():
        incident.priority = 3
    return make_plan(scene.state, scene.positions, travel, NOW, SETTINGS, coverage)


if __name__ == "__main__":
    sys.exit(main())
