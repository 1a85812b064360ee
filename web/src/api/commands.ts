/** Each command and each read of the console, by name. */

import { newKey, request } from "./http";
import type {
  CallTaken,
  Candidate,
  Channel,
  City,
  Closure,
  ClosureKind,
  Complaint,
  Incident,
  Level,
  OutOfServiceReason,
  Outcome,
  OutcomeDetails,
  OutcomeRecord,
  Place,
  Recommendation,
  Recorded,
  RefusalCode,
  RoadDirection,
  Route,
  Session,
  TrafficSpeeds,
  UnitReport,
} from "./types";

const V1 = "/api/v1";
const id = encodeURIComponent;

export const getSession = () => request<Session>("GET", `${V1}/session`);
export const logIn = (username: string, password: string) =>
  request<Session>("POST", `${V1}/session`, { username, password });
export const logOut = () => request<void>("DELETE", `${V1}/session`);

export const getCity = () => request<City>("GET", `${V1}/city`);
export const listComplaints = () => request<Complaint[]>("GET", `${V1}/complaints`);
export const getRecommendation = (incident: string) =>
  request<Recommendation>("GET", `${V1}/incidents/${id(incident)}/recommendation`);
export const getPersonal = (token: string) => request<unknown>("GET", `${V1}/personal/${id(token)}`);

/** Places for the caller's words, best first, nearer to `near` first among equals. */
export async function geocode(
  words: string,
  near: { lon: number; lat: number } | null,
  signal: AbortSignal,
): Promise<Place[]> {
  const query = new URLSearchParams({ q: words, limit: "6" });
  if (near) {
    query.set("lon", near.lon.toFixed(5));
    query.set("lat", near.lat.toFixed(5));
  }
  const found = await request<Place[] | { places: Place[] }>(
    "GET",
    `${V1}/geocode?${query}`,
    undefined,
    signal,
  );
  return Array.isArray(found) ? found : found.places;
}

export async function reverse(lon: number, lat: number): Promise<Place | null> {
  const found = await request<Place | Place[] | { place: Place | null }>(
    "GET",
    `${V1}/reverse?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`,
  );
  if (Array.isArray(found)) return found[0] ?? null;
  return "place" in found ? found.place : found;
}

type Point = [number, number];
export const getRoute = (from: Point, to: Point, signal: AbortSignal) =>
  request<Route>(
    "GET",
    `${V1}/route?from=${from.join()}&to=${to.join()}&profile=ambulance`,
    undefined,
    signal,
  );

export interface NewCall {
  words?: string;
  caller_phone?: string;
  lon?: number;
  lat?: number;
  radius_m?: number;
  complaint?: string;
  /** A call that the exchange has told already. */
  call_id?: string;
}
export const takeCall = (call: NewCall) =>
  request<CallTaken>("POST", `${V1}/calls`, { ...call, idempotency_key: newKey() });

export interface NewIncident {
  call_id?: string;
  place?: Place;
  lon?: number;
  lat?: number;
  priority: Level;
  complaint?: string;
}
export const openIncident = (incident: NewIncident) => request<Incident>("POST", `${V1}/incidents`, incident);

export interface Revision {
  version: number;
  priority?: Level;
  complaint?: string;
  place?: Place;
  reason?: string;
}
export const getIncident = (incident: string) =>
  request<Incident & { timeline: Recorded[] }>("GET", `${V1}/incidents/${id(incident)}`);
export const reviseIncident = (incident: string, revision: Revision) =>
  request<Incident>("PATCH", `${V1}/incidents/${id(incident)}`, revision);
/** A duplicate names the open incident that it repeats: then the desk may close it though nobody came. */
export const closeIncident = (incident: string, outcome: Outcome, version: number, duplicate_of?: string) =>
  request<Ended>("POST", `${V1}/incidents/${id(incident)}/close`, {
    outcome,
    version,
    ...(duplicate_of ? { duplicate_of } : {}),
  });
export const reopenIncident = (incident: string) =>
  request<unknown>("POST", `${V1}/incidents/${id(incident)}/reopen`, {});

export const offerUnit = (
  incident: string,
  unit: Pick<Candidate, "unit_id" | "tier" | "diverts_from">,
  channel: Channel,
  how: { reason?: string | undefined; signed?: boolean | undefined } = {},
) =>
  request<unknown>("POST", `${V1}/incidents/${id(incident)}/offers`, {
    unit_id: unit.unit_id,
    channel,
    ...(unit.tier ? { tier: unit.tier } : {}),
    ...(unit.diverts_from ? { diverts_from: unit.diverts_from, signed: how.signed ?? false } : {}),
    ...(how.reason ? { reason: how.reason } : {}),
    idempotency_key: newKey(),
  });
export const acceptOffer = (offer: string, onBehalfOf: string) =>
  request<unknown>("POST", `${V1}/offers/${id(offer)}/answer`, {
    answer: "accept",
    on_behalf_of: onBehalfOf,
    idempotency_key: newKey(),
  });
export const refuseOffer = (offer: string, reason: RefusalCode, onBehalfOf: string) =>
  request<unknown>("POST", `${V1}/offers/${id(offer)}/answer`, {
    answer: "refuse",
    reason,
    on_behalf_of: onBehalfOf,
    idempotency_key: newKey(),
  });
export const withdrawOffer = (offer: string, reason?: string) =>
  request<unknown>("POST", `${V1}/offers/${id(offer)}/withdraw`, reason ? { reason } : {});

export interface StatusReport {
  status: UnitReport;
  at: string;
  incident_id?: string;
  hospital_id?: string;
  outcome?: Outcome;
  /** Why out of service, and with no other status. */
  reason?: OutOfServiceReason;
}
/** What ends a run or an incident answers with the outcome's record where that wants details. */
export interface Ended {
  outcome_record: OutcomeRecord | null;
}
/** What is told of an outcome: names instead of their tokens. */
export type DetailsTold = Omit<OutcomeDetails, "witness_token" | "physician_token"> & {
  witness_name?: string;
  doctor_name?: string;
};
export const reportStatus = (unit: string, report: StatusReport) =>
  request<Ended>("POST", `${V1}/units/${id(unit)}/status`, { ...report, idempotency_key: newKey() });
/** By whom it is cancelled, or a reason in words. */
export const standDown = (
  unit: string,
  outcome: Outcome,
  why: { reason: string } | { details: DetailsTold },
) => request<Ended>("POST", `${V1}/units/${id(unit)}/stand-down`, { outcome, ...why });
export const tellOutcome = (outcome: string, details: DetailsTold) =>
  request<Ended>("POST", `${V1}/outcomes/${id(outcome)}/details`, { details, idempotency_key: newKey() });
export const holdAutoDispatch = (held: boolean) =>
  request<unknown>("POST", `${V1}/desk/auto-dispatch`, { held });

/** A street by its name near a point, or a line drawn along one. */
export type RoadRef =
  { name: string; lon: number; lat: number } | { line: [number, number][]; name?: string };
export interface NewClosure {
  kind: ClosureKind;
  road: RoadRef;
  direction: RoadDirection;
  depth_cm?: number;
  speed_kph?: number;
  from?: string;
  until?: string;
  reason: string;
}
export const getTraffic = (signal?: AbortSignal) =>
  request<TrafficSpeeds>("GET", `${V1}/traffic`, undefined, signal);
/** `key` is kept while the same closure is tried again, so that it is set once. */
export const closeRoad = (closure: NewClosure, key: string) =>
  request<Closure>("POST", `${V1}/closures`, { ...closure, idempotency_key: key });
export const reopenRoad = (closure: string, reason: string) =>
  request<Closure>("DELETE", `${V1}/closures/${id(closure)}?${new URLSearchParams({ reason })}`);
