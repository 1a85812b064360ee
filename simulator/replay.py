"""Yesterday under another policy: the calls of a recorded log, once more, with other decisions."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dispatch.city_pack import load_city_pack
from simulator.errors import ScenarioError
from simulator.how_far import telling_how_far
from simulator.log_calls import calls_of_log
from simulator.logs.formats import read_log
from simulator.logs.table import LogTable
from simulator.policies.find import find_policy
from simulator.result_folder import results_in
from simulator.results import Outcomes
from simulator.run import Say, prepare, write_json, write_results
from simulator.scenario import Scenario, load_scenario, read_scenario

MOST_REASONS = 3
"""So many reasons for which lines were skipped are said; log.json has all."""
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
    find_policy("policy", policy, str(log))
    with results_in(out) as folder:
        say("reading the log")
        table = read_log(log, load_city_pack(), form, seed)
        account = table.as_json()
        times: list[datetime] = table.calls["at"].to_list()
        first, duration_s = times[0], (times[-1] - times[0]).total_seconds() + AFTER_LAST_S
        prepared = prepare(log, say, city, _scenario(log, policy, like, first, duration_s, seed))
        assert prepared.world is not None
        calls, unplaced = calls_of_log(table.calls, prepared.world, seed, first)
        for line in _told_of(table, unplaced):
            say(line)
        began = time.perf_counter()
        day = prepared.world.make_day(seed, calls)
        with telling_how_far(day, duration_s, say):
            outcomes = Outcomes(day.run(), 0.0)
        summary = write_results(prepared, outcomes, seed, folder, time.perf_counter() - began)
        write_json(folder / "log.json", account | {"unplaced": unplaced})
    return summary


def _told_of(table: LogTable, unplaced: int) -> list[str]:
    """What is replayed of the log and what is not, in plain sentences."""
    reasons = Counter(one.reason for one in table.skipped).most_common(MOST_REASONS)
    why = f" ({'; '.join(f'{count} {reason}' for reason, count in reasons)})" if reasons else ""
    skipped = f"{len(table.skipped)} skipped{why}"
    told = [f"{len(table.calls)} calls of {table.read} lines, {skipped}, {unplaced} without a place"]
    if table.gaps:
        gap = max(table.gaps, key=lambda one: one.length_s)
        longest = f"{gap.after:%Y-%m-%d %H:%M} to {gap.before:%Y-%m-%d %H:%M}"
        gaps = f"{len(table.gaps)} gaps, the longest from" if len(table.gaps) > 1 else "a gap from"
        told.append(f"the log has {gaps} {longest}: nobody calls then, so units seem less busy than they were")
    return told


def _scenario(log: Path, policy: str, like: Path | None, start: datetime, duration_s: float, seed: int) -> Scenario:
    head: dict[str, Any] = {"name": log.stem, "seed": seed, "start": start, "duration_s": duration_s, "policy": policy}
    if like is None:
        return read_scenario({"scenario": head, "city": {}}, str(log))
    other = load_scenario(like)
    if other.city is None:
        raise ScenarioError(like, "is no scenario of the city", "add [city]")
    kept = msgspec.structs.replace(other.scenario, **(head | {"warm_up_s": 0.0}))
    return msgspec.structs.replace(other, scenario=kept)
