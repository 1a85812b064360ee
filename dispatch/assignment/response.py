"""How long each free unit needs to each waiting incident: answer to the offer + turnout + travel, in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import unit_bits
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.travel import Floats, Travel
from dispatch.domain.place import Place
from dispatch.domain.state import State, Unit
from dispatch.positions.model import Position

M_PER_DEGREE = 111_195.0
"""Metres in a degree of a great circle, on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The free units in order of their ids, as columns; `ready_s` is answer + turnout."""

    units: Sequence[Unit]
    column: Mapping[str, int]
    lonlat: Floats
    ready_s: Floats
    fix_age_s: Sequence[float | None]
    can_refuse: NDArray[np.bool_]
    skills: NDArray[np.int64]
    profiles: Mapping[str, NDArray[np.int64]]
    straight_mps: Floats

    @property
    def has_road(self) -> NDArray[np.bool_]:
        """Which columns travel by road at all."""
        found = np.zeros(len(self.units), dtype=np.bool_)
        for columns in self.profiles.values():
            found[columns] = True
        return found


@dataclass(frozen=True, slots=True)
class Reach:
    """What each column of the fleet needs to one incident. `by_road`: some road of ours leads there."""

    travel_s: Floats
    response_s: Floats
    estimated: NDArray[np.bool_]
    by_road: bool


def gather_fleet(
    units: Sequence[Unit],
    state: State,
    positions: Mapping[str, Position],
    now: datetime,
    settings: AssignmentSettings,
) -> Fleet:
    """The free units as arrays. Without a position a unit is taken to be at its station."""
    stations = [state.stations[unit.station_id] for unit in units]
    fixes = [positions.get(unit.id) for unit in units]
    spots = [fix or station for fix, station in zip(fixes, stations, strict=True)]
    can_refuse = np.array([station.can_refuse for station in stations], dtype=np.bool_)
    turnout_s = np.array([settings.turnout_s.get(unit.status, 0.0) for unit in units], dtype=np.float64)
    kph = np.array([settings.straight_kph[unit.kind] for unit in units], dtype=np.float64)
    return Fleet(
        units=units,
        column={unit.id: column for column, unit in enumerate(units)},
        lonlat=np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64).reshape(-1, 2),
        ready_s=turnout_s + can_refuse * settings.offer_answer_s,
        fix_age_s=[max(0.0, (now - fix.at).total_seconds()) if fix else None for fix in fixes],
        can_refuse=can_refuse,
        skills=np.array([unit_bits(unit) for unit in units], dtype=np.int64),
        profiles=_columns_by_profile(units, settings),
        straight_mps=kph / 3.6 / settings.detour,
    )


def _columns_by_profile(units: Sequence[Unit], settings: AssignmentSettings) -> dict[str, NDArray[np.int64]]:
    found: dict[str, list[int]] = {}
    for column, unit in enumerate(units):
        if profile := settings.profiles.get(unit.kind):
            found.setdefault(profile, []).append(column)
    return {profile: np.array(columns, dtype=np.int64) for profile, columns in found.items()}


def find_reach(fleet: Fleet, place: Place, travel: Travel, stations: Floats) -> Reach:
    """
    Times of the whole fleet to one place; a straight-line estimate, marked, where no road of ours leads.

    `stations` (rows of lon, lat) only tell whether a road leads there when no free unit travels by road.
    Weakness: an estimate knows neither rivers nor tides, so it may be far too short at Cần Giờ.
    """
    destination = (place.lon, place.lat)
    travel_s = np.full(len(fleet.units), np.inf)
    off_road = np.zeros(len(fleet.units), dtype=np.bool_)
    for profile, columns in fleet.profiles.items():
        travel_s[columns] = travel.times_to(fleet.lonlat[columns], destination, profile)
        off_road[columns] = travel.is_off_road(fleet.lonlat[columns], profile)
        off_road[columns] |= travel.is_off_road(np.array([destination]), profile)[0]
    roadless = ~np.isfinite(travel_s)
    by_road = not roadless.all()
    if not fleet.profiles and len(fleet.units):
        by_road = bool(np.isfinite(travel.times_to(stations, destination, "ambulance")).any())
    if roadless.any():
        far_m = straight_m(fleet.lonlat[roadless], destination)
        travel_s[roadless] = far_m / fleet.straight_mps[roadless]
    return Reach(travel_s, fleet.ready_s + travel_s, roadless | off_road, by_road)


def straight_m(points: Floats, to: tuple[float, float]) -> Floats:
    """Metres in a straight line on a local plane: within 0.1 % inside the city."""
    east = (points[:, 0] - to[0]) * np.cos(np.radians(to[1]))
    return np.asarray(np.hypot(east, points[:, 1] - to[1]) * M_PER_DEGREE, dtype=np.float64)
