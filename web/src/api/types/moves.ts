/** Moves of idle units, and coverage. */

import type { Both } from "./words";

export interface MoveUp {
  unit_id: string;
  from_id: string;
  to_id: string;
  travel_s: number;
  coverage_before: number;
  coverage_after: number;
  moves_left: number;
  policy: "off" | "dmexclp" | "compliance";
  at: string;
  why: Both;
}

export interface CoveredZone {
  lon: number;
  lat: number;
  demand: number;
  units: number;
  covered: number;
  units_without: number;
  covered_without: number;
}

export interface CoverageMap {
  share: number;
  share_without: number;
  busy_fraction: number;
  within_s: number;
  zones: CoveredZone[];
}
