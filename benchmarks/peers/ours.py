"""Our side of the comparison: the same extract alone, without newer roads laid over it, free flow, public API."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.agreement import Answers
from dispatch.city.build import open_city
from routing.graph import FloatArray
from routing.profiles import PROFILES
from routing.travel_times import TravelTimes


def city_of(extract: Path, cache: Path) -> Path:
    """The built city of the extract, made if need be."""
    return open_city(osm=extract, out=cache / "ours", with_overlay=False)


def load_ours(extract: Path, cache: Path) -> TravelTimes:
    """Its travel times for cars, turns counted."""
    return TravelTimes.load(city_of(extract, cache), {"car": PROFILES["car"]})


def at_street(times: TravelTimes, points: FloatArray) -> NDArray[np.bool_]:
    """Which points a car reaches without a straight line."""
    return ~times.is_off_road(points, "car")


def answer_pairs(times: TravelTimes, origins: FloatArray, destinations: FloatArray) -> Answers:
    """Seconds and metres of `car`, pair by pair."""
    matrices = [times.matrix([one], [other], "car") for one, other in zip(origins, destinations, strict=True)]
    found = np.array([(matrix.time_s[0, 0], matrix.distance_m[0, 0]) for matrix in matrices]).reshape(-1, 2)
    found[~np.isfinite(found)] = np.nan
    return Answers(found[:, 0], found[:, 1])
