"""
Stations sited: time and gap on the OR-Library's p-median instances, and on the city itself.

Beside ours, in the same run and for instances of up to 200 junctions: the textbook's programme (one variable a pair of
demand point and candidate) in the same solver. `python -m benchmarks.siting [BUILT_CITY] [--all]`; the instances lie in
`$SAIGON115_DATA/siting/pmed` or `../shared/data/siting/pmed`, and are left out where they are not.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, get_args

import numpy as np
import psutil
from ortools.math_opt.python import mathopt
from rich.console import Console
from rich.table import Table

from dispatch.city.build import build_city
from dispatch.city.source import find_source
from dispatch.city_pack import CityPack, load_city_pack
from dispatch.paths import repo_root
from routing.travel_times import TravelTimes
from simulator.siting.ask import ask
from simulator.siting.city import CityQuestion, Hosts, city_problem
from simulator.siting.objectives import Objective, ObjectiveName
from simulator.siting.p_median import solve_p_median
from simulator.siting.pmed_file import read_pmed
from simulator.siting.problem import Problem
from simulator.siting.solver import solve

LIMIT_S: Final = 60.0
NEW: Final = 10
PEER_AT_MOST: Final = 200
SOME: Final = (1, 2, 3, 4, 5, 6, 8, 10, 11, 15, 16, 20, 25, 30, 35, 40)
OPTIMA: Final = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845,
    1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989, 10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060,
    9423, 5128,
)  # fmt: skip
"""pmed1 to pmed40, as published with the OR-Library."""


def main() -> int:
    """Measure and print; exit code 1 when pmed1–5 or a question about the city is not proven."""
    console = Console(width=120)
    console.print(f"{platform.machine()}, {psutil.cpu_count()} CPUs, Python {platform.python_version()}")
    words = [word for word in sys.argv[1:] if word != "--all"]
    numbers = range(1, 41) if "--all" in sys.argv else SOME
    data = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data")
    met = _measure_instances(console, data / "siting" / "pmed", numbers)
    with TemporaryDirectory() as folder:
        city = Path(words[0]) if words else build_city(find_source(), Path(folder) / "city").directory
        met &= _measure_city(console, load_city_pack(), TravelTimes.load(city))
    return 0 if met else 1


def _measure_instances(console: Console, folder: Path, numbers: range | tuple[int, ...]) -> bool:
    if not (folder / "pmed1.txt").is_file():
        console.print(f"no OR-Library instances in {folder}: left out")
        return True
    table = Table("instance", "junctions", "p", "optimum", "found", "gap", "seconds", "textbook's seconds", "ratio")
    met = True
    for number in numbers:
        problem, new = read_pmed(folder / f"pmed{number}.txt")
        answer, optimum = solve_p_median(problem, new, LIMIT_S), OPTIMA[number - 1]
        peer_s = _textbook_s(problem, new) if len(problem.demand) <= PEER_AT_MOST else None
        ratio = f"{peer_s / max(answer.took_s, 0.01):.1f}" if peer_s else ""
        met &= number > 5 or (answer.proven and answer.value == optimum)
        table.add_row(
            f"pmed{number}",
            str(len(problem.demand)),
            str(new),
            str(optimum),
            f"{answer.value:.0f}{'' if answer.value == optimum else ' (!)'}",
            "proven" if answer.proven else f"{answer.gap:.3%}",
            f"{answer.took_s:.2f}",
            "" if peer_s is None else f"{peer_s:.2f}",
            ratio,
        )
    console.print(table)
    return met


def _textbook_s(problem: Problem, new: int) -> float:
    """Seconds of the programme with a variable a pair, building it included; `LIMIT_S` when it was not done by then."""
    started = time.perf_counter()
    model, many = mathopt.Model(), range(len(problem.candidates))
    opens = [model.add_binary_variable() for _ in many]
    model.add_linear_constraint(mathopt.fast_sum(opens) == new)
    terms = []
    for row in range(len(problem.demand)):
        served = [model.add_variable(lb=0.0, ub=1.0) for _ in many]
        model.add_linear_constraint(mathopt.fast_sum(served) == 1)
        for one, opened in zip(served, opens, strict=True):
            model.add_linear_constraint(one <= opened)
        terms += [float(problem.time_s[row, column]) * served[column] for column in many]
    model.minimize(mathopt.fast_sum(terms))
    solve(model, opens, LIMIT_S, maximise=False)
    return time.perf_counter() - started


def _measure_city(console: Console, pack: CityPack, travel: TravelTimes) -> bool:
    """Ten more, by each objective, among hospitals and among hospitals and wards."""
    title = f"{NEW} more, city"
    table = Table(title, "candidates", "demand", "gap", "solve, s", "in all, s", "mean s", "in 8 min", "in 15 min")
    met = True
    for hosts in ("emergency", "wards"):
        chosen: Hosts = hosts
        problem = city_problem(pack, travel, CityQuestion(hosts=chosen))
        stands = _nearest_row(problem)
        table.add_row("as it stands", "", "", "", "", "", *stands)
        for name in get_args(ObjectiveName):
            objective: ObjectiveName = name
            started = time.perf_counter()
            report = ask(problem, Objective(objective), NEW, LIMIT_S)
            took_s = time.perf_counter() - started
            met &= report.answer.proven
            table.add_row(
                name,
                str(int(problem.open_.sum())),
                str(len(problem.demand)),
                "proven" if report.answer.proven else f"{report.answer.gap:.3%}",
                f"{report.answer.took_s:.2f}",
                f"{took_s:.2f}",
                f"{report.after.mean_s:.1f}",
                f"{report.after.share_within_8_min:.4f}",
                f"{report.after.share_within_target:.4f}",
            )
    console.print(table)
    return met


def _nearest_row(problem: Problem) -> tuple[str, str, str]:
    share = problem.weight / problem.weight.sum()
    nearest_s = problem.time_s[:, problem.kept].min(axis=1)
    known = np.isfinite(nearest_s)
    mean_s = float(share[known] @ nearest_s[known] / share[known].sum())
    return f"{mean_s:.1f}", f"{float(share @ (nearest_s <= 480)):.4f}", f"{float(share @ (nearest_s <= 900)):.4f}"


if __name__ == "__main__":
    sys.exit(main())
