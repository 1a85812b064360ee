"""The city pack told as events: stations, hospitals and units that the log does not know yet."""

from __future__ import annotations

from datetime import datetime

from dispatch.city_pack import CityPack
from dispatch.desk import Decision
from dispatch.domain import events as ev
from dispatch.domain.state import State


def register_city(pack: CityPack, state: State, now: datetime) -> Decision:
    """Register what is new in the pack. What the log knows already stays as it is, whatever the pack says now."""
    events: list[ev.Event] = [
        ev.StationRegistered(
            station_id=row.id,
            name=row.name_vi,
            name_en=row.name_en,
            kind=row.kind,
            can_refuse=row.can_refuse,
            lon=row.lon,
            lat=row.lat,
            phone=row.phone,
        )
        for row in pack.stations
        if row.id not in state.stations
    ]
    events += [
        ev.HospitalRegistered(
            hospital_id=row.id,
            name=row.name_vi,
            name_en=row.name_en,
            lon=row.lon,
            lat=row.lat,
            emergency=row.emergency,
            capabilities=row.capabilities,
        )
        for row in pack.hospitals
        if row.id not in state.hospitals
    ]
    events += [
        ev.UnitRegistered(
            unit_id=row.id, station_id=row.station_id, kind=row.kind, skills=row.skills, staffed=row.staffed
        )
        for row in pack.units
        if row.id not in state.units
    ]
    return Decision(events, lambda after: None)
