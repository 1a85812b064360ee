"""A look ahead, written down: `ahead.json`, and `run.json` about the run."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from simulator.ahead.asked import AheadAsked
from simulator.ahead.look import look_ahead
from simulator.ahead.start import Start
from simulator.result_folder import results_in
from simulator.run import write_json

Say = Callable[[str], None]


def run_ahead(
    start: Start, asked: AheadAsked, out: Path, say: Say, *, city: Path | None = None, workers: int | None = None
) -> dict[str, Any]:
    """Look ahead and write the results into `out`; returns what stands in ahead.json. Raises ScenarioError."""
    began = time.perf_counter()
    with results_in(out) as folder:
        result, roads = look_ahead(start, asked, city, say, workers)
        write_json(folder / "ahead.json", result)
        about = {
            "asked": msgspec.to_builtins(asked),
            "at": datetime.now(UTC),
            "saigon115": version("saigon115"),
            "machine": {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()},
            "roads_s": roads.build_s,
            "wall_s": time.perf_counter() - began,
        }
        write_json(folder / "run.json", about)
    return result


def main_figures(result: dict[str, Any]) -> list[dict[str, Any]]:
    """A line an alternative, for the command line."""
    return [
        {
            "name": one["name"],
            "calls": one["calls"]["mean"],
            "late": one["late"]["all"]["mean"],
            "red_in_target": one["red_in_target"]["mean"],
            "units_free_at_end": one["units_free"]["median"][-1],
            "late_difference": one["difference"] and one["difference"]["late"]["all"],
        }
        for one in result["alternatives"]
    ]
