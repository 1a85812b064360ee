/** What a hospital asks and tells, by name. Each command carries a key, so that saying it twice does it once. */

import { request } from "./http";
import type { ArrivalList, NamedCapability } from "./types/arrivals";
import type { Hospital, HospitalResource, HospitalStatus } from "./types";

const id = encodeURIComponent;
const at = (hospital: string): string => `/api/v1/hospitals/${id(hospital)}`;

/** Let this browser act with a hospital's token from now on. */
export const signInByToken = (token: string) => request<void>("POST", "/api/v1/session/token", { token });

export const getHospital = (hospital: string) =>
  request<{ hospital: Hospital; capabilities: NamedCapability[] }>("GET", at(hospital));
export const listArrivals = (hospital: string, signal?: AbortSignal) =>
  request<ArrivalList>("GET", `${at(hospital)}/arrivals`, undefined, signal);

export interface Told {
  status?: HospitalStatus;
  diversion?: string[];
  capacity?: Partial<Record<HospitalResource, number>>;
}
export const tell = (hospital: string, told: Told) => request<Hospital>("PATCH", at(hospital), told);

export const confirmHandover = (hospital: string, run: string, key: string) =>
  request<unknown>("POST", `${at(hospital)}/arrivals/${id(run)}/confirm`, { idempotency_key: key });

export const keepPlace = (hospital: string, incident: string, resource: HospitalResource, key: string) =>
  request<{ reservation: { id: string; until: string } }>("POST", `${at(hospital)}/reservations`, {
    incident_id: incident,
    resource,
    idempotency_key: key,
  });
export const releasePlace = (hospital: string, reservation: string) =>
  request<unknown>("DELETE", `${at(hospital)}/reservations/${id(reservation)}`);
