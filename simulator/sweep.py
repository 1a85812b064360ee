"""
Replications of scenarios: those that are kept, and the others over the processes of this machine or a cluster.

What a replication gives depends on its scenario and its seed alone: not on who runs it, nor in which order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import joblib
import msgspec

from simulator.kept import Kept, Summary, Task
from simulator.results import summarise
from simulator.run import Prepared, prepare
from simulator.scenario import Scenario
from simulator.ward_results import ward_rows


class Workers(Protocol):
    """Who runs replications. Summaries come in the order in which they are done."""

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Summary]]: ...

    def close(self) -> None: ...


def run_all(workers: Workers, kept: Kept, tasks: Sequence[Task]) -> dict[Task, Summary]:
    """The summaries of these replications; each new one is kept as soon as it is there."""
    found = {task: summary for task in tasks if (summary := kept.find(task)) is not None}
    missing = [task for task in tasks if task not in found]
    if missing:
        for task, summary in workers.run(missing):
            kept.keep(task, summary)
            found[task] = summary
    return found


class Here:
    """This process alone, or `count` processes beside it, each of which prepares a scenario once."""

    def __init__(self, prepared: Sequence[Prepared], city: Path | None, count: int) -> None:
        self._prepared, self._city = prepared, city
        self._pool = joblib.Parallel(n_jobs=count, return_as="generator_unordered") if count > 1 else None
        if self._pool is not None:
            self._pool.__enter__()

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Summary]]:
        if self._pool is None:
            yield from ((task, summary_of(self._prepared[task.scenario], task.seed)) for task in tasks)
            return
        yield from self._pool(joblib.delayed(_one)(*self._scenario(task), self._city, task) for task in tasks)

    def close(self) -> None:
        """End the processes, also when tasks are left."""
        if self._pool is not None:
            self._pool.__exit__(None, None, None)

    def _scenario(self, task: Task) -> tuple[Path, Scenario]:
        prepared = self._prepared[task.scenario]
        return prepared.path, prepared.scenario


def summary_of(prepared: Prepared, seed: int) -> Summary:
    """One replication; of a city also ward by ward."""
    outcomes, target_s = prepared.outcomes(seed), prepared.scenario.scenario.target_s
    summary = summarise(outcomes, target_s)
    if prepared.world is not None:
        summary["by_ward"] = ward_rows(outcomes, prepared.world, target_s)
    return summary


_OPENED: dict[tuple[Path, bytes, Path | None], Prepared] = {}


def _one(path: Path, scenario: Scenario, city: Path | None, task: Task) -> tuple[Task, Summary]:
    """One replication in a process of its own, which keeps the world between them."""
    key = (path, msgspec.json.encode(scenario), city)
    if key not in _OPENED:
        _OPENED[key] = prepare(path, lambda text: None, city, scenario)
    return task, summary_of(_OPENED[key], task.seed)
