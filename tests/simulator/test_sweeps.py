from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.errors import Saigon115Error
from simulator.compare import compare

QUEUE = """
[scenario]
seed = 4
duration_s = 200000
queue = "{queue}"
policy = "mine.py:Mine"
[[zone]]
id = "Z"
rate_per_h = 9
[[unit]]
id = "U1"
[[unit]]
id = "U2"
[service]
mean_s = 600
"""
POLICY = """
import os, signal
from pathlib import Path
from simulator.policies.closest import ClosestIdle

NOTES = Path({notes!r})


class Mine(ClosestIdle):
    def prepare(self, day):
        with (NOTES / "seeds").open("a") as file:
            file.write(f"{{day.rules.queue}} {{day.seed}}\\n")
        if day.seed == 5 and (NOTES / "fatal").exists():
            (NOTES / "fatal").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
"""
SAME = ("comparison.json", "replications.csv", "report.html", "replications/fifo/4.json", "replications/loss/6.json")


def write_scenarios(folder: Path) -> list[Path]:
    """Two scenarios under a policy of one's own; seed 5 kills its process once if notes/fatal is there."""
    (folder / "notes").mkdir()
    (folder / "mine.py").write_text(POLICY.format(notes=str(folder / "notes")), encoding="utf-8")
    paths = [folder / "fifo.toml", folder / "loss.toml"]
    for path in paths:
        path.write_text(QUEUE.format(queue=path.stem), encoding="utf-8")
    return paths


def run(paths: list[Path], out: Path, **how: object) -> list[str]:
    """Compare three replications; what was said."""
    said: list[str] = []
    compare(paths, out, 3, said.append, **({"workers": 1} | how))  # type: ignore[arg-type]
    return said


def read(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in SAME]


def seeds_run(folder: Path) -> list[str]:
    return (folder / "notes" / "seeds").read_text(encoding="utf-8").splitlines()


@contextlib.contextmanager
def dask_cluster(folder: Path) -> Iterator[str]:
    """A scheduler and two workers, each a process of its own; what a worker loses in a crash nobody restarts."""
    told = folder / "scheduler.json"
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    worker = ["worker", *common, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder / "scratch")]
    with contextlib.ExitStack() as started:
        for arguments in (["scheduler", "--host", "127.0.0.1", "--port", "0", *common], worker, worker):
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            started.callback(process.wait)
            started.callback(process.kill)
        from distributed import Client

        with Client(scheduler_file=str(told), timeout=30, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=30)
        yield str(json.loads(told.read_text(encoding="utf-8"))["address"])


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_one_process(tmp_path: Path) -> None:
    paths = write_scenarios(tmp_path)
    run(paths, tmp_path / "here")
    (tmp_path / "notes" / "fatal").touch()
    with dask_cluster(tmp_path) as address:
        run(paths, tmp_path / "there", cluster=address)
        assert not (tmp_path / "notes" / "fatal").exists()
        assert read(tmp_path / "there") == read(tmp_path / "here")


def test_two_processes_of_which_one_is_killed_give_the_bytes_of_one(tmp_path: Path) -> None:
    paths = write_scenarios(tmp_path)
    run(paths, tmp_path / "here")
    (tmp_path / "notes" / "fatal").touch()
    with pytest.raises(Saigon115Error, match="a worker: was ended from outside; .* goes on from there"):
        run(paths, tmp_path / "there", workers=2)
    run(paths, tmp_path / "there", workers=2)
    assert read(tmp_path / "there") == read(tmp_path / "here")


def test_a_sweep_that_was_killed_goes_on_from_what_it_had_done(tmp_path: Path) -> None:
    paths = write_scenarios(tmp_path)
    (tmp_path / "notes" / "fatal").touch()
    arguments = ["-m", "dispatch.cli", "simulate", "compare", *map(str, paths), "--out", str(tmp_path / "out")]
    killed = subprocess.run(
        [sys.executable, *arguments, "--replications", "3", "--workers", "1"], capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    said = run(paths, tmp_path / "out", resume=True)
    assert said[:2] == ["fifo: 1 replications are there already", "loss: 1 replications are there already"]
    assert sorted(seeds_run(tmp_path)) == sorted(["fifo 4", "loss 4", "fifo 5", "fifo 5", "loss 5", "fifo 6", "loss 6"])
    run(paths, tmp_path / "fresh")
    assert read(tmp_path / "out") == read(tmp_path / "fresh")


def test_nothing_is_taken_up_once_the_scenario_has_changed(tmp_path: Path) -> None:
    paths = write_scenarios(tmp_path)
    run(paths, tmp_path / "out")
    paths[1].write_text(QUEUE.format(queue="loss").replace("600", "700"), encoding="utf-8")
    with pytest.raises(Saigon115Error, match="loss: the scenario changed since its 3 replications were kept"):
        run(paths, tmp_path / "out", resume=True)
    said = run(paths, tmp_path / "out")
    assert said[:2] == [
        "fifo: 3 replications are there already",
        "loss: 3 kept replications begin anew: the scenario changed",
    ]
    assert sorted(seeds_run(tmp_path)[6:]) == ["loss 4", "loss 5", "loss 6"]


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cluster.ANSWERS_WITHIN_S", 0.2)
    with pytest.raises(Saigon115Error, match=r"--cluster 127.0.0.1:9: no scheduler answers .*dask scheduler"):
        run(write_scenarios(tmp_path), tmp_path / "out", cluster="127.0.0.1:9")
    assert not (tmp_path / "out").exists()
