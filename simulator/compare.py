"""
Scenarios beside each other on the same days: paired differences with intervals, Holm's correction, when to stop.

Replication r of every scenario has the same seed, so that all meet the same calls where their demand is the same
(common random numbers). The first scenario is the baseline. Replications run in processes of their own; the result
does not depend on how many there are.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from simulator.errors import ScenarioError
from simulator.report import write_comparison
from simulator.results import summarise
from simulator.run import Prepared, make_folder, prepare, write_json
from simulator.statistics import HalfWidthRule, compare_to_baseline, mean_interval

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
) -> dict[str, Any]:
    """
    Run every scenario `replications` times and write comparison.json, replications.csv, report.html and run.json.

    With `half_width`, stop sooner: once the share within target of every scenario is known to plus or minus this.
    """
    if replications < 2:
        raise ScenarioError("--replications", f"{replications} cannot be compared", "give 2 or more")
    names = _names(paths)
    prepared = [prepare(path, say, city) for path in paths]  # the tables are built before the workers start
    seed = prepared[0].scenario.scenario.seed
    began = time.perf_counter()
    rows = _replicate(prepared, paths, city, seed, replications, workers or os.cpu_count() or 1, half_width, say)
    result = judge(dict(zip(names, rows, strict=True)))
    make_folder(out)
    write_json(out / "comparison.json", result)
    _write_rows(out / "replications.csv", names, rows, seed)
    write_comparison(out / "report.html", result)
    about = {"seed": seed, "wall_s": time.perf_counter() - began, "workers": workers or os.cpu_count()}
    write_json(out / "run.json", about | {"scenarios": [str(path) for path in paths]})
    return result


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
    prepared: list[Prepared],
    paths: Sequence[Path],
    city: Path | None,
    seed: int,
    replications: int,
    workers: int,
    half_width: float | None,
    say: Say,
) -> list[list[dict[str, float | None]]]:
    """By scenario, by replication. Blocks of replications, so that the stopping rule can look in between."""
    rows: list[list[dict[str, float | None]]] = [[] for _ in paths]
    block = replications if half_width is None else max(2, min(10, replications))
    with joblib.Parallel(n_jobs=min(workers, len(paths) * replications)) as pool:
        for first in range(0, replications, block):
            numbers = range(first, min(first + block, replications))
            jobs = [(at, number) for number in numbers for at in range(len(paths))]
            if workers == 1:
                done = [_figures(prepared[at], seed + number) for at, number in jobs]
            else:
                done = pool(joblib.delayed(_one)(paths[at], city, seed + number) for at, number in jobs)
            for (at, _), found in zip(jobs, done, strict=True):
                rows[at].append(found)
            say(f"{numbers.stop} of {replications} replications")
            if half_width is not None and _enough(rows, half_width, replications):
                break
    return rows


def _enough(rows: list[list[dict[str, float | None]]], half_width: float, at_most: int) -> bool:
    rule = HalfWidthRule(half_width, at_least=min(10, at_most), at_most=max(at_most, 2))
    return all(rule.decide(_column(one, ENOUGH)).stop for one in rows)


_KEPT: dict[tuple[Path, Path | None], Prepared] = {}


def _one(path: Path, city: Path | None, seed: int) -> dict[str, float | None]:
    """One replication in a worker, which keeps the world between them."""
    key = (path, city)
    if key not in _KEPT:
        _KEPT[key] = prepare(path, lambda text: None, city)
    return _figures(_KEPT[key], seed)


def _figures(prepared: Prepared, seed: int) -> dict[str, float | None]:
    summary = summarise(prepared.outcomes(seed), prepared.scenario.scenario.target_s)
    return {figure: _look_up(summary, keys) for figure, keys in FIGURES.items()}


def _look_up(summary: dict[str, Any], keys: tuple[str, ...]) -> float | None:
    found: Any = summary
    for key in keys:
        found = None if found is None else found.get(key)
    return None if found is None else float(found)


def _column(rows: list[dict[str, float | None]], figure: str) -> Floats:
    return np.array([np.nan if row[figure] is None else row[figure] for row in rows], dtype=np.float64)


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
