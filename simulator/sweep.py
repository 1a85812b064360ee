"""
Replications of scenarios: those that are kept, and the others over the processes of this machine or a cluster.

What a replication gives depends on its scenario and its seed alone: not on who runs it, nor in which order.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Protocol

import msgspec

from simulator.errors import ScenarioError
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
    """
    This process alone, or `count` forks of it, which find the scenarios prepared in their memory.

    Where a scenario reads a log, the processes start afresh: what reads it has threads that no fork survives.
    """

    def __init__(self, prepared: Sequence[Prepared], city: Path | None, count: int) -> None:
        self._prepared, self._city = prepared, city
        self._pool: ProcessPoolExecutor | None = None
        if count > 1:
            _OPENED.update({_key(one.path, one.scenario, city): one for one in prepared})
            reads = any(one.scenario.city is not None and one.scenario.city.calls for one in prepared)
            context = get_context("spawn" if reads else "fork")
            self._pool = ProcessPoolExecutor(count, mp_context=context, initializer=begin_work)

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Summary]]:
        """Raises what a replication raised, or ScenarioError when a process was ended from outside."""
        if self._pool is None:
            yield from ((task, summary_of(self._prepared[task.scenario], task.seed)) for task in tasks)
            return
        asked = [self._pool.submit(_one, *self._scenario(task), self._city, task) for task in tasks]
        try:
            yield from (done.result() for done in as_completed(asked))
        except BrokenProcessPool:
            way_out = "perhaps memory is short; what is done is kept: the same command goes on from there"
            raise ScenarioError("a worker", "was ended from outside", way_out) from None

    def close(self) -> None:
        """End the processes, each after the replication that it is at."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        _OPENED.clear()

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
"""What forks find in their memory, and a process that starts afresh keeps between replications."""


def _key(path: Path, scenario: Scenario, city: Path | None) -> tuple[Path, bytes, Path | None]:
    return path, msgspec.json.encode(scenario), city


def begin_work() -> None:
    """What is in memory already stays: no looking for garbage there. A process ends when its parent is gone."""
    gc.freeze()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _one(path: Path, scenario: Scenario, city: Path | None, task: Task) -> tuple[Task, Summary]:
    """One replication in a process of its own."""
    key = _key(path, scenario, city)
    if key not in _OPENED:
        _OPENED[key] = prepare(path, lambda text: None, city, scenario)
    return task, summary_of(_OPENED[key], task.seed)
