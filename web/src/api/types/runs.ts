/** Runs. */

import type { Outcome, ReleaseCause, RunKind, Stamp, Tier } from "./words";

export interface Run {
  offer_id: string;
  unit_id: string;
  station_id: string;
  kind: RunKind;
  tier: Tier;
  stamps: Partial<Record<Stamp, string>>;
  hospital_id: string | null;
  outcome: Outcome | null;
  /** Set when the desk ended it. */
  cause: ReleaseCause | null;
}
