"""Guessing passwords is slowed down; nobody is ever locked out for good."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from dispatch.errors import Refused

TRIES = 10
WINDOW_S = 300.0
"""Ten tries in five minutes for one name from one address (guess: a tired person needs three)."""
_MANY = 10_000


class TooManyTries(Refused):
    """Too many sign-ins failed; HTTP's 429."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"too many sign-ins failed for this name from this address; wait {retry_after_s} s and try again, "
            "or sign in from another desk"
        )
        self.retry_after_s = retry_after_s


class Throttle:
    """
    Counts tries by name and address, in this process only.

    A try counts before its password is compared, so that many at once gain nothing; success forgets them.
    Weakness: each process counts for itself, so N processes allow N times as many.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, tries: int = TRIES, window_s: float = WINDOW_S
    ) -> None:
        self._clock = clock
        self._most, self._window_s = tries, window_s
        self._tries: dict[tuple[str, str], deque[float]] = {}

    def take_try(self, name: str, address: str) -> None:
        """Count one try; TooManyTries when there have been too many."""
        now = self._clock()
        if len(self._tries) > _MANY:
            self._forget_old(now)
        tries = self._tries.setdefault((name, address), deque())
        while tries and tries[0] <= now - self._window_s:
            tries.popleft()
        if len(tries) >= self._most:
            raise TooManyTries(math.ceil(tries[0] + self._window_s - now))
        tries.append(now)

    def forget(self, name: str, address: str) -> None:
        self._tries.pop((name, address), None)

    def _forget_old(self, now: float) -> None:
        self._tries = {key: tries for key, tries in self._tries.items() if tries and tries[-1] > now - self._window_s}
