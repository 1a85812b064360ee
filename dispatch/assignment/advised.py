"""
Which units were advised a moment ago: whoever sends the one that stood on the screen goes against nobody.

Advice changes within a second; a person reads and clicks more slowly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from dispatch.assignment.recommendation import Recommendation

STILL_GOOD_S = 15.0
"""So long a unit counts as advised after it last was (guess)."""

Show = Callable[[Mapping[str, Recommendation]], None]


class Advised:
    """Stands between the recommender and who shows its advice, and remembers what was shown."""

    def __init__(self, show: Show, clock: Callable[[], float] = time.monotonic) -> None:
        self._show, self._clock = show, clock
        self._seen: dict[str, dict[str, float]] = {}
        self._told: dict[str, Recommendation] = {}

    def show(self, recommendations: Mapping[str, Recommendation]) -> None:
        self.note(recommendations)
        self._show(recommendations)

    def note(self, recommendations: Mapping[str, Recommendation]) -> None:
        """Remember what somebody was told who asked, without showing it to all."""
        now = self._clock()
        for incident_id, advice in recommendations.items():
            seen = self._seen.setdefault(incident_id, {})
            seen.update(dict.fromkeys(_named(advice), now))
        self._seen = {key: fresh for key, seen in self._seen.items() if (fresh := _fresh(seen, now))}
        self._told = {key: one for key, one in {**self._told, **recommendations}.items() if key in self._seen}

    def last_told(self, incident_id: str) -> Recommendation | None:
        """The newest advice that somebody was told about an incident, while it is fresh."""
        return self._told.get(incident_id)

    def units_of(self, incident_id: str, advice: Recommendation | None) -> tuple[str, ...] | None:
        """The units advised now and a moment ago; None when nothing is advised, so that nobody goes against it."""
        if advice is None:
            return None
        recent = _fresh(self._seen.get(incident_id, {}), self._clock())
        return tuple(dict.fromkeys([*_named(advice), *recent]))


def _fresh(seen: Mapping[str, float], now: float) -> dict[str, float]:
    return {unit_id: at for unit_id, at in seen.items() if now - at <= STILL_GOOD_S}


def _named(advice: Recommendation) -> list[str]:
    return [one.unit_id for one in (*advice.units, *advice.parallel)]
