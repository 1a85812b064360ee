"""
The clock and the agenda of a simulated day: what happens next, and in which order.

A heap of `(time, priority, id, event)`: what is due at the same instant happens by priority, then in the order in
which it was planned. So the same inputs give the same run, on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

Happening = Callable[[Any], None]
"""What happens, and to whom: called with the thing it was planned for."""

BEFORE_ALL, RELEASES, ARRIVES = -1, 0, 1
"""At the same instant units become free before calls come in: a call does not wait for a unit that is just back."""


class Agenda:
    """`now_s`: seconds since the start of the run. Nothing is ever planned before it."""

    __slots__ = ("_count", "_heap", "now_s")

    def __init__(self) -> None:
        self.now_s = 0.0
        self._heap: list[tuple[float, int, int, Happening, Any]] = []
        self._count = 0

    def plan(self, at_s: float, happening: Happening, thing: Any, priority: int = RELEASES) -> None:
        """Let `happening(thing)` come at `at_s`. Raises ValueError for a time that is over or is no number."""
        if not at_s >= self.now_s:
            raise ValueError(f"{happening.__name__} planned for {at_s} s at {self.now_s} s; time only goes forward")
        self._count += 1
        heappush(self._heap, (at_s, priority, self._count, happening, thing))

    def run(self, until_s: float = float("inf")) -> None:
        """Let everything happen that is due before `until_s`; the clock then stands there, if that is a time."""
        heap = self._heap
        while heap and heap[0][0] < until_s:
            self.now_s, _, _, happening, thing = heappop(heap)
            happening(thing)
        if until_s != float("inf"):
            self.now_s = max(self.now_s, until_s)

    def __len__(self) -> int:
        return len(self._heap)
