/** What the desk is advised to do. */

import type { Both, Tier } from "./words";

export interface Candidate {
  unit_id: string;
  station_id: string;
  eta_s: number;
  travel_s?: number;
  fix_age_s?: number | null;
  estimated?: boolean;
  /** `first` goes ahead of the unit that covers the need. */
  tier?: Tier;
  /** The incident that it is under way to and would leave. */
  diverts_from?: string | null;
  /** Seconds until it is expected to be free, if it is not. */
  free_in_s?: number | null;
  p_accept?: number;
  answer_s?: number;
}

export interface Change {
  cause: "delay" | "refusal";
  of_unit_id: string;
  unit_id: string;
  margin_s: number | null;
  text: Both;
}

export interface Alternative {
  unit_id: string;
  station_id?: string;
  eta_s: number | null;
  reason: string;
  text?: Both;
}

export interface Recommendation {
  incident_id: string;
  action: "send" | "queue";
  units: Candidate[];
  parallel?: Candidate[];
  /** Not free yet, and worth waiting for. */
  awaited?: Candidate[];
  /** Seconds until somebody is expected to be free, when nobody is sent; a guess. */
  wait_s?: number | null;
  alternatives: Alternative[];
  coverage_before: number;
  coverage_after: number;
  solver_ms: number;
  data_age_s: number;
  based_on_seq: number;
  /** The road conditions it stands on, as in the `traffic` frame. */
  traffic_version?: string;
  at?: string;
  why?: Both;
  /** What would change the answer, everything else held. */
  changes?: Change[];
}
