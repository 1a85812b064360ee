/** What of the state the map draws. */

import type { Level, State } from "../api/types";
import type { DrawnIncident } from "../layers/incidents";
import type { DrawnUnit } from "../layers/units";
import { shortNumber } from "../store/select";

export function drawnUnits(
  state: State,
  incidentId: string | null,
  unitId: string | null,
  candidates: readonly string[],
): DrawnUnit[] {
  return Object.values(state.units).flatMap((unit) => {
    const station = state.stations[unit.station_id];
    if (!station) return [];
    const isTheirs = incidentId !== null && unit.incident_id === incidentId;
    return {
      id: unit.id,
      status: unit.status,
      lon: station.lon,
      lat: station.lat,
      isMarked: isTheirs || unit.id === unitId || candidates.includes(unit.id),
    };
  });
}

export function drawnIncidents(
  state: State,
  levels: Record<Level, boolean>,
  openId: string | null,
  now: number,
): DrawnIncident[] {
  return Object.values(state.incidents).flatMap((incident) => {
    const isOpen = incident.id === openId;
    const isShown = isOpen || (incident.status !== "closed" && levels[incident.priority]);
    if (!incident.place || !isShown) return [];
    return {
      id: incident.id,
      number: shortNumber(incident.number, now),
      priority: incident.priority,
      isWaiting: incident.status === "waiting",
      isOpen,
      lon: incident.place.lon,
      lat: incident.place.lat,
      radius_m: incident.place.radius_m ?? 0,
    };
  });
}
