/** Small worlds: every field has a default, name only what the claim is about. */

import type { Alarm, Call, Closure, Incident, Run, State, Unit } from "../src/api/types";
import { newCall } from "../src/store/fold/calls";
import { emptyState } from "../src/store/state";

export const T = "2026-11-22T00:30:00Z";
export const PLACE = { lon: 106.7, lat: 10.77, kind: "poi" as const, label: "Chợ Bến Thành" };

export function call(id: string, fields: Partial<Call> = {}): Call {
  return {
    ...newCall(id),
    status: "answered",
    answered_at: T,
    taken_at: T,
    undecided_since: T,
    version: 1,
    ...fields,
  };
}

export function incident(id: string, fields: Partial<Incident> = {}): Incident {
  return {
    id,
    number: `1122-${id.padStart(3, "0")}`,
    status: "waiting",
    priority: 3,
    complaint: "fall",
    answered_at: T,
    opened_at: T,
    waiting_since: T,
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
    opened_for: null,
    offers: {},
    runs: {},
    barred: [],
    major: null,
    scene_unsafe: false,
    outcome: null,
    duplicate_of: null,
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
    before_offer: null,
    diversion_offer_id: null,
    post_id: null,
    asked_post_id: null,
    moved_at: [],
    safe_at: null,
    version: 1,
    ...fields,
  };
}

export function alarm(id: string, fields: Partial<Alarm> = {}): Alarm {
  return {
    id,
    kind: "no_acceptance",
    about: "incident:1",
    status: "raised",
    since: T,
    threshold_s: 60,
    raised_at: T,
    incident_id: "1",
    value: null,
    step: 1,
    escalated_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    version: 1,
    ...fields,
  };
}

export function run(unit_id: string, fields: Partial<Run> = {}): Run {
  return {
    offer_id: "O1",
    unit_id,
    station_id: "S1",
    kind: "emergency",
    tier: "main",
    stamps: {},
    told: {},
    ended_at: null,
    hospital_id: null,
    outcome: null,
    cause: null,
    handover_confirmed_at: null,
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
  alarms?: Alarm[];
}

export function state({ at = T, incidents = [], units = [], closures = [], alarms = [] }: World): State {
  const byId = <X extends { id: string }>(things: X[]) =>
    Object.fromEntries(things.map((thing) => [thing.id, thing]));
  return {
    ...emptyState(),
    at,
    incidents: byId(incidents),
    units: byId(units),
    closures: byId(closures),
    alarms: byId(alarms),
  };
}

export const at = (seconds: number): string => new Date(Date.parse(T) + seconds * 1000).toISOString();
