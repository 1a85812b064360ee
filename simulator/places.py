"""
Travel times of a simulated day: a table place × place × hour, asked by number instead of by coordinates.

Places are everything that somebody can be at: posts, zones or wards, hospitals. A unit on the road is taken to be at
the place of the table that lies best on its way; how far the table is from the roads is measured where it is built.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float32]
HOUR_S = 3600.0
HOURS = 168
WAY_STEP_S = 60.0
"""Where a unit on the road is, is looked up once for so many seconds."""
WAYS_KEPT = 50_000
"""So many answers are remembered; then they are forgotten together."""


@dataclass(frozen=True)
class Places:
    """
    `time_s[profile][band]` is to × from, so that one destination is one row; inf where nothing leads. `band[hour]`:
    which of the bands holds in that hour of the week. `distance_m`: to × from, of the fastest way at night; None where
    nobody knows. `first_hour_s`: seconds since Monday 00:00 local time when the run begins. `spans`: from when until
    when (seconds of the run) other bands hold than usually, and where in `band` their 168 hours stand; ordered.
    """

    time_s: list[list[Seconds]]
    band: list[int] = field(default_factory=lambda: [0] * HOURS)
    first_hour_s: float = 0.0
    distance_m: Seconds | None = None
    spans: tuple[tuple[float, float, int], ...] = ()
    _ways: dict[tuple[int, int, int, int, int], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time_s[0][0])

    def hour(self, at_s: float) -> int:
        """Where in `band` a moment stands: the hour of the week (0 is Monday 00:00 local time), or that of a span."""
        hour = int((self.first_hour_s + at_s) // HOUR_S) % HOURS
        if self.spans:
            span = bisect_right(self._span_starts, at_s) - 1
            if span >= 0 and at_s < self.spans[span][1]:
                return self.spans[span][2] + hour
        return hour

    @cached_property
    def _span_starts(self) -> list[float]:
        return [from_s for from_s, _, _ in self.spans]

    def to(self, place: int, profile: int, at_s: float) -> Seconds:
        """Seconds from every place to this one, departing at `at_s`."""
        row: Seconds = self.time_s[profile][self.band[self.hour(at_s)]][place]
        return row

    def between(self, start: int, end: int, profile: int, at_s: float) -> float:
        """Seconds from one place to another, departing at `at_s`."""
        return float(self.time_s[profile][self.band[self.hour(at_s)]][end, start])

    def metres(self, start: int, end: int) -> float | None:
        """Along the road; None where nobody knows."""
        return None if self.distance_m is None else float(self.distance_m[end, start])

    def along(self, start: int, end: int, elapsed_s: float, profile: int, at_s: float) -> int:
        """
        The place nearest to where a unit is that left `start` for `end` `elapsed_s` ago: the one for which what it has
        behind and what it has before it differ least from the journey's own.

        Weakness: places are some hundred metres apart in the centre and kilometres outside it.
        """
        band = self.band[self.hour(at_s)]
        step = int(elapsed_s // WAY_STEP_S)
        key = (profile, band, start, end, step)
        found = self._ways.get(key)
        if found is None:
            times = self.time_s[profile][band]
            whole_s, passed_s = times[end, start], (step + 0.5) * WAY_STEP_S
            off_s = np.abs(times[:, start] - passed_s) + np.abs(times[end] - max(whole_s - passed_s, 0.0))
            if len(self._ways) >= WAYS_KEPT:
                self._ways.clear()
            found = self._ways[key] = int(off_s.argmin())
        return found


def no_travel(count: int) -> Places:
    """Everybody is everywhere at once: the queues of textbooks."""
    return Places([[np.zeros((count, count), dtype=np.float32)]])
