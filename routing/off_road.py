"""
Places off our roads are never refused: a straight line stands in for what the map does not have, and is marked.

All numbers are guesses: tracks and fields at 15 km/h, boats and unmapped roads at 30 km/h, ways 1.3 times as long as
their straight line, 100 m of front yard that nobody counts, and 5 km beyond which no road of ours has a say.
"""

from typing import Final

import numpy as np

from routing.graph import FloatArray, distance_m

FREE_M: Final = 100.0
FAR_M: Final = 5_000.0
DETOUR: Final = 1.3
LEG_KPH: Final = 15.0
TRIP_KPH: Final = 30.0


def leg_m(snap_m: FloatArray) -> FloatArray:
    """Metres off the road between a point and its street; none within `FREE_M`."""
    return np.where(snap_m > FREE_M, snap_m * DETOUR, 0.0)


def leg_s(snap_m: FloatArray) -> FloatArray:
    """Seconds of the same."""
    return np.asarray(leg_m(snap_m) * 3.6 / LEG_KPH, dtype=np.float64)


def straight_m(origins: FloatArray, destinations: FloatArray) -> FloatArray:
    """(n, m) metres as the crow drives, between (n, 2) and (m, 2) lon, lat."""
    lon, lat = origins[:, None, 0], origins[:, None, 1]
    return distance_m(lon, lat, destinations[None, :, 0], destinations[None, :, 1]) * DETOUR
