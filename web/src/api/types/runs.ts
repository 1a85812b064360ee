/** Runs. */

import type { Outcome, ReleaseCause, RunKind, Stamp, Tier } from "./words";

/** When the server wrote a stamp down, and who told it. */
export interface StampTold {
  recorded_at: string;
  source: string;
  corrected: number;
}

export interface Run {
  offer_id: string;
  unit_id: string;
  station_id: string;
  kind: RunKind;
  tier: Tier;
  /** Device times. */
  stamps: Partial<Record<Stamp, string>>;
  told: Partial<Record<Stamp, StampTold>>;
  ended_at: string | null;
  hospital_id: string | null;
  outcome: Outcome | null;
  /** Set when the desk ended it. */
  cause: ReleaseCause | null;
  /** The hospital's side of the handover. */
  handover_confirmed_at: string | null;
}
