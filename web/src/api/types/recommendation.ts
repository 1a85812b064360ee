/** What the desk is advised to do. */

import type { Both } from "./words";

export interface Candidate {
  unit_id: string;
  station_id: string;
  eta_s: number;
  travel_s?: number;
  fix_age_s?: number | null;
  estimated?: boolean;
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
}
