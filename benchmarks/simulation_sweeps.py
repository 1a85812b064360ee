"""
Sweeps and memory: whether two workers do twice as much as one, how long a sweep takes, what a call costs in memory.

    python -m benchmarks.simulation workers | sweep | memory

Goals: two workers ≥ 1.8 × one; 3 policies × 40 replications of the base year on 2 cores in 10 minutes; memory flat in
calls. On a machine that does other things meanwhile seconds of the clock say little; the load is told beside them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from simulator.compare import compare
from simulator.kept import Task
from simulator.run import open_roads, prepare
from simulator.sweep import Here

BASE_YEAR = """
[scenario]
name = "base year: {name}"
seed = 1
duration_s = {seconds}
warm_up_s = 86400
policy = "{policy}"
move_up = "{move_up}"
[city]
"""
POLICIES = {
    "static": ("closest_idle", "static"),
    "dmexclp": ("closest_idle", "dmexclp"),
    "load-aware": ("closest_idle", "static"),
}
WORKERS_GOAL, SWEEP_GOAL_S = 1.8, 600.0
WHOLE = 120  # replications: 3 policies × 40
YEAR_S = 365 * 86_400


def write_scenario(folder: Path, name: str, days: float) -> Path:
    """A scenario of the base year, shorter or longer."""
    policy, move_up = POLICIES[name]
    path = folder / f"{name}.toml"
    text = BASE_YEAR.format(name=name, seconds=days * 86_400, policy=policy, move_up=move_up)
    path.write_text(text, encoding="utf-8")
    return path


def two_workers(city: Path | None, days: float, replications: int) -> bool:
    """The same replications by one process and by two; the processes' start counts."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_scenario(Path(folder), "static", days)
        prepared = [prepare(path, print, city, table_of=open_roads(city, print))]
        tasks = [Task(0, seed) for seed in range(replications)]
        clock_s, processor_s = [], []
        for count in (1, 2):
            began, used = time.perf_counter(), time.process_time()
            crew = Here(prepared, city, count)
            done = dict(crew.run(tasks))
            clock_s.append(time.perf_counter() - began)
            others = [sum(one.cpu_times()[:2]) for one in psutil.Process().children(recursive=True)]
            processor_s.append(max([time.process_time() - used, *others]))
            crew.close()
            assert len(done) == replications
    clock, processor = clock_s[0] / clock_s[1], processor_s[0] / processor_s[1]
    print(
        f"{replications} replications of {days:g} days: one worker {clock_s[0]:.1f} s, two {clock_s[1]:.1f} s, "
        f"{clock:.2f} × by the clock (load {os.getloadavg()[0]:.1f}); by the busier process's processor seconds "
        f"{processor_s[0]:.1f} and {processor_s[1]:.1f}: {processor:.2f} ×; goal {WORKERS_GOAL} ×"
    )
    return clock >= WORKERS_GOAL


def whole_sweep(city: Path | None, days: float, replications: int) -> bool:
    """Three policies on the same years, by two processes, written down as `simulate compare` does."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [write_scenario(Path(folder), name, days) for name in POLICIES]
        text = paths[2].read_text(encoding="utf-8").replace("[city]", 'hospital = "load_aware"\n[city]')
        paths[2].write_text(text, encoding="utf-8")
        began = time.perf_counter()
        compare(paths, Path(folder) / "out", replications, print, city=city, workers=2)
        took_s = time.perf_counter() - began
    done = len(paths) * replications
    whole_s = took_s * WHOLE / done * YEAR_S / (days * 86_400)
    print(
        f"{len(paths)} policies × {replications} replications of {days:g} days by two workers: {took_s:.0f} s by the "
        f"clock (load {os.getloadavg()[0]:.1f}); 3 × 40 years at that pace {whole_s:.0f} s; goal {SWEEP_GOAL_S:g} s"
    )
    return whole_s <= SWEEP_GOAL_S


def memory(city: Path | None, days: float) -> bool:
    """The most memory that `simulate run` takes, in a process of its own: some weeks, a year, 3.2 and 10 years."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(write_scenario(Path(folder), "static", days), print, city)  # a travel table is made before, if at all
        found = []
        for times in (0.05, 1.0, 3.2, 10.0):
            path = write_scenario(Path(folder), "static", days * times)
            calls, most = _peak(path, Path(folder) / "out", city)
            found.append((calls, most))
            print(f"{calls:,} calls: {most / 2**20:.0f} MB at most")
    (few, least), (many, most) = found[0], found[-1]
    each = (most - least) / (many - few)
    print(f"{each:.0f} bytes for each call more; {many / few:.0f} × the calls take {most / least:.2f} × the memory")
    return True


def _peak(path: Path, out: Path, city: Path | None) -> tuple[int, int]:
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom simulator.run import run_scenario\n"
        "city = Path(sys.argv[3]) if sys.argv[3] else None\n"
        "summary = run_scenario(Path(sys.argv[1]), Path(sys.argv[2]), None, lambda text: None, city)\n"
        "print(summary['calls'], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
    )
    arguments = [sys.executable, "-c", program, str(path), str(out), str(city or "")]
    told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split()
    return int(told[-2]), int(told[-1])
