"""
How many emergencies the hours ahead bring: the usual rate of the hour of the week, times how busy it is now.

Three sources, and the result says which. From a log that reaches to now, as a rule the desk's own, usual rates and
busyness are those of `logs.forecast.HourlyModel`, whose errors in the past say how unsure it is. From the city pack, or
from a log that ended before, only the rates: there the factor has a Gamma prior of mean 1 that weighs as much as
`PRIOR_CALLS` calls, and with n calls seen in the last hour where m are usual its posterior is Gamma(n + prior,
m + prior). Each replication draws its own factor, so that the results also carry how unsure the forecast is.

Weaknesses: one factor for all hours ahead; of the last hour, an incident that was closed more than half an hour ago has
left the desk's state and is not seen; nothing is known of weather, holidays and events ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import numpy as np
from scipy import stats

from dispatch.city_pack import CityPack
from dispatch.city_pack_schema import Demand
from dispatch.domain.clock import LOCAL
from simulator.ahead.asked import DESK, PACK
from simulator.ahead.start import LoggedHours, Start
from simulator.logs.forecast import LEAST_HOURS, HourlyModel, learn_all
from simulator.streams import Seed, stream

PRIOR_CALLS = 10.0
"""So many calls as usual stand against what the last hour brought: hours differ by about a third (guess)."""
INTERVAL = (0.025, 0.975)
LEAST_SPREAD = 1e-6
"""A spread of the factor below this is none."""
REACHES_NOW = timedelta(hours=2)
"""A log that ended longer ago knows nothing of today (guess)."""
TOLD = "told"


@dataclass(frozen=True)
class Forecast:
    """
    `rate`: usual emergencies of each hour of the week; `hour`: that of now. The factor on them has this mean and, as a
    Gamma, this `shape`; without one it is certain. `source`: `pack`, `desk`, a log, or `told` by whoever asked.
    `unknown_hours` of the log are left out, since it has a gap there.
    """

    rate: tuple[float, ...]
    hour: int
    factor: float
    shape: float | None
    source: str
    seen: int = 0
    logged_hours: int = 0
    unknown_hours: int = 0

    @property
    def usual_per_hour(self) -> float:
        """At this hour of the week."""
        return self.rate[self.hour]

    @property
    def usual_per_day(self) -> float:
        """The mean of the week."""
        return 24 * sum(self.rate) / len(self.rate)

    def draw(self, seed: Seed) -> float:
        """One replication's factor."""
        if self.shape is None:
            return self.factor
        return float(stream(seed, "forecast").gamma(self.shape)) * self.factor / self.shape

    def put_into(self, pack: CityPack) -> CityPack:
        """The pack with these rates for a demand; its shape of the week goes for planned work too."""
        shape = tuple(24 * rate / self.usual_per_day for rate in self.rate)
        told = {"calls_per_day": self.usual_per_day, "share_emergency": 1.0, "hour_of_week": shape}
        return msgspec.structs.replace(pack, demand=msgspec.structs.replace(pack.demand, **told))

    def as_told(self) -> dict[str, float | int | str | None]:
        """For the results."""
        low = high = self.factor
        if self.shape is not None:
            low, high = (float(stats.gamma.ppf(share, self.shape)) * self.factor / self.shape for share in INTERVAL)
        return {
            "calls_per_hour": self.usual_per_hour * self.factor,
            "usual_per_hour": self.usual_per_hour,
            "seen_last_hour": self.seen,
            "factor": self.factor,
            "low": low,
            "high": high,
            "source": self.source,
            "logged_hours": self.logged_hours,
            "unknown_hours": self.unknown_hours,
        }


def forecast_of(start: Start, demand: Demand, told_per_hour: float | None = None) -> Forecast:
    """As somebody tells it, else from the start's log if that is long enough, else from the pack's demand."""
    local = start.at.astimezone(LOCAL)
    hour, logged, known = local.weekday() * 24 + local.hour, start.logged, known_hours(start.logged)
    model = _learned(logged) if logged is not None and known >= LEAST_HOURS else None
    if told_per_hour is not None or model is None or logged is None or not model.rate.any():
        rate, source = _rates_of(demand), PACK
    else:
        rate, source = tuple(model.rate.tolist()), logged.source
    if told_per_hour is not None:
        factor, shape, source = told_per_hour / rate[hour], None, TOLD
    elif source != PACK and model is not None and logged is not None and _reaches(logged, start.at):
        factor, shape = model.adjustment, _shape_of(model.dispersion)
    else:
        shape = start.recent + PRIOR_CALLS
        factor = shape / (rate[hour] + PRIOR_CALLS)
    unknown = 0 if logged is None else len(logged.counts) - known
    return Forecast(rate, hour, factor, shape, source, start.recent, known, unknown)


def known_hours(logged: LoggedHours | None) -> int:
    """Of how many hours the log tells how many calls they had."""
    return 0 if logged is None else sum(count is not None for count in logged.counts)


def short_of(logged: LoggedHours | None) -> str | None:
    """Why a forecast cannot learn from it; None when it can."""
    known = known_hours(logged)
    if known >= LEAST_HOURS:
        return None
    whose = "the desk's own log" if logged is None or logged.source == DESK else logged.source
    unknown = 0 if logged is None else len(logged.counts) - known
    gaps = f" ({unknown} lie in gaps)" if unknown else ""
    return f"{whose} tells of {known} whole hours{gaps}, and a forecast needs {LEAST_HOURS}, two weeks"


def _rates_of(demand: Demand) -> tuple[float, ...]:
    per_hour = demand.calls_per_day * demand.share_emergency / 24
    return tuple(per_hour * factor for factor in demand.hour_of_week)


def _learned(logged: LoggedHours) -> HourlyModel:
    since = logged.since.astimezone(LOCAL)
    counts = np.array([np.nan if count is None else count for count in logged.counts])
    return learn_all(counts, since.weekday() * 24 + since.hour)


def _reaches(logged: LoggedHours, now: datetime) -> bool:
    return logged.since + timedelta(hours=len(logged.counts)) >= now - REACHES_NOW


def _shape_of(dispersion: float) -> float | None:
    return 1.0 / dispersion if dispersion > LEAST_SPREAD else None
