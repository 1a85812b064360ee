"""
What users of the desk feel, measured from outside: seconds by kind of waiting, and troubles by kind.

Two things that belong together, a request and what a screen shows of it, may be heard of in either order: `began` and
`seen` meet by a key.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any

import numpy as np

FORGOTTEN_AFTER_S = 180.0
"""What has not met its other half by then never will: nobody asked for it, or nobody was shown it."""
PERCENTILES = (50, 95, 99)


class Meter:
    """Times are seconds of a monotonic clock. `consoles`: how many screens show what is done."""

    def __init__(self, consoles: int = 0) -> None:
        self.consoles = consoles
        self._seconds: dict[str, array[float]] = {}
        self.troubles: Counter[str] = Counter()
        self.in_a_row = 0
        """Requests that failed since the last one that was answered."""
        self.last_trouble = ""
        self._began: dict[tuple[int, object], tuple[str, float]] = {}
        self._seen: dict[tuple[int, object], float] = {}

    def note(self, what: str, seconds: float) -> None:
        """Somebody waited so long."""
        if what.endswith("→ answer"):
            self.in_a_row = 0
        self._seconds.setdefault(what, array("d")).append(seconds)

    def trouble(self, kind: str, *, is_fatal: bool = False) -> None:
        """Something was refused or failed; `is_fatal`: the server did not do its work."""
        self.troubles[kind] += 1
        self.last_trouble = kind
        self.in_a_row = self.in_a_row + 1 if is_fatal else 0

    def began(self, key: object, what: str, at: float, *, screens: int | None = None) -> None:
        """Somebody waits since `at` to be shown `key`, on every console or on so many screens."""
        for screen in range(self.consoles if screens is None else screens):
            if (seen_at := self._seen.pop((screen, key), None)) is not None:
                self.note(what, max(seen_at - at, 0.0))
            else:
                self._began[screen, key] = (what, at)

    def seen(self, key: object, at: float, screen: int = 0) -> None:
        """`key` was shown; only the first time counts."""
        if (waiting := self._began.pop((screen, key), None)) is not None:
            self.note(waiting[0], max(at - waiting[1], 0.0))
        else:
            self._seen.setdefault((screen, key), at)

    def forget(self, now: float) -> None:
        """Let go of what has waited too long; what somebody should have been shown and was not is a trouble."""
        for key in [key for key, (_, at) in self._began.items() if now - at > FORGOTTEN_AFTER_S]:
            self.trouble(f"{self._began.pop(key)[0]}: never shown")
        for key in [key for key, at in self._seen.items() if now - at > FORGOTTEN_AFTER_S]:
            del self._seen[key]

    def waits(self) -> dict[str, dict[str, Any]]:
        """By kind: how many, percentiles and the longest, in milliseconds."""
        found = {}
        for what, values in sorted(self._seconds.items()):
            ms = 1000 * np.frombuffer(values, dtype=np.float64)
            marks = np.percentile(ms, PERCENTILES).tolist()
            named = {f"p{mark}_ms": round(value, 1) for mark, value in zip(PERCENTILES, marks, strict=True)}
            found[what] = {"count": len(ms), **named, "max_ms": round(float(ms.max()), 1)}
        return found
