/** Which hospital, and a place kept there. */

import { newKey, request } from "./http";
import type { Destinations, HospitalResource } from "./types";

const V1 = "/api/v1";
const id = encodeURIComponent;

export const getDestinations = (incident: string, unit_id: string) =>
  request<Destinations>(
    "GET",
    `${V1}/incidents/${id(incident)}/destinations?${new URLSearchParams({ unit_id })}`,
  );
/** `wish`: the patient asks for it; otherwise another one than the first advised needs a reason. */
export const setDestination = (
  incident: string,
  to: { unit_id: string; hospital_id: string; reason?: string; wish?: string },
) =>
  request<unknown>("POST", `${V1}/incidents/${id(incident)}/destination`, {
    ...to,
    idempotency_key: newKey(),
  });
export const keepPlace = (hospital: string, incident_id: string, resource: HospitalResource) =>
  request<{ reservation: { id: string } }>("POST", `${V1}/hospitals/${id(hospital)}/reservations`, {
    incident_id,
    resource,
    idempotency_key: newKey(),
  });
export const releasePlace = (hospital: string, reservation: string) =>
  request<unknown>("DELETE", `${V1}/hospitals/${id(hospital)}/reservations/${id(reservation)}`);
