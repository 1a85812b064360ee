/** Small worlds: every field has a default, name only what the claim is about. */

import type { Closure, Incident, State, Unit } from "../src/api/types";
import { emptyState } from "../src/store/state";

export const T = "2026-11-22T00:30:00Z";
export const PLACE = { lon: 106.7, lat: 10.77, kind: "poi" as const, label: "Chợ Bến Thành" };

export function incident(id: string, fields: Partial<Incident> = {}): Incident {
  return {
    id,
    number: `1122-${id.padStart(3, "0")}`,
    status: "waiting",
    priority: 3,
    complaint: "fall",
    answered_at: T,
    opened_at: T,
    level_set_at: T,
    level_by: "person",
    location_settled_at: null,
    kind: "emergency",
    from_at: null,
    until_at: null,
    hospital_id: null,
    place: PLACE,
    needs: [],
    call_ids: [],
    offers: {},
    runs: {},
    barred: [],
    alarms: {},
    major: null,
    scene_unsafe: false,
    outcome: null,
    closed_at: null,
    version: 1,
    ...fields,
  };
}

export function unit(id: string, fields: Partial<Unit> = {}): Unit {
  return {
    id,
    station_id: "S1",
    kind: "van",
    skills: ["convey"],
    status: "available",
    status_at: T,
    vehicle_id: id,
    crew_id: null,
    shift_until: null,
    external: false,
    out_of_service_reason: null,
    incident_id: null,
    offer_id: null,
    hospital_id: null,
    diversion_offer_id: null,
    post_id: null,
    asked_post_id: null,
    moved_at: [],
    version: 1,
    ...fields,
  };
}

export function closure(id: string, fields: Partial<Closure> = {}): Closure {
  return {
    id,
    kind: "closed",
    road: { name: "Lê Lợi", lon: 106.7, lat: 10.77 },
    direction: "both",
    depth_cm: null,
    speed_kph: null,
    from_at: T,
    until_at: null,
    reason: "works",
    set_by: "user:huong",
    set_at: T,
    names: ["Lê Lợi"],
    way_ids: [1],
    length_m: 400,
    lines: [],
    version: 1,
    ...fields,
  };
}

interface World {
  at?: string;
  incidents?: Incident[];
  units?: Unit[];
  closures?: Closure[];
}

export function state({ at = T, incidents = [], units = [], closures = [] }: World): State {
  const byId = <X extends { id: string }>(things: X[]) =>
    Object.fromEntries(things.map((thing) => [thing.id, thing]));
  return {
    ...emptyState(),
    at,
    incidents: byId(incidents),
    units: byId(units),
    closures: byId(closures),
  };
}

export const at = (seconds: number): string => new Date(Date.parse(T) + seconds * 1000).toISOString();
