"""
How many emergencies the hours ahead bring: the usual rate of the hour of the week, times how busy the last hour was.

The factor has a Gamma prior of mean 1 that weighs as much as `PRIOR_CALLS` calls; with n calls seen where m are usual
its posterior is Gamma(n + prior, m + prior). Each replication draws its own factor, so that the results also carry how
unsure the forecast is. Weaknesses: an incident that was closed more than half an hour ago has left the desk's state and
is not seen; nothing is known of weather, holidays and events ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scipy import stats

from dispatch.city_pack_schema import Demand
from dispatch.domain.clock import LOCAL
from simulator.streams import Seed, stream

PRIOR_CALLS = 10.0
"""So many calls as usual stand against what the last hour brought: hours differ by about a third (guess)."""
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Forecast:
    """Emergencies an hour: as usual at this hour, and seen in the last one. `told`: somebody said how many come."""

    usual_per_day: float
    usual_per_hour: float
    seen: int
    told_per_hour: float | None = None

    @property
    def factor(self) -> float:
        """The mean of the factor on the usual rate."""
        if self.told_per_hour is not None:
            return self.told_per_hour / self.usual_per_hour
        return (self.seen + PRIOR_CALLS) / (self.usual_per_hour + PRIOR_CALLS)

    def draw(self, seed: Seed) -> float:
        """One replication's factor; what is told is not drawn."""
        if self.told_per_hour is not None:
            return self.factor
        drawn = stream(seed, "forecast").gamma(self.seen + PRIOR_CALLS)
        return float(drawn / (self.usual_per_hour + PRIOR_CALLS))

    def as_told(self) -> dict[str, float | int | str | None]:
        """For the results."""
        low, high = self.factor, self.factor
        if self.told_per_hour is None:
            low, high = (
                float(stats.gamma.ppf(share, self.seen + PRIOR_CALLS)) / (self.usual_per_hour + PRIOR_CALLS)
                for share in INTERVAL
            )
        return {
            "calls_per_hour": self.usual_per_hour * self.factor,
            "usual_per_hour": self.usual_per_hour,
            "seen_last_hour": self.seen,
            "factor": self.factor,
            "low": low,
            "high": high,
            "source": "pack" if self.told_per_hour is None else "told",
        }


def forecast_of(demand: Demand, at: datetime, seen: int, told_per_hour: float | None) -> Forecast:
    """From the pack's demand; `at`: now."""
    local = at.astimezone(LOCAL)
    per_day = demand.calls_per_day * demand.share_emergency
    usual = per_day / 24 * demand.hour_of_week[local.weekday() * 24 + local.hour]
    return Forecast(per_day, usual, seen, told_per_hour)
