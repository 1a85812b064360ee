/** Calls. */

import type { Duplicate, Incident } from "./incidents";
import type { Place } from "./places";
import type { CallStatus, Outcome } from "./words";

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
  version: number;
}

export interface CallTaken {
  call: Call;
  places: Place[];
  incident: Incident | null;
  duplicates: Duplicate[];
  seq: number;
}
