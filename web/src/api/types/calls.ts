/** Calls. */

import type { Duplicate, Incident } from "./incidents";
import type { Place } from "./places";
import type { PhoneFix, Triage } from "./triage";
import type { CallStatus, Outcome } from "./words";

export type * from "./triage";

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
  version: number;
}

export interface CallTaken {
  call: Call;
  places: Place[];
  incident: Incident | null;
  duplicates: Duplicate[];
  seq: number;
}
