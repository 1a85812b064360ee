"""
How uncertain a travel time is: the standard deviation of its log, and quantiles from it.

Log travel times of ambulances are about normal, and pieces of one trip are dependent (Westgate, Woodard, Matteson and
Henderson, Annals of Applied Statistics 2013 and European Journal of Operational Research 2016; the coefficient of
variation falls with distance to a floor, Budge, Ingolfsson and Zerom, Management Science 2010). So the variance has

    common²                 what the city's day does to every road at that hour
  + trip²                   what the driver and his vehicle do to the whole way
  + (piece² + road²) / n    what each stretch does by itself; n stretches of `STRETCH_M` average out
  + seconds that do not grow with the way: junctions, the age of the fix, the last metres off the road

From the city's reports (`spread.csv`, made by `data/make/traffic`; see `docs/traffic.md`): common, trip, piece, road.
They include the reporters' own error, and come from cars and motorbikes without sirens, so they are rather too wide.
Every constant below is a guess unless it says otherwise. Turnout is not in here.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.errors import TrafficTableError

SPREAD_FILE: Final = "spread.csv"
# Along a way, traffic further apart than this differs independently.
STRETCH_M: Final = 500.0
# Where no distance is known: 25 km/h.
TYPICAL_M_S: Final = 7.0
# One more or one less red light, one U-turn or gate at either end.
FIXED_S: Final = 15.0
# A unit last seen so long ago may have driven towards the place or away from it: uniform, standard deviation age / √3.
FIX_SHARE: Final = 3**-0.5
# After this a unit has arrived wherever it went; a still older fix tells no less.
FIX_MAX_S: Final = 900.0
# Off the road at 15 km/h, as likely half as long as twice.
OFF_ROAD_S_PER_M: Final = 0.5 * 3.6 / 15.0
# Straight lines times a constant beside a router on the roads of 2018: median error 16 %, nine in ten below 46 %
# (measured); a normal log with these would have 0.23 and 0.28.
ESTIMATED: Final = 0.26

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Standard deviations of log speed; `common` by local hour of the day."""

    common: Floats
    trip: float
    piece: float
    road: float

    @classmethod
    def load(cls, directory: Path) -> "Spread":
        """Read `spread.csv`; raises `TrafficTableError` naming what is wrong."""
        path = directory / SPREAD_FILE
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = {(row["part"], row["hour"]): float(row["sd"]) for row in csv.DictReader(file)}
            common = np.array([rows["common", str(hour)] for hour in range(24)])
            found = cls(common, rows["trip", ""], rows["piece", ""], rows["road", ""])
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
            raise TrafficTableError(f"{path} cannot be read ({error!r}); {_REMAKE}") from error
        values = [*found.common.tolist(), found.trip, found.piece, found.road]
        if not all(0.0 <= value < 2.0 for value in values):
            raise TrafficTableError(f"{path} holds a standard deviation below 0 or beyond 2; {_REMAKE}")
        return found

    def sigma(
        self,
        time_s: ArrayLike,
        distance_m: ArrayLike | None = None,
        hour: int | None = None,
        *,
        fix_age_s: ArrayLike = 0.0,
        off_road_m: ArrayLike = 0.0,
        estimated: ArrayLike = False,
    ) -> Floats:
        """
        Standard deviation of the log of each travel time; shapes broadcast.

        `hour` is that of the week, `None` where nobody knows it: then the average day. `fix_age_s` is the age of the
        unit's last fix, 0 at its post; `off_road_m` the metres at both ends that no road covers; `estimated` says that
        the whole way is a straight line. Unreachable (infinite) times get the spread of a very long way.
        """
        if hour is not None and not 0 <= hour < 168:
            raise ValueError(f"hour {hour} is not in the week; give 0 (Monday 00:00 local) to 167")
        time = np.maximum(np.asarray(time_s, dtype=np.float64), 1.0)
        metres = time * TYPICAL_M_S if distance_m is None else np.maximum(np.asarray(distance_m, dtype=np.float64), 0.0)
        common = float((self.common**2).mean() if hour is None else self.common[hour % 24] ** 2)
        along = (self.piece**2 + self.road**2) * STRETCH_M / (STRETCH_M + metres)
        fix = FIX_SHARE * np.clip(np.asarray(fix_age_s, dtype=np.float64), 0.0, FIX_MAX_S)
        off = OFF_ROAD_S_PER_M * np.maximum(np.asarray(off_road_m, dtype=np.float64), 0.0)
        straight = np.where(estimated, ESTIMATED**2, 0.0)
        # A relative error c of a log-normal time is a variance of log(1 + c²) of its log.
        seconds = np.log1p((FIXED_S**2 + fix**2 + off**2) / time**2)
        return np.asarray(np.sqrt(common + self.trip**2 + along + straight + seconds), dtype=np.float64)


def quantiles(time_s: ArrayLike, sigma: ArrayLike, q: Sequence[float] = (0.1, 0.9)) -> Floats:
    """Times (s) by which a share `q` of such journeys is over, one row a share; `time_s` is taken for the median."""
    if not all(0.0 < share < 1.0 for share in q):
        raise ValueError(f"quantiles {tuple(q)} must lie between 0 and 1")
    z = np.array([NormalDist().inv_cdf(share) for share in q])
    time, spread = np.broadcast_arrays(np.asarray(time_s, dtype=np.float64), np.asarray(sigma, dtype=np.float64))
    return np.asarray(time * np.exp(z.reshape(-1, *([1] * time.ndim)) * spread), dtype=np.float64)


_REMAKE: Final = "restore it from the repository, or remake it with data/make/traffic"
