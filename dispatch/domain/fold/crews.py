"""Crews and vehicles."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Crew, State, Unit, Vehicle
from dispatch.errors import IllegalStep


@folds(ev.CrewSignedOn)
def _crew_signed_on(state: State, event: ev.CrewSignedOn, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    _check_vehicle(state, event.vehicle_id, unit)
    if unit.crew_id is not None or event.crew_id in state.crews:
        raise IllegalStep("unit", unit.id, f"on duty with crew {unit.crew_id}", "signed on", ["signed off"])
    state.crews[event.crew_id] = Crew(
        id=event.crew_id,
        unit_id=unit.id,
        vehicle_id=event.vehicle_id,
        skills=event.skills,
        from_at=event.from_at,
        until_at=event.until_at,
        version=recorded.version,
    )
    unit.crew_id, unit.skills, unit.shift_until = event.crew_id, event.skills, event.until_at
    _take_vehicle(state, event.vehicle_id, unit)


@folds(ev.CrewSignedOff)
def _crew_signed_off(state: State, event: ev.CrewSignedOff, recorded: Recorded) -> None:
    get(state.crews, "crew", event.crew_id)
    unit: Unit = get(state.units, "unit", event.unit_id)
    if unit.incident_id is not None:
        raise IllegalStep("unit", unit.id, f"on incident {unit.incident_id}", "signed off", ["the end of its run"])
    del state.crews[event.crew_id]
    unit.crew_id = unit.shift_until = None


@folds(ev.VehicleChanged)
def _vehicle_changed(state: State, event: ev.VehicleChanged, recorded: Recorded) -> None:
    crew: Crew = get(state.crews, "crew", event.crew_id)
    unit: Unit = get(state.units, "unit", event.unit_id)
    _check_vehicle(state, event.vehicle_id, unit)
    crew.vehicle_id, crew.version = event.vehicle_id, recorded.version
    _take_vehicle(state, event.vehicle_id, unit)


@folds(ev.VehicleStocked)
def _vehicle_stocked(state: State, event: ev.VehicleStocked, recorded: Recorded) -> None:
    vehicle: Vehicle = get(state.vehicles, "vehicle", event.vehicle_id)
    vehicle.supplies = {**vehicle.supplies, **event.counts}
    vehicle.stocked_at, vehicle.version = recorded.at, recorded.version


@folds(ev.SuppliesUsed)
def _supplies_used(state: State, event: ev.SuppliesUsed, recorded: Recorded) -> None:
    vehicle: Vehicle = get(state.vehicles, "vehicle", event.vehicle_id)
    left = {item: max(0, vehicle.supplies.get(item, 0) - count) for item, count in event.counts.items()}
    vehicle.supplies, vehicle.version = {**vehicle.supplies, **left}, recorded.version


def _check_vehicle(state: State, vehicle_id: str, unit: Unit) -> None:
    vehicle: Vehicle = get(state.vehicles, "vehicle", vehicle_id)
    holder = state.units.get(vehicle.unit_id or "")
    if holder is not None and holder.id != unit.id and holder.crew_id is not None:
        raise IllegalStep("vehicle", vehicle.id, f"with unit {holder.id}", "taken", ["another vehicle"])


def _take_vehicle(state: State, vehicle_id: str, unit: Unit) -> None:
    """The vehicle is the unit's; the one it had, and whoever had this one, are without."""
    vehicle = state.vehicles[vehicle_id]
    if (before := state.vehicles.get(unit.vehicle_id or "")) is not None and before.id != vehicle_id:
        before.unit_id = None
    if (holder := state.units.get(vehicle.unit_id or "")) is not None and holder.id != unit.id:
        holder.vehicle_id = None
    vehicle.unit_id, unit.vehicle_id, unit.kind = unit.id, vehicle.id, vehicle.kind
