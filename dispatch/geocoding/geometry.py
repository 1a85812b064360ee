"""
A flat plane for one city: metres east and north of a point in its middle.

Assumes the city's latitudes (10.3–11.5° N): one degree of longitude is taken at 10.78°, wrong by 0.15 % at the edges.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENTRE = (106.70, 10.78)
METRES_PER_DEGREE_LON = 109_360.0
METRES_PER_DEGREE_LAT = 110_600.0


def is_on_earth(lon: float, lat: float) -> bool:
    """Whether two numbers can be degrees at all; not so for NaN and infinity."""
    return abs(lon) <= 180 and abs(lat) <= 90


def to_plane(lon: Floats, lat: Floats) -> Floats:
    """Degrees → an (n, 2) array of metres."""
    return np.column_stack(((lon - CENTRE[0]) * METRES_PER_DEGREE_LON, (lat - CENTRE[1]) * METRES_PER_DEGREE_LAT))


def from_plane(points: Floats) -> Floats:
    """An (n, 2) array of metres → (n, 2) of lon, lat."""
    return points / (METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT) + CENTRE


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Straight distance between two (lon, lat)."""
    return math.hypot((a[0] - b[0]) * METRES_PER_DEGREE_LON, (a[1] - b[1]) * METRES_PER_DEGREE_LAT)
