/** Calls. */

import type { Duplicate, Incident } from "./incidents";
import type { Place } from "./places";
import type { PhoneFix, Triage } from "./triage";
import type {
  CallBackEnd,
  CallBackReason,
  CallBackResult,
  CallStatus,
  MessageSide,
  Outcome,
  ReopenCause,
  SilentStep,
} from "./words";

export type * from "./triage";

/** Written by the caller or the desk; the words stand behind the token, in the personal store. */
export interface CallMessage {
  at: string;
  by: MessageSide;
  token: string;
}

export interface CallBackAttempt {
  at: string;
  by: string;
  result: CallBackResult;
}

/** The caller is to be called back; it is in the queue while `ended_at` is null. */
export interface CallBack {
  reason: CallBackReason;
  asked_at: string;
  due_at: string;
  attempts: CallBackAttempt[];
  taken_by: string | null;
  taken_at: string | null;
  ended_at: string | null;
  ended_because: CallBackEnd | null;
}

export interface Call {
  id: string;
  status: CallStatus;
  rang_at: string | null;
  /** Null while it rings. */
  answered_at: string | null;
  complaint: string | null;
  caller_token: string | null;
  words_token: string | null;
  answers_token: string | null;
  place: Place | null;
  places: Place[];
  duplicates: string[];
  incident_id: string | null;
  joined_at: string | null;
  outcome: Outcome | null;
  triage: Triage | null;
  instruction: string | null;
  instruction_step: string | null;
  /** Both are measured from `answered_at`. */
  arrest_recognised_at: string | null;
  first_compression_at: string | null;
  /** Where the phone says it is, oldest first: evidence beside the caller's words. */
  fixes: PhoneFix[];
  link_expires_at: string | null;
  /** The telephone's place that it rings at or was answered at, and who sat there. */
  seat: string | null;
  /** When it began to ring there, or was answered there. */
  seat_at: string | null;
  answered_by: string | null;
  /** Null: answered by the exchange only, nothing is entered yet. */
  taken_at: string | null;
  /** Since when it is answered without an incident and not closed. */
  undecided_since: string | null;
  abandoned_at: string | null;
  ended_at: string | null;
  closed_at: string | null;
  recording_token: string | null;
  /** The incident it was in before it was joined to another one. */
  left_incident_id: string | null;
  reopened_because: ReopenCause | null;
  call_back: CallBack | null;
  silent_steps: Partial<Record<SilentStep, string>>;
  language: string | null;
  needs_interpreter: boolean;
  needs_text: boolean;
  /** Oldest first, the newest of them only. */
  messages: CallMessage[];
  /** Read back while the call had no incident; an incident has its own. */
  location_settled_at: string | null;
  version: number;
}

export interface CallTaken {
  call: Call;
  places: Place[];
  incident: Incident | null;
  duplicates: Duplicate[];
  seq: number;
}
