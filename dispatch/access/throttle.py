"""Who asks too often is slowed down; nobody is ever locked out for good."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from dispatch.errors import TooOften

_MANY = 10_000


class Throttle:
    """
    Counts tries by what is tried and by whom, in this process only.

    A try counts before it is judged, so that many at once gain nothing; success may forget them. `refusal` is what the
    one who tries too often is told, with `{wait_s}` where the seconds go.
    Weakness: each process counts for itself, so N processes allow N times as many.
    """

    def __init__(
        self, refusal: str, *, tries: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._refusal, self._most, self._window_s, self._clock = refusal, tries, window_s, clock
        self._tries: dict[tuple[str, str], deque[float]] = {}

    def take_try(self, what: str, by: str) -> None:
        """Count one try; TooOften when there have been too many."""
        now = self._clock()
        if len(self._tries) > _MANY:
            self._forget_old(now)
        tries = self._tries.setdefault((what, by), deque())
        while tries and tries[0] <= now - self._window_s:
            tries.popleft()
        if len(tries) >= self._most:
            wait_s = math.ceil(tries[0] + self._window_s - now)
            raise TooOften(self._refusal, retry_after_s=wait_s, code="too_often", wait_s=wait_s)
        tries.append(now)

    def forget(self, what: str, by: str) -> None:
        self._tries.pop((what, by), None)

    def _forget_old(self, now: float) -> None:
        self._tries = {key: tries for key, tries in self._tries.items() if tries and tries[-1] > now - self._window_s}
