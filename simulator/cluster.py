"""
Replications over the workers of a Dask scheduler.

Each worker gets the scenarios once, as a plugin that the scheduler also hands to workers that join later; a task is a
row and a seed. Dask gives the tasks of a worker that died to others. A worker with another program, or whose processor
rounds otherwise, is refused: its results would not be the same. Dask's messages carry code: whoever reaches the
scheduler's port owns its workers, so keep it on loopback, a private network or TLS.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from distributed import Client, Future, Worker, WorkerPlugin, get_worker
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from simulator.errors import ScenarioError
from simulator.kept import Summary, Task
from simulator.parcel import Facts, Parcel, machine_facts
from simulator.run import Prepared
from simulator.sweep import summary_of

Say = Callable[[str], None]
ANSWERS_WITHIN_S = 10.0
"""A scheduler that does not answer sooner is not there (guess)."""
WORKERS_WITHIN_S = 60.0
"""Without a worker for so long a sweep gives up (guess)."""
LOOK_EVERY_S = 5.0
GOES_ON = "what is done is kept: the same command goes on from there"


class Scenarios(WorkerPlugin):
    """The scenarios of a sweep, on a worker; each is opened when its first replication comes."""

    def __init__(self, parcels: Sequence[Parcel], facts: Facts) -> None:
        self._parcels, self._facts = parcels, facts

    def setup(self, worker: Worker) -> None:
        self._folder, self._lock = Path(worker.local_directory), threading.Lock()
        self._opened: dict[int, Prepared] = {}

    def run(self, task: Task) -> Summary:
        """One replication. Raises ScenarioError on a machine that would compute otherwise."""
        if differs := _differences(machine_facts(), self._facts):
            raise ScenarioError(f"worker {get_worker().address}", f"has another {differs}", _ALIKE)
        with self._lock:
            if task.scenario not in self._opened:
                folder = self._folder / f"scenario-{id(self)}-{task.scenario}"
                self._opened[task.scenario] = self._parcels[task.scenario].open(folder)
        return summary_of(self._opened[task.scenario], task.seed)


_ALIKE = "give every worker the same version of Saigon115, NumPy and Python on the same kind of processor"


class Cluster:
    """`sweep.Workers` on a Dask scheduler at `address`. Raises ScenarioError when it cannot be used."""

    def __init__(self, address: str, parcels: Sequence[Parcel], say: Say) -> None:
        self._address, self._say = address, say
        self._name = f"saigon115-{hashlib.sha256(pickle.dumps([one.facts for one in parcels])).hexdigest()[:16]}"
        if not _is_private(address):
            say(f"{address}: Dask's messages carry code; use TLS or a private network")
        try:
            self._client = Client(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            way_out = "start one: dask scheduler --host 127.0.0.1"
            raise ScenarioError(f"--cluster {address}", f"no scheduler answers ({error})", way_out) from None
        try:
            self._check_workers()
            self._client.register_plugin(Scenarios(parcels, machine_facts()), name=self._name)
        except BaseException:
            self._client.close()
            raise

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Summary]]:
        """The summaries as they come. Raises what a replication raised, or ScenarioError when the cluster is lost."""
        done: Queue[Future[Any]] = Queue()
        waiting: dict[object, tuple[Task, Future[Any]]] = {}
        try:
            for task in tasks:
                key = f"{self._name}-{task.scenario}-{task.seed}"
                future = self._client.submit(_replicate, self._name, task, key=key, pure=False)
                waiting[future.key] = (task, future)
                future.add_done_callback(done.put)
            while waiting:
                task, future = waiting.pop(self._next(done).key)
                yield task, self._result(task, future)
        finally:
            self._client.cancel([future for _, future in waiting.values()], force=True)

    def close(self) -> None:
        """Let the workers forget the sweep."""
        try:
            if self._client.status == "running":
                self._client.unregister_worker_plugin(self._name)
        finally:
            self._client.close()

    def _next(self, done: Queue[Future[Any]]) -> Future[Any]:
        """The next that is over; gives up when no worker is left."""
        without_s = 0.0
        while True:
            try:
                return done.get(timeout=LOOK_EVERY_S)
            except Empty:
                without_s = 0.0 if self._workers() else without_s + LOOK_EVERY_S
            if without_s == LOOK_EVERY_S:
                self._say(f"no worker is left; waiting {WORKERS_WITHIN_S:.0f} s for one")
            if without_s >= WORKERS_WITHIN_S:
                raise ScenarioError(f"--cluster {self._address}", "no worker is left", f"start some; {GOES_ON}")

    def _result(self, task: Task, future: Future[Any]) -> Summary:
        try:
            found: Summary = future.result()
        except KilledWorker as error:
            fact = f"every worker that took seed {task.seed} died ({error.last_worker.address} last)"
            way_out = f"look at their logs, perhaps memory is short; {GOES_ON}"
            raise ScenarioError(f"--cluster {self._address}", fact, way_out) from None
        except FutureCancelledError:
            way_out = f"start it again; {GOES_ON}"
            raise ScenarioError(f"--cluster {self._address}", "the scheduler has gone away", way_out) from None
        return found

    def _workers(self) -> list[str]:
        return list(self._client.scheduler_info(n_workers=-1)["workers"])

    def _check_workers(self) -> None:
        """There are some, and each is like us."""
        try:
            self._client.wait_for_workers(1, timeout=ANSWERS_WITHIN_S)
        except TimeoutError:
            way_out = f"start some: dask worker {self._address} --nthreads 1"
            raise ScenarioError(f"--cluster {self._address}", "there is no worker", way_out) from None
        for worker, told in self._client.run(machine_facts, on_error="return").items():
            if isinstance(told, BaseException):
                fact = f"has no Saigon115 ({type(told).__name__}: {told})"
                raise ScenarioError(f"worker {worker}", fact, "start it from an environment that has it")
            if differs := _differences(told, machine_facts()):
                raise ScenarioError(f"worker {worker}", f"has another {differs}", _ALIKE)


def _replicate(name: str, task: Task) -> Summary:
    """On a worker."""
    plugin: Any = get_worker().plugins[name]
    return plugin.run(task)  # type: ignore[no-any-return]  # what we registered under this name


def _differences(one: Facts, other: Facts) -> str:
    return " and ".join(key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key))


def _is_private(address: str) -> bool:
    """Loopback, or encrypted."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        return parts.scheme == "tls" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
