/** Runs. */

import type { Outcome, Stamp } from "./words";

export interface Run {
  offer_id: string;
  unit_id: string;
  station_id: string;
  stamps: Partial<Record<Stamp, string>>;
  hospital_id: string | null;
  outcome: Outcome | null;
}
