/** Moves of idle units, and the coverage that they are for. */

import { newKey, request } from "./http";
import type { CoverageMap } from "./types";

const unit = (id: string) => `/api/v1/units/${encodeURIComponent(id)}/move-up`;

export const getCoverage = (without: string) =>
  request<CoverageMap>("GET", `/api/v1/coverage?${new URLSearchParams({ without })}`);
export const askToMove = (id: string, station_id: string, reason?: string) =>
  request<unknown>("POST", unit(id), {
    station_id,
    ...(reason ? { reason } : {}),
    idempotency_key: newKey(),
  });
export const answerMove = (id: string, answer: "accept" | "refuse", on_behalf_of: string) =>
  request<unknown>("POST", `${unit(id)}/answer`, { answer, on_behalf_of, idempotency_key: newKey() });
export const withdrawMove = (id: string) => request<unknown>("POST", `${unit(id)}/withdraw`, {});
