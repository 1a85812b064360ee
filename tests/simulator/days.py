"""Simulated days for tests: the real city pack on straight lines, and small textbook days."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.city import CityWorld, TableOf
from simulator.city_table import CityTable, Points, Roads
from simulator.day import Day
from simulator.scenario import read_scenario
from simulator.units import Run

S_PER_DEGREE = 8_000.0
"""0.01 degrees take 80 s: about 50 km/h."""
OFF = {"mean_s": 0.0, "mean_absolute_s": 0.0, "p90_absolute_s": 0.0, "mean_absolute_share": 0.0}


def straight_lines(s_per_degree: float = S_PER_DEGREE) -> TableOf:
    """Motorbikes are a quarter faster; the same at every hour."""

    def table_of(points: Points, samples: Points, traffic: Roads) -> CityTable:
        apart = np.hypot(*np.moveaxis(points[:, None] - points[None, :], 2, 0)).astype(np.float32)
        times = [[apart * s_per_degree], [apart * s_per_degree * 0.75]]
        return CityTable(times, [0] * 168, apart * 100_000, {"hour_and_place": OFF})

    return table_of


def make_world(told: dict[str, Any] | None = None, *, s_per_degree: float = S_PER_DEGREE, **head: Any) -> CityWorld:
    """A city of the pack; `told` are sections, `head` keys of [scenario]."""
    whole = {"scenario": {"duration_s": 86_400.0, "seed": 1} | head, "city": {}} | (told or {})
    return CityWorld(read_scenario(whole, "test"), "test", straight_lines(s_per_degree))


def run_day(told: dict[str, Any] | None = None, **head: Any) -> Day:
    world = make_world(told, **head)
    return world.make_day(world.scenario.scenario.seed).run()


def stamps_of(run: Run) -> list[float]:
    """The stamps that a run has, in the order in which they should come."""
    names = (
        "offered_s", "accepted_s", "en_route_s", "on_scene_s", "left_s", "at_hospital_s", "handover_s", "free_s"
    )  # fmt: skip
    return [value for name in names if (value := getattr(run, name)) == value]


def is_ordered(values: Iterable[float]) -> bool:
    return all(earlier <= later for earlier, later in pairwise(values))


def runs_of_unit(day: Day, unit: int) -> list[Run]:
    return sorted((run for run in day.runs if run.unit == unit), key=lambda run: run.accepted_s)
