/** Crews and vehicles. */

import type { State, Unit } from "../../api/types";
import { IllegalStep } from "../lifecycles";
import { get, type Room } from "./table";

function checkVehicle(state: State, vehicleId: string, unit: Unit): void {
  const vehicle = get(state.vehicles, "vehicle", vehicleId);
  const holder = state.units[vehicle.unit_id ?? ""];
  if (holder && holder.id !== unit.id && holder.crew_id !== null) {
    throw new IllegalStep(`vehicle ${vehicle.id} is with unit ${holder.id}; allowed: another vehicle`);
  }
}

/** The vehicle is the unit's; the one it had, and whoever had this one, are without. */
function takeVehicle(state: State, vehicleId: string, unit: Unit): void {
  const vehicle = get(state.vehicles, "vehicle", vehicleId);
  const before = state.vehicles[unit.vehicle_id ?? ""];
  if (before && before.id !== vehicleId) before.unit_id = null;
  const holder = state.units[vehicle.unit_id ?? ""];
  if (holder && holder.id !== unit.id) holder.vehicle_id = null;
  vehicle.unit_id = unit.id;
  unit.vehicle_id = vehicle.id;
  unit.kind = vehicle.kind;
}

export const crews: Room<
  "CrewSignedOn" | "CrewSignedOff" | "VehicleChanged" | "VehicleStocked" | "SuppliesUsed"
> = {
  CrewSignedOn(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    checkVehicle(state, event.vehicle_id, unit);
    if (unit.crew_id !== null || Object.hasOwn(state.crews, event.crew_id)) {
      throw new IllegalStep(`unit ${unit.id} has a crew on duty; allowed: signed off`);
    }
    state.crews[event.crew_id] = {
      id: event.crew_id,
      unit_id: unit.id,
      vehicle_id: event.vehicle_id,
      skills: event.skills,
      from_at: event.from_at,
      until_at: event.until_at,
      version: recorded.version,
    };
    unit.crew_id = event.crew_id;
    unit.skills = event.skills;
    unit.shift_until = event.until_at;
    takeVehicle(state, event.vehicle_id, unit);
  },

  CrewSignedOff(state, event) {
    get(state.crews, "crew", event.crew_id);
    const unit = get(state.units, "unit", event.unit_id);
    if (unit.incident_id !== null) {
      throw new IllegalStep(`unit ${unit.id} is on an incident; allowed: the end of its run`);
    }
    delete state.crews[event.crew_id];
    unit.crew_id = unit.shift_until = null;
  },

  VehicleChanged(state, event, recorded) {
    const crew = get(state.crews, "crew", event.crew_id);
    const unit = get(state.units, "unit", event.unit_id);
    checkVehicle(state, event.vehicle_id, unit);
    crew.vehicle_id = event.vehicle_id;
    crew.version = recorded.version;
    takeVehicle(state, event.vehicle_id, unit);
  },

  VehicleStocked(state, event, recorded) {
    const vehicle = get(state.vehicles, "vehicle", event.vehicle_id);
    vehicle.supplies = { ...vehicle.supplies, ...event.counts };
    vehicle.stocked_at = recorded.at;
    vehicle.version = recorded.version;
  },

  SuppliesUsed(state, event, recorded) {
    const vehicle = get(state.vehicles, "vehicle", event.vehicle_id);
    vehicle.supplies = { ...vehicle.supplies };
    for (const [item, count] of Object.entries(event.counts)) {
      vehicle.supplies[item] = Math.max(0, (vehicle.supplies[item] ?? 0) - count);
    }
    vehicle.version = recorded.version;
  },
};
