"""
Scenarios beside each other on the same days: paired differences with intervals, Holm's correction, when to stop.

Replication r of every scenario has the same seed, so that all meet the same calls where their demand is the same
(common random numbers). The first scenario is the baseline. Replications run in processes of their own, here or on a
cluster; the result does not depend on how many there are, nor on how often the sweep was interrupted.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.comparison_words import conclude
from simulator.errors import ScenarioError
from simulator.kept import Kept, Summary, Task
from simulator.parcel import Parcel, facts_of
from simulator.report import write_comparison
from simulator.result_folder import results_in
from simulator.run import Prepared, Tables, open_roads, prepare, read_file, write_json
from simulator.statistics import HalfWidthRule, compare_to_baseline, mean_interval
from simulator.sweep import Here, Workers, run_all
from simulator.ward_results import compared_map

Floats = NDArray[np.float64]
Say = Callable[[str], None]

FIGURES: dict[str, tuple[str, ...]] = {
    "response_mean_s": ("response_s", "mean"),
    "response_p90_s": ("response_s", "p90"),
    "within_target": ("within_target",),
    "red_response_mean_s": ("by_priority", "1", "response_s", "mean"),
    "red_within_target": ("by_priority", "1", "within_target"),
    "wait_mean_s": ("wait_s", "mean"),
    "lost": ("lost",),
}
"""What is compared, and where it stands in a summary."""
ENOUGH = "within_target"
"""The figure by which the stopping rule looks."""


def compare(
    paths: Sequence[Path],
    out: Path,
    replications: int,
    say: Say,
    *,
    city: Path | None = None,
    workers: int | None = None,
    half_width: float | None = None,
    cluster: str | None = None,
    resume: bool | None = None,
) -> dict[str, Any]:
    """
    Run every scenario `replications` times and write comparison.json, replications.csv, report.html and run.json;
    map.json too when all are of the city.

    With `half_width`, stop sooner: once the share within target of every scenario is known to plus or minus this.
    `cluster`: the address of a Dask scheduler. What an earlier run left in `out` is taken up where it still holds;
    `resume` True refuses to begin anew, False always does.
    """
    if replications < 2:
        raise ScenarioError("--replications", f"{replications} cannot be compared", "give 2 or more")
    names, tables = _names(paths), open_roads(city, say)
    told = [read_file(path) for path in paths]
    prepared = [  # tables are built before workers start
        prepare(path, say, city, one, tables) for path, one in zip(paths, told, strict=True)
    ]
    seed = prepared[0].scenario.scenario.seed
    began, used = time.perf_counter(), workers or os.cpu_count() or 1
    kept = Kept(out, names, [facts_of(one) for one in prepared])
    kept.take_up(resume, say)
    if cluster is None:
        crew: Workers = Here(prepared, city, min(used, len(paths) * replications))
    else:
        crew = _on_cluster(cluster, prepared, tables, say)
    try:
        days = _replicate(crew, kept, len(paths), seed, replications, half_width, say)
    finally:
        crew.close()
    rows = [[_figures(day) for day in one] for one in days]
    result = judge(dict(zip(names, rows, strict=True))) | {"titles": _titles(names, prepared)}
    result["conclusions"] = conclude(result)
    with results_in(out) as folder:
        write_json(folder / "comparison.json", result)
        _write_rows(folder / "replications.csv", names, rows, seed)
        if all("by_ward" in one[0] for one in days):
            by_ward = {name: [day["by_ward"] for day in one] for name, one in zip(names, days, strict=True)}
            write_json(folder / "map.json", compared_map(by_ward, prepared[0].scenario.scenario.target_s))
        write_comparison(folder / "report.html", result)
        about = {"seed": seed, "wall_s": time.perf_counter() - began, "workers": None if cluster else used}
        write_json(folder / "run.json", about | {"cluster": cluster, "scenarios": [str(path) for path in paths]})
    return result


def _on_cluster(address: str, prepared: Sequence[Prepared], tables: Tables, say: Say) -> Workers:
    """Dask is a part that not everybody has: asked for here only."""
    try:
        from simulator.cluster import Cluster
    except ImportError as error:
        way_out = "install it: pip install 'saigon115[cluster]'"
        raise ScenarioError("--cluster", f"Dask's distributed is not here ({error})", way_out) from None
    return Cluster(address, [Parcel.of(one, tables.opened) for one in prepared], say)


def judge(figures: dict[str, list[dict[str, float | None]]]) -> dict[str, Any]:
    """Each scenario's means with intervals, and the others' differences to the first."""
    names = list(figures)
    base, others = names[0], names[1:]
    result: dict[str, Any] = {"baseline": base, "replications": len(figures[base]), "means": {}, "differences": {}}
    for figure in FIGURES:
        columns = {name: _column(rows, figure) for name, rows in figures.items()}
        known = ~np.any([np.isnan(column) for column in columns.values()], axis=0)
        if known.sum() < 2:
            continue
        columns = {name: column[known] for name, column in columns.items()}
        for name, column in columns.items():
            estimate = mean_interval(column)
            result["means"].setdefault(name, {})[figure] = {
                "mean": estimate.mean, "low": estimate.interval.low, "high": estimate.interval.high, "n": estimate.n
            }  # fmt: skip
        for name, found in compare_to_baseline({one: columns[one] for one in others}, columns[base]).items():
            alone = found.alone.estimate
            result["differences"].setdefault(name, {})[figure] = {
                "mean": alone.mean, "low": alone.interval.low, "high": alone.interval.high,
                "low_together": found.together.low, "high_together": found.together.high,
                "p": found.alone.p_value, "p_holm": found.p_holm, "excludes_zero": found.alone.excludes_zero,
            }  # fmt: skip
    return result


def _replicate(
    crew: Workers, kept: Kept, scenarios: int, seed: int, replications: int, half_width: float | None, say: Say
) -> list[list[Summary]]:
    """By scenario, by replication. Blocks of replications, so that the stopping rule can look in between."""
    days: list[list[Summary]] = [[] for _ in range(scenarios)]
    block = replications if half_width is None else max(2, min(10, replications))
    for first in range(0, replications, block):
        numbers = range(first, min(first + block, replications))
        tasks = [Task(at, seed + number) for number in numbers for at in range(scenarios)]
        done = run_all(crew, kept, tasks)
        for task in tasks:
            days[task.scenario].append(done[task])
        say(f"{numbers.stop} of {replications} replications")
        if half_width is not None and _enough(days, half_width, replications):
            break
    return days


def _enough(days: list[list[Summary]], half_width: float, at_most: int) -> bool:
    rule = HalfWidthRule(half_width, at_least=min(10, at_most), at_most=max(at_most, 2))
    return all(rule.decide(_column([_figures(day) for day in one], ENOUGH)).stop for one in days)


def _figures(summary: Summary) -> dict[str, float | None]:
    return {figure: _look_up(summary, keys) for figure, keys in FIGURES.items()}


def _look_up(summary: dict[str, Any], keys: tuple[str, ...]) -> float | None:
    found: Any = summary
    for key in keys:
        found = None if found is None else found.get(key)
    return None if found is None else float(found)


def _column(rows: list[dict[str, float | None]], figure: str) -> Floats:
    return np.array([np.nan if row[figure] is None else row[figure] for row in rows], dtype=np.float64)


def _titles(names: list[str], prepared: Sequence[Prepared]) -> dict[str, str]:
    """What readers call each: its own title, unless two have the same."""
    titles = [one.title for one in prepared]
    return dict(zip(names, titles if len(set(titles)) == len(titles) else names, strict=True))


def _names(paths: Sequence[Path]) -> list[str]:
    names = [path.stem for path in paths]
    if len(names) < 2:
        raise ScenarioError("compare", "there is one scenario", "name two or more, the baseline first")
    if len(set(names)) < len(names):
        names = [path.as_posix() for path in paths]
    if len(set(names)) < len(names):
        raise ScenarioError("compare", f"{names[0]} is named twice", "name different files")
    return names


def _write_rows(path: Path, names: list[str], rows: list[list[dict[str, float | None]]], seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["scenario", "seed", *FIGURES])
        for name, found in zip(names, rows, strict=True):
            for number, row in enumerate(found):
                writer.writerow([name, seed + number, *("" if row[one] is None else repr(row[one]) for one in FIGURES)])
