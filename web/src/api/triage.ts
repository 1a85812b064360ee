/** Triage: the protocol, what answers mean, and what the caller was told. */

import { newKey, request } from "./http";
import type { Answered, Assessment, Protocol } from "./types";

export type Answers = Record<string, string | number>;

const call = (id: string) => `/api/v1/calls/${encodeURIComponent(id)}`;

export const getProtocol = () => request<Protocol>("GET", "/api/v1/protocol");
/** What is known so far means, and what to ask first; nothing is kept. */
export const assess = (call_id: string, answers: Answers) =>
  request<Assessment>("POST", "/api/v1/protocol/assess", { call_id, answers });
/** All answers so far; with the chapter, and the complaint it goes by, where a person chose one. */
export const setAnswers = (
  id: string,
  answers: Answers,
  about: { chapter?: string; complaint?: string } = {},
) => request<Answered>("PUT", `${call(id)}/answers`, { answers, ...about, idempotency_key: newKey() });
export const tellStep = (id: string, instruction: string, step: string) =>
  request<unknown>("POST", `${call(id)}/instructions`, { instruction, step, idempotency_key: newKey() });
