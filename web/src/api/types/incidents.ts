/** Incidents. */

import type { Major } from "./major";
import type { Offer } from "./offers";
import type { Place } from "./places";
import type { Run } from "./runs";
import type { IncidentStatus, Level, Outcome, RunKind, Skill } from "./words";

export interface Need {
  skills: Skill[];
}

export interface Incident {
  id: string;
  number: string;
  status: IncidentStatus;
  priority: Level;
  complaint: string;
  answered_at: string;
  opened_at: string;
  /** Null while a unit is going or there, and once it is closed. */
  waiting_since: string | null;
  level_set_at: string;
  /** An unapproved protocol only suggests. */
  level_by: "person" | "protocol";
  location_settled_at: string | null;
  kind: RunKind;
  from_at: string | null;
  until_at: string | null;
  /** Where a transfer goes. */
  hospital_id: string | null;
  place: Place | null;
  needs: Need[];
  call_ids: string[];
  /** The call that it was opened for. */
  opened_for: string | null;
  offers: Record<string, Offer>;
  runs: Record<string, Run>;
  /** Units that a person took back: the system does not ask them by itself. */
  barred: string[];
  major: Major | null;
  scene_unsafe: boolean;
  outcome: Outcome | null;
  /** The incident that goes on in its place. */
  duplicate_of: string | null;
  closed_at: string | null;
  version: number;
}

export interface Duplicate {
  incident_id: string;
  reason: string;
  distance_m: number | null;
  age_s: number;
}
