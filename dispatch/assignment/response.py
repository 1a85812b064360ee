"""How long each unit of the fleet needs to each incident: until it rolls + travel, in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.assignment.fleet import Flags, Fleet
from dispatch.assignment.travel import Floats, Travel
from dispatch.domain.place import Place

M_PER_DEGREE = 111_195.0
"""Metres in a degree of a great circle, on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What each column of the fleet needs to one incident. `by_road`: some road of ours leads there."""

    travel_s: Floats
    response_s: Floats
    estimated: Flags
    by_road: bool


def find_reaches(fleet: Fleet, places: Sequence[Place], travel: Travel, stations: Floats) -> list[Reach]:
    """
    Times of the whole fleet to each place; straight-line estimates, marked, where no road of ours leads.

    `stations` (rows of lon, lat) only tell whether a road leads there when no unit travels by road. Weakness: an
    estimate knows neither rivers nor tides, so it may be far too short at Cần Giờ.
    """
    if not places:
        return []
    there = np.array([(place.lon, place.lat) for place in places], dtype=np.float64)
    travel_s = np.full((len(places), len(fleet.units)), np.inf)
    off_road = np.zeros(travel_s.shape, dtype=np.bool_)
    for profile, columns in fleet.profiles.items():
        here = fleet.lonlat[columns]
        travel_s[:, columns] = travel.times(here, there, profile).T
        off_road[:, columns] = travel.is_off_road(there, profile)[:, None] | travel.is_off_road(here, profile)
    roadless = ~np.isfinite(travel_s)
    by_road = ~roadless.all(axis=1)
    if not fleet.profiles and len(fleet.units):
        by_road = np.isfinite(travel.times(stations, there, "ambulance")).any(axis=0)
    rows, columns = np.nonzero(roadless)
    travel_s[rows, columns] = straight_m(fleet.lonlat[columns], there[rows]) / fleet.straight_mps[columns]
    response_s, estimated = fleet.ready_s + travel_s, roadless | off_road
    return [Reach(travel_s[row], response_s[row], estimated[row], bool(by_road[row])) for row in range(len(places))]


def straight_m(points: Floats, to: Floats | tuple[float, float]) -> Floats:
    """Metres in a straight line on a local plane, to one place or to each row's own: within 0.1 % inside the city."""
    apart = points - np.asarray(to, dtype=np.float64)
    apart[:, 0] *= np.cos(np.radians(np.asarray(to, dtype=np.float64)[..., 1]))
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]) * M_PER_DEGREE, dtype=np.float64)
