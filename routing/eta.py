"""
When somebody will be there, and how sure that is: travel times with their spread (`spread`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.graph import FloatArray
from routing.spread import SPREAD_FILE, Spread, quantiles

# Low and high of an estimate: one journey in ten is over before, one in ten later.
SHARES: Final = (0.1, 0.9)
# Where a city has no `spread.csv`: half as wide again as what Hồ Chí Minh City's reports gave (guess).
GUESSED: Final = Spread(common=np.full(24, 0.20), trip=0.18, piece=0.53, road=0.43)


@dataclass(frozen=True)
class Eta:
    """
    Travel times in seconds: the middle (as likely sooner as later), low and high, and the spread of their logs.

    Element by element; infinite where no road leads.
    """

    time_s: FloatArray
    low_s: FloatArray
    high_s: FloatArray
    sigma: FloatArray


def load_spread(directory: Path) -> Spread:
    """The spread of a city's travel times; a wider guess where the city came without one."""
    return Spread.load(directory) if (directory / SPREAD_FILE).is_file() else GUESSED


def with_spread(
    spread: Spread,
    time_s: ArrayLike,
    distance_m: ArrayLike,
    hour: int | None,
    *,
    fix_age_s: ArrayLike = 0.0,
    off_road_m: ArrayLike = 0.0,
    estimated: NDArray[np.bool_] | bool = False,
) -> Eta:
    """
    Put low and high to times over the road.

    `hour` is the local hour of the week, `None` where nobody knows it; `fix_age_s` the age of the fixes that the
    journeys begin at; `off_road_m` the metres that no road covers; `estimated` says that all of it is a straight line.
    Assumes that the engine's time is the median.
    """
    time = np.asarray(time_s, dtype=np.float64)
    sigma = spread.sigma(time, distance_m, hour, fix_age_s=fix_age_s, off_road_m=off_road_m, estimated=estimated)
    low_s, high_s = quantiles(time, sigma, SHARES)
    return Eta(np.broadcast_to(time, sigma.shape), low_s, high_s, sigma)
