"""A city with units and calls, for a benchmark: drawn once, the same in every run, changing from second to second."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from dispatch.city_pack import CityPack
from dispatch.city_pack_schema import StationRow
from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state import Incident, Run, State, Station, Unit
from dispatch.domain.words import Level
from dispatch.positions.model import Position

NOW: Final = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
SPREAD_DEG: Final = 0.03
FIX_EVERY_S: Final = 5
LEVELS: Final[tuple[Level, ...]] = (1, 2, 2, 3, 3, 3, 3, 4, 4, 4)


@dataclass
class Scene:
    """A city with units and calls that changes from one second to the next, the same in every run."""

    pack: CityPack
    incidents: int
    slots: int
    units: int
    draw: random.Random = field(default_factory=lambda: random.Random(115))

    def __post_init__(self) -> None:
        self.positions: dict[str, Position] = {}
        self.state = State(seq=1, stations={row.id: _station(row) for row in self.pack.stations})
        for number in range(self.units):
            self._add_unit(number)
        for number in range(self.incidents):
            self._add_call(number)
        self.calls = self.incidents

    def step(self) -> None:
        """A second later: a fifth of the moving units elsewhere, the oldest call gone and a new one in."""
        for unit_id in list(self.positions)[self.calls % FIX_EVERY_S :: FIX_EVERY_S]:
            fix = self.positions[unit_id]
            self.positions[unit_id] = Position(
                lon=fix.lon + self.draw.gauss(0, 1e-4), lat=fix.lat + self.draw.gauss(0, 1e-4), at=NOW
            )
        self.state.incidents.pop(f"I{self.calls - self.incidents}")
        self._add_call(self.calls)
        self.calls += 1

    def _add_unit(self, number: int) -> None:
        station = self.pack.stations[number % len(self.pack.stations)]
        kind: Literal["van", "motorbike"] = "motorbike" if number % 6 == 5 else "van"
        unit = Unit(
            id=f"U{number:03}",
            station_id=station.id,
            kind=kind,
            skills=("doctor", "nurse") if kind == "motorbike" else ("doctor", "nurse", "convey"),
            status="available",
            status_at=NOW - timedelta(seconds=self.draw.uniform(0, 1800)),
        )
        self.state.units[unit.id] = unit
        if number % 4 == 0:
            lon, lat = self._near()
            self.positions[unit.id] = Position(lon=lon, lat=lat, at=NOW)
            unit.status = "returning"
            if number % 8 == 0:
                self._send(unit, number)

    def _send(self, unit: Unit, number: int) -> None:
        unit.status = "en_route" if number % 16 == 0 else "at_hospital"
        unit.incident_id, unit.offer_id = f"G{number}", f"R{number}"
        going = self._incident(f"G{number}", 3, 1)
        going.status = "assigned" if unit.status == "en_route" else "attended"
        going.runs = {f"R{number}": Run(offer_id=f"R{number}", unit_id=unit.id, station_id=unit.station_id)}
        self.state.incidents[going.id] = going

    def _add_call(self, number: int) -> None:
        incident = self._incident(f"I{number}", LEVELS[number % len(LEVELS)], self.slots)
        self.state.incidents[incident.id] = incident

    def _incident(self, key: str, level: Level, slots: int) -> Incident:
        at, (lon, lat) = NOW - timedelta(seconds=self.draw.uniform(0, 600)), self._near()
        return Incident(
            id=key, number=key, status="waiting", priority=level, complaint="unknown", answered_at=at, opened_at=at,
            level_set_at=at, place=Place(lon=lon, lat=lat, kind="point", label=key), needs=(Need(),) * slots,
        )  # fmt: skip

    def _near(self) -> tuple[float, float]:
        station = self.pack.stations[self.draw.randrange(len(self.pack.stations))]
        return self.draw.gauss(station.lon, SPREAD_DEG), self.draw.gauss(station.lat, SPREAD_DEG)


def _station(row: StationRow) -> Station:
    return Station(
        id=row.id,
        name=row.name_vi,
        name_en=row.name_en,
        kind=row.kind,
        can_refuse=row.can_refuse,
        lon=row.lon,
        lat=row.lat,
    )
