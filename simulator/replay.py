"""Yesterday under another policy: the calls of a recorded log, once more, with other decisions."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dispatch.city_pack import load_city_pack
from simulator.errors import ScenarioError
from simulator.log_calls import calls_of_log
from simulator.logs.formats import read_log
from simulator.result_folder import results_in
from simulator.results import Outcomes
from simulator.run import Say, prepare, write_json, write_results
from simulator.scenario import Scenario, load_scenario, read_scenario

AFTER_LAST_S = 3600.0
"""Utilisation is counted until so long after the last call."""


def replay(
    log: Path,
    policy: str,
    out: Path,
    say: Say,
    *,
    like: Path | None = None,
    form: str = "auto",
    seed: int = 1,
    city: Path | None = None,
) -> dict[str, Any]:
    """
    Run a log's calls under a policy and write the four files of a run, and log.json with what could not be used.

    `like`: a scenario with a city whose stations, units, shifts and settings hold. Raises LogError, ScenarioError.
    """
    table = read_log(log, load_city_pack(), form, seed)
    account = table.as_json()
    times: list[datetime] = table.calls["at"].to_list()
    first, duration_s = times[0], (times[-1] - times[0]).total_seconds() + AFTER_LAST_S
    scenario = _scenario(log, policy, like, first, duration_s, seed)
    prepared = prepare(log, say, city, scenario)
    assert prepared.world is not None
    calls, unplaced = calls_of_log(table.calls, prepared.world, seed, first)
    say(f"{account['kept']} calls of {account['read']} lines, {account['skipped']} skipped, {unplaced} without a place")
    began = time.perf_counter()
    outcomes = Outcomes(prepared.world.make_day(seed, calls).run(), 0.0)
    with results_in(out) as folder:
        summary = write_results(prepared, outcomes, seed, folder, time.perf_counter() - began)
        write_json(folder / "log.json", account | {"unplaced": unplaced})
    return summary


def _scenario(log: Path, policy: str, like: Path | None, start: datetime, duration_s: float, seed: int) -> Scenario:
    head: dict[str, Any] = {"name": log.stem, "seed": seed, "start": start, "duration_s": duration_s, "policy": policy}
    if like is None:
        return read_scenario({"scenario": head, "city": {}}, str(log))
    other = load_scenario(like)
    if other.city is None:
        raise ScenarioError(like, "is no scenario of the city", "add [city]")
    kept = msgspec.structs.replace(other.scenario, **(head | {"warm_up_s": 0.0}))
    return msgspec.structs.replace(other, scenario=kept)
