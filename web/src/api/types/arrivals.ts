/** Who is coming to a hospital. */

import type { Hospital, Reservation } from "./hospitals";
import type { Both, Colour, HospitalResource, Level, UnitKind, UnitStatus } from "./words";

/** One run to the hospital. `eta_s` from now, one in ten sooner than `low_s`, one in ten later than `high_s`. */
export interface Arrival {
  run: string;
  incident_id: string;
  number: string;
  level: Level;
  complaint: string;
  colours: Partial<Record<Colour, number>>;
  unit_id: string;
  unit_kind: UnitKind;
  /** Null once its run has ended: the unit is gone. */
  status: UnitStatus | null;
  /** While it has not left, times are those of the ride from the scene. */
  has_left: boolean;
  needed: string[];
  resource: HospitalResource;
  reservations: Reservation[];
  left_scene_at: string | null;
  at_hospital_at: string | null;
  handover_at: string | null;
  eta_s: number | null;
  low_s: number | null;
  high_s: number | null;
  fix_age_s: number | null;
}

/** With the names that the screen shows. */
export interface NamedArrival extends Arrival {
  complaint_name: Both;
  needed_names: Both[];
}

export interface ArrivalList {
  /** When the times were told. */
  at: string;
  hospital: Hospital;
  arrivals: NamedArrival[];
}

export interface NamedCapability {
  code: string;
  name: Both;
}
