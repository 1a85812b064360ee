"""Moves the units: where each is, the roads it drives along, and the fixes that its device sends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.state import Hospital, Unit
from dispatch.domain.words import UnitKind
from routing.route import Route
from simulator.destinations import choose_hospital
from simulator.motion import STRAIGHT_KPH, Fix, Point, Trip, apart_m, hasten, straight_route
from simulator.scripts import Whereabouts

STANDING_EVERY_S = 20.0
"""A crew's phone at rest reports so often (guess)."""

PROFILES: dict[UnitKind, str] = {"van": "ambulance", "motorbike": "motorbike"}


class Roads(Protocol):
    """What is asked of `routing.TravelTimes`."""

    def route(self, origin: Point, destination: Point, profile: str = ...) -> Route | None: ...
    def times(self, origins: Sequence[Point], destinations: Sequence[Point]) -> NDArray[np.float64]: ...


class Fleet:
    """All units that are driven, by id. Routes are computed one at a time in a thread of their own."""

    def __init__(self, travel: Roads, speed: float, moving_every_s: float = 0.0) -> None:
        """`moving_every_s`: seconds between the fixes of a moving unit; 0: one whenever somebody looks."""
        self._travel, self._speed, self._moving_every_s = travel, speed, moving_every_s
        self._standing: dict[str, Fix] = {}
        self._trips: dict[str, Trip] = {}
        self._hospital: dict[str, tuple[str, str]] = {}
        self._next_fix_at: dict[str, datetime] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="routes")

    def close(self) -> None:
        """Wait for the thread to end: the router's queries must die in the thread that made them."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def __contains__(self, unit_id: str) -> bool:
        return unit_id in self._standing or unit_id in self._trips

    def is_moving(self, unit_id: str) -> bool:
        return unit_id in self._trips

    def stand(self, unit_id: str, at: Point) -> None:
        """The unit stands here; its next fix goes out at once."""
        self._trips.pop(unit_id, None)
        self._standing[unit_id] = Fix(at[0], at[1], None, 0.0)
        self._next_fix_at.pop(unit_id, None)

    def spread_fixes(self, now: datetime) -> None:
        """As phones that were not switched on together: each stands here, and sends its next fix in its own time."""
        for unit_id in self._standing:
            part = crc32(unit_id.encode()) % 1000 / 1000
            self._next_fix_at[unit_id] = now + timedelta(seconds=part * STANDING_EVERY_S)

    def where(self, unit: Unit, now: datetime) -> Whereabouts:
        """Where the unit is, and what its crew has in mind."""
        self._arrive(unit.id, now)
        trip = self._trips.get(unit.id)
        fix = trip.fix(now) if trip else self._standing[unit.id]
        offer_id, hospital_id = self._hospital.get(unit.id, ("", None))
        return Whereabouts(
            here=(fix.lon, fix.lat),
            driving_to=trip.target if trip else None,
            hospital_id=hospital_id if offer_id == unit.offer_id else None,
        )

    async def drive(self, unit: Unit, to: Point) -> None:
        """Set out from wherever the unit is; along a straight line where no road leads."""
        here = self.where(unit, datetime.now(UTC)).here
        route = await asyncio.get_running_loop().run_in_executor(self._thread, self._route, unit.kind, here, to)
        self._standing.pop(unit.id, None)
        self._trips[unit.id] = Trip(to, route, datetime.now(UTC))

    async def choose_hospital(self, unit: Unit, complaint: str, hospitals: Sequence[Hospital]) -> None:
        """Keep in mind where to take the patient of this run."""
        here = self.where(unit, datetime.now(UTC)).here
        loop = asyncio.get_running_loop()
        times_s = await loop.run_in_executor(self._thread, self._times, here, hospitals)
        chosen = choose_hospital(complaint, hospitals, times_s)
        if chosen is not None and unit.offer_id is not None:
            self._hospital[unit.id] = (unit.offer_id, chosen)

    def take_fixes(self, unit_ids: Iterable[str], now: datetime) -> list[dict[str, Any]]:
        """The fixes that are due: of moving units always, of standing ones now and then."""
        return [self._body(unit_id, now) for unit_id in unit_ids if self._is_due(unit_id, now)]

    def _is_due(self, unit_id: str, now: datetime) -> bool:
        if unit_id in self._trips:
            soonest = self._next_fix_at.get(unit_id, now)
            if self._moving_every_s and now < soonest <= now + timedelta(seconds=self._moving_every_s):
                return False
            self._next_fix_at[unit_id] = now + timedelta(seconds=self._moving_every_s)
            return True
        if now < self._next_fix_at.get(unit_id, now):
            return False
        stagger = (crc32(unit_id.encode()) % 10 - 5) / 2 if unit_id not in self._next_fix_at else 0.0
        self._next_fix_at[unit_id] = now + timedelta(seconds=STANDING_EVERY_S + stagger)
        return True

    def _body(self, unit_id: str, now: datetime) -> dict[str, Any]:
        trip = self._trips.get(unit_id)
        fix = trip.fix(now) if trip else self._standing[unit_id]
        body = {
            "unit_id": unit_id,
            "lon": round(fix.lon, 6),
            "lat": round(fix.lat, 6),
            "at": now.isoformat(),
            "speed_kph": round(fix.speed_kph, 1),
        }
        return body if fix.heading_deg is None else {**body, "heading_deg": round(fix.heading_deg, 1) % 360}

    def _arrive(self, unit_id: str, now: datetime) -> None:
        trip = self._trips.get(unit_id)
        if trip is not None and trip.has_arrived(now):
            self._standing[unit_id] = trip.fix(now)
            del self._trips[unit_id]
            self._next_fix_at.pop(unit_id, None)

    def _route(self, kind: UnitKind, here: Point, to: Point) -> Route:
        profile = PROFILES.get(kind)
        found = self._travel.route(here, to, profile) if profile else None
        return hasten(found or straight_route(here, to), self._speed)

    def _times(self, here: Point, hospitals: Sequence[Hospital]) -> NDArray[np.float64]:
        """Seconds to each hospital; by a straight line where no road leads to any."""
        doors = [(hospital.lon, hospital.lat) for hospital in hospitals]
        times_s: NDArray[np.float64] = self._travel.times([here], doors)[0]
        if np.isfinite(times_s).any():
            return times_s
        return np.array([apart_m(here, door) / (STRAIGHT_KPH / 3.6) for door in doors])
