"""
Places off our roads are never refused: a straight line stands in for what the map does not have, and is marked.

A place is off the road when its street is more than 100 m away, or when it lies on a street that leads nowhere: the
straight line then bridges the gap to the nearest one that leads on, however small it is.

All numbers are guesses: tracks and fields at 15 km/h, boats and unmapped roads at 30 km/h, ways 1.3 times as long as
their straight line, 100 m of front yard that nobody counts, and 5 km beyond which no road of ours has a say.
"""

from typing import Final

import numpy as np

from routing.graph import BoolArray, FloatArray, distance_m
from routing.snap import Places

FREE_M: Final = 100.0
FAR_M: Final = 5_000.0
DETOUR: Final = 1.3
LEG_KPH: Final = 15.0
TRIP_KPH: Final = 30.0


def is_off(places: Places) -> BoolArray:
    """Whether a straight line leads from each place to its street."""
    return np.asarray((places.distance_m > FREE_M) | places.stranded)


def is_far(places: Places) -> BoolArray:
    """Whether places are so far off that a straight line is all there is."""
    return np.asarray(places.distance_m > FAR_M)


def leg_m(places: Places) -> FloatArray:
    """Metres off the road between each place's point and its street."""
    return np.where(is_off(places), places.distance_m * DETOUR, 0.0)


def leg_s(places: Places) -> FloatArray:
    """Seconds of the same."""
    return np.asarray(leg_m(places) * 3.6 / LEG_KPH, dtype=np.float64)


def straight_m(origins: FloatArray, destinations: FloatArray) -> FloatArray:
    """(n, m) metres as the crow drives, between (n, 2) and (m, 2) lon, lat."""
    lon, lat = origins[:, None, 0], origins[:, None, 1]
    return distance_m(lon, lat, destinations[None, :, 0], destinations[None, :, 1]) * DETOUR
