"""
Which units were advised a moment ago, and as what: whoever sends the one that stood on the screen goes against nobody.

Advice changes within a second; a person reads and clicks more slowly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dispatch.assignment.recommendation import Candidate, Recommendation
from dispatch.domain.words import Tier

STILL_GOOD_S = 15.0
"""So long a unit counts as advised after it last was (guess)."""

Show = Callable[[Mapping[str, Recommendation]], None]


class Seen(NamedTuple):
    """When a unit was last advised for an incident, and as what."""

    at: float
    tier: Tier


class Advised:
    """Stands between the recommender and who shows its advice, and remembers what was shown."""

    def __init__(self, show: Show, clock: Callable[[], float] = time.monotonic) -> None:
        self._show, self._clock = show, clock
        self._seen: dict[str, dict[str, Seen]] = {}
        self._told: dict[str, Recommendation] = {}

    def show(self, recommendations: Mapping[str, Recommendation]) -> None:
        self.note(recommendations)
        self._show(recommendations)

    def note(self, recommendations: Mapping[str, Recommendation]) -> None:
        """Remember what somebody was told who asked, without showing it to all."""
        now = self._clock()
        for incident_id, advice in recommendations.items():
            seen = self._seen.setdefault(incident_id, {})
            seen.update({one.unit_id: Seen(now, one.tier) for one in _named(advice)})
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
        return tuple(dict.fromkeys([*(one.unit_id for one in _named(advice)), *recent]))

    def tier_of(self, incident_id: str, unit_id: str | None, advice: Recommendation | None) -> Tier | None:
        """
        As what the unit is advised now or was a moment ago; None when it was not.

        Of two that are sent one after the other, the first changes what is advised of the second.
        """
        for one in _named(advice) if advice else ():
            if one.unit_id == unit_id:
                return one.tier
        recent = _fresh(self._seen.get(incident_id, {}), self._clock())
        return recent[unit_id].tier if unit_id in recent else None


def _fresh(seen: Mapping[str, Seen], now: float) -> dict[str, Seen]:
    return {unit_id: one for unit_id, one in seen.items() if now - one.at <= STILL_GOOD_S}


def _named(advice: Recommendation) -> tuple[Candidate, ...]:
    return (*advice.units, *advice.parallel)
