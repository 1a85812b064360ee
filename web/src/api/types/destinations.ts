/** Where a patient should go. */

import type { Both, HospitalResource } from "./words";

export interface DestinationAdvice {
  hospital_id: string;
  name: Both;
  travel_s: number;
  handover_s: number;
  score_s: number;
  terms: Record<string, number>;
  able: boolean;
  missing: string[];
  diverts: boolean;
  nearest_emergency: boolean;
  wished: boolean;
  /** Seconds on the road more than to the one advised otherwise. */
  wish_cost_s: number | null;
  free: number | null;
  reserved: boolean;
  units_there: number;
  units_coming: number;
  /** A straight line, no road. */
  estimated: boolean;
  reasons: Both[];
}

export interface Destinations {
  incident_id: string;
  unit_id: string | null;
  at: string;
  needed: string[];
  resource: HospitalResource;
  approved: boolean;
  destinations: DestinationAdvice[];
  remarks: Both[];
}
