/** Commands of a major incident, and of an unsafe scene. */

import { newKey, request } from "./http";
import type { Colour, SceneAuthority } from "./types";

const about = (incident: string) => `/api/v1/incidents/${encodeURIComponent(incident)}`;
const post = (path: string, body: object) =>
  request<unknown>("POST", path, { ...body, idempotency_key: newKey() });

export type Counts = Partial<Record<Colour, number>>;

export const declareMajor = (incident: string, expected: number) =>
  post(`${about(incident)}/major`, { expected });
export const tellCounts = (incident: string, counts: Counts) =>
  post(`${about(incident)}/major/counts`, { counts });
export const nameCommander = (incident: string, unit_id: string) =>
  post(`${about(incident)}/major/commander`, { unit_id });
export const setStaging = (incident: string, at: { lon: number; lat: number; label: string } | null) =>
  post(`${about(incident)}/major/staging`, at ?? {});
export const setQuota = (incident: string, hospital_id: string, quota: Counts) =>
  post(`${about(incident)}/major/quotas`, { hospital_id, quota });
export const standDownMajor = (incident: string) => post(`${about(incident)}/major/stand-down`, {});
export const tellSafety = (incident: string, unsafe: boolean, by: SceneAuthority) =>
  post(`${about(incident)}/safety`, { unsafe, by });
