"""
The times in force for one profile, and how they change while questions are being answered.

Two metrics: one answers, the other is re-weighted beside it and then takes its place. A question holds the one it began
with to its end, so that it never waits for a change and never sees half of one. A change waits until the last question
has let go of the metric that it is to rewrite: those are questions older than the change before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Lock

from routing.engine import Metric
from routing.graph import IntArray
from routing.networks import Network
from routing.weights import Weights


@dataclass
class _Side:
    metric: Metric
    drive_ms: IntArray
    version: str
    readers: int = 0


@dataclass(frozen=True)
class InForce:
    """One consistent state of affairs: times along arcs (ms), the metric made of them, and their version."""

    drive_ms: IntArray
    metric: Metric
    version: str


class Weighing:
    """One profile's pair of metrics over one network. `in_force` and `change` may be called from any thread."""

    def __init__(self, network: Network, weights: Weights, version: str, drive_ms: IntArray | None = None) -> None:
        self.network, self.weights = network, weights
        self._active = self._make(weights.drive_ms if drive_ms is None else drive_ms, version)
        self._idle: _Side | None = None
        self._free = Condition()
        self._changing = Lock()

    def prepare(self) -> None:
        """Make the second metric now, which the first change would do otherwise, holding up every other thread."""
        with self._changing:
            if self._idle is None:
                self._idle = self._make(self._active.drive_ms, self._active.version)

    @property
    def version(self) -> str:
        """The version in force."""
        return self._active.version

    @contextmanager
    def in_force(self) -> Iterator[InForce]:
        """What holds now, kept as it is until the block ends. Keep it short: the change after next waits for it."""
        with self._free:
            side = self._active
            side.readers += 1
        try:
            yield InForce(side.drive_ms, side.metric, side.version)
        finally:
            with self._free:
                side.readers -= 1
                self._free.notify_all()

    def change(self, drive_ms: IntArray, version: str) -> None:
        """Put other times along arcs in force; returns when they are."""
        with self._changing:
            if self._idle is None:
                side = self._make(drive_ms, version)
            else:
                side, self._idle = self._idle, None  # whatever fails, what was half changed is never used
                with self._free:
                    self._free.wait_for(lambda: side.readers == 0)
                side.metric.change(self.network.metric_weights(self.weights, drive_ms))
                side.drive_ms, side.version = drive_ms, version
            with self._free:
                self._active, self._idle = side, self._active

    def _make(self, drive_ms: IntArray, version: str) -> _Side:
        metric = Metric(self.network.topology, self.network.metric_weights(self.weights, drive_ms))
        return _Side(metric, drive_ms, version)
