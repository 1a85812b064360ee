"""One scenario, run and written down: `summary.json`, `calls.parquet`, `report.html`, and `run.json` about the run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dispatch.city.build import open_city
from dispatch.city_builders import BUILDERS
from dispatch.domain.clock import LOCAL
from simulator.call_table import write_calls
from simulator.city import CityWorld, TableOf
from simulator.city_table import CityTable, Points, Roads
from simulator.day import Day
from simulator.expected import check_holds
from simulator.how_far import telling_how_far
from simulator.kept_tables import open_table
from simulator.policies.find import METHODS, find_policy
from simulator.report import write_report
from simulator.result_folder import results_in
from simulator.results import Outcomes, summarise
from simulator.scenario import Scenario, load_scenario
from simulator.textbook import make_day
from simulator.ward_results import run_map

Say = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A scenario with the world that it happens in, ready for any number of seeds; `path`: where it was told."""

    path: Path
    scenario: Scenario
    world: CityWorld | None

    @property
    def start(self) -> datetime:
        """When it begins."""
        start = self.scenario.scenario.start
        return start.replace(tzinfo=LOCAL) if start.tzinfo is None else start

    @property
    def title(self) -> str:
        """What the report calls it."""
        return self.scenario.scenario.name or self.path.stem

    def make_day(self, seed: int) -> Day:
        """The day under a seed."""
        return self.world.make_day(seed) if self.world else make_day(self.scenario, str(self.path), seed)

    def outcomes(self, seed: int) -> Outcomes:
        """Run the day."""
        return Outcomes(self.make_day(seed).run(), self.scenario.scenario.warm_up_s)


def prepare(
    path: Path,
    say: Say,
    city: Path | None = None,
    scenario: Scenario | None = None,
    table_of: TableOf | None = None,
) -> Prepared:
    """The scenario of a file, or this one, with its city if it has one. Raises ScenarioError."""
    told = scenario or read_file(path)
    world = CityWorld(told, str(path), table_of or open_roads(city, say)) if told.city else None
    if scenario is None:
        check_holds(told, world.pack if world else None, str(path))
    return Prepared(path, told, world)


def read_file(path: Path) -> Scenario:
    """The scenario of a file, its policies found: a slip is told before tables are built for minutes."""
    told = load_scenario(path)
    for key in METHODS:
        find_policy(key, getattr(told.scenario, key), str(path))
    return told


def open_roads(city: Path | None, say: Say) -> Tables:
    """Tables of the city built there, or of the one in use."""
    return Tables(lambda: city or open_city(builders=BUILDERS), say)


class Tables:
    """Each table is opened once, however many scenarios ask for it; `opened` are those, by `table_key`."""

    def __init__(self, city: Callable[[], Path], say: Say) -> None:
        self._city, self._say = city, say
        self.opened: dict[str, CityTable] = {}

    def __call__(self, points: Points, samples: Points, traffic: Roads) -> CityTable:
        key = table_key(points, samples, traffic)
        if key not in self.opened:
            self.opened[key] = open_table(self._city(), points, samples, traffic, self._say)
        return self.opened[key]


def table_key(points: Points, samples: Points, traffic: Roads) -> str:
    """What a travel table was asked for, as a short name."""
    return hashlib.sha256(points.tobytes() + samples.tobytes() + str(traffic).encode()).hexdigest()[:16]


def run_scenario(path: Path, out: Path, seed: int | None, say: Say, city: Path | None = None) -> dict[str, Any]:
    """Run a scenario and write its results into `out`; returns the summary. Raises ScenarioError."""
    with results_in(out) as folder:
        prepared = prepare(path, say, city)
        head = prepared.scenario.scenario
        used = head.seed if seed is None else seed
        began = time.perf_counter()
        day = prepared.make_day(used)
        with telling_how_far(day, head.duration_s, say):
            outcomes = Outcomes(day.run(), head.warm_up_s)
        return write_results(prepared, outcomes, used, folder, time.perf_counter() - began)


def write_results(prepared: Prepared, outcomes: Outcomes, seed: int, out: Path, simulated_s: float) -> dict[str, Any]:
    """The files of a run, in a folder that is there; all but `run.json` depend on scenario, data and seed alone."""
    summary = summarise(outcomes, prepared.scenario.scenario.target_s)
    began = time.perf_counter()
    write_json(out / "summary.json", summary)
    if prepared.world is not None:
        write_json(out / "map.json", run_map(outcomes, prepared.world, prepared.scenario.scenario.target_s))
    write_calls(out / "calls.parquet", outcomes, prepared.start, prepared.world)
    write_report(out / "report.html", prepared.title, outcomes, summary, prepared.start, prepared.world)
    written_s = time.perf_counter() - began
    took = {"wall_s": simulated_s + written_s, "simulated_s": simulated_s, "written_s": written_s}
    write_json(out / "run.json", about_run(prepared, seed) | took)
    return summary


def about_run(prepared: Prepared, seed: int) -> dict[str, Any]:
    """What a run stood on, and on which machine."""
    return {
        "scenario": str(prepared.path),
        "scenario_sha256": hashlib.sha256(prepared.path.read_bytes()).hexdigest(),
        "seed": seed,
        "at": datetime.now(UTC),
        "saigon115": version("saigon115"),
        "machine": {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()},
        "city_hash": prepared.world.pack.city_hash if prepared.world else None,
        "table_error": prepared.world.table.error if prepared.world else None,
    }


def write_json(path: Path, value: Any) -> None:
    """Readable JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=lambda moment: moment.isoformat())
    path.write_text(text + "\n", encoding="utf-8")
