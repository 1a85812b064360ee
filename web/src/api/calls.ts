/** Calls: ringing, silent, repeated, called back, taken apart; seats and the surge. */

import { newKey, request } from "./http";
import type {
  Call,
  CallBackEnd,
  CallBackReason,
  CallBackResult,
  CallMessage,
  CallStatus,
  Incident,
  MessageSide,
  Outcome,
  Seat,
  SilentStep,
} from "./types";

const of = (id: string) => `/api/v1/calls/${encodeURIComponent(id)}`;
const post = <T>(path: string, body: Record<string, unknown> = {}) =>
  request<T>("POST", path, { ...body, idempotency_key: newKey() });

/** Other calls of the number. The score informs and does nothing. */
export interface Repeats {
  /** False: the number is hidden, erased or was never told. */
  known: boolean;
  calls_1h: number;
  calls_24h: number;
  calls_30d: number;
  score: number | null;
  parts: { part: string; value: number; weight: number; points: number }[];
  calls: {
    call_id: string;
    at: string;
    status: CallStatus | null;
    outcome: Outcome | null;
    incident_id: string | null;
    incident_number: string | null;
  }[];
  information_only: true;
}

/** What a call may be about, as its number has called before; `at`: when that began, or was closed. */
export interface Again {
  call_id: string;
  does: "join" | "reopen_and_join" | "reopen_call" | "look";
  reason: Outcome | "open" | "undecided" | "to_call_back";
  at: string;
  incident_id: string | null;
  incident_number: string | null;
}

export interface CallChange {
  language?: string | null;
  needs_interpreter?: boolean;
  needs_text?: boolean;
  read_back?: true;
  /** Which place was read to the caller: another one that stands by now is not settled. */
  place_read?: { lon: number; lat: number; label: string };
}

export const getRepeats = (id: string) => request<Repeats>("GET", `${of(id)}/repeats`);
export const getAgain = (id: string) => request<{ again: Again[] }>("GET", `${of(id)}/again`);
export const closeCall = (id: string, outcome: Outcome) => post<unknown>(`${of(id)}/close`, { outcome });
export const reopenCall = (id: string) => post<{ call: Call }>(`${of(id)}/reopen`);
export const joinCall = (id: string, incident_id: string, reopen = false) =>
  post<unknown>(`${of(id)}/join`, { incident_id, reopen });
export const unjoinCall = (id: string) =>
  post<{ call: Call; incident: Incident; own_incident: Incident | null }>(`${of(id)}/unjoin`);
export const reviseCall = (id: string, change: CallChange) =>
  request<unknown>("PATCH", of(id), { ...change, idempotency_key: newKey() });
export const tellSilent = (id: string, step: SilentStep) => post<unknown>(`${of(id)}/silent`, { step });

/** `text` is null where the words were erased. Each read is logged. */
export interface ReadMessage {
  at: string;
  by: MessageSide;
  token: string;
  text: string | null;
}

export const getMessages = (id: string, after?: string) =>
  request<{ open: boolean; messages: ReadMessage[] }>(
    "GET",
    `${of(id)}/messages${after ? `?after=${encodeURIComponent(after)}` : ""}`,
  );
export const writeMessage = (id: string, text: string, idempotency_key: string) =>
  request<{ message: CallMessage }>("POST", `${of(id)}/messages`, { text, idempotency_key });

export const askCallBack = (id: string, reason: Exclude<CallBackReason, "abandoned">) =>
  post<unknown>(`${of(id)}/call-back`, { reason });
export const takeCallBack = (id: string) => post<unknown>(`${of(id)}/call-back/take`);
export const tryCallBack = (id: string, result: CallBackResult) =>
  post<{ call: Call }>(`${of(id)}/call-back/attempts`, { result });
export const endCallBack = (id: string, because: Exclude<CallBackEnd, "reached" | "closed">) =>
  post<unknown>(`${of(id)}/call-back/end`, { because });

export const setSurge = (on: boolean, reason?: string) =>
  post<unknown>("/api/v1/surge", { on, ...(reason ? { reason } : {}) });
export const takeSeat = (seat: string, take_over = false) =>
  request<{ seat: Seat | null }>("PUT", "/api/v1/session/seat", { seat, take_over });
export const leaveSeat = () => request<{ seat: null }>("DELETE", "/api/v1/session/seat");
