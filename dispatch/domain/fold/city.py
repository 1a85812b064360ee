"""The city, as registered at first start."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Hospital, State, Station, Unit, Vehicle


@folds(ev.StationRegistered)
def _station_registered(state: State, event: ev.StationRegistered, recorded: Recorded) -> None:
    state.stations[event.station_id] = Station(
        id=event.station_id,
        name=event.name,
        name_en=event.name_en,
        kind=event.kind,
        can_refuse=event.can_refuse,
        lon=event.lon,
        lat=event.lat,
        phone=event.phone,
        version=recorded.version,
    )


@folds(ev.HospitalRegistered)
def _hospital_registered(state: State, event: ev.HospitalRegistered, recorded: Recorded) -> None:
    state.hospitals[event.hospital_id] = Hospital(
        id=event.hospital_id,
        name=event.name,
        name_en=event.name_en,
        lon=event.lon,
        lat=event.lat,
        emergency=event.emergency,
        capabilities=event.capabilities,
        version=recorded.version,
    )


@folds(ev.UnitRegistered)
def _unit_registered(state: State, event: ev.UnitRegistered, recorded: Recorded) -> None:
    get(state.stations, "station", event.station_id)
    state.units[event.unit_id] = Unit(
        id=event.unit_id,
        station_id=event.station_id,
        kind=event.kind,
        skills=event.skills,
        status="available" if event.staffed else "off_duty",
        status_at=recorded.at,
        vehicle_id=event.unit_id,
        external=event.external,
        version=recorded.version,
    )
    state.vehicles[event.unit_id] = Vehicle(
        id=event.unit_id, station_id=event.station_id, kind=event.kind, unit_id=event.unit_id
    )
