/** How runs and incidents ended, of those that want details. */

import type { CancelledBy, Outcome, OutcomeDetail, Physician, Witness } from "./words";

/** What was told; what nobody has told stands in no field. Names are tokens. */
export interface OutcomeDetails {
  has_capacity?: boolean | null;
  risks_told?: boolean | null;
  signed?: boolean | null;
  witness?: Witness | null;
  witness_token?: string | null;
  physician?: Physician | null;
  physician_token?: string | null;
  decided_at?: string | null;
  police_informed?: boolean | null;
  cancelled_by?: CancelledBy | null;
}

/** Of a run, or of an incident that was closed by hand: then no unit is named. */
export interface OutcomeRecord {
  id: string;
  incident_id: string;
  number: string;
  outcome: Outcome;
  ended_at: string;
  recorded_at: string;
  unit_id: string | null;
  details: OutcomeDetails;
  /** In the order in which to ask. */
  missing: OutcomeDetail[];
  version: number;
}
