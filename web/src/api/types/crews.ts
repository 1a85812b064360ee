/** Crews and vehicles. */

import type { Skill, UnitKind } from "./words";

export interface Crew {
  id: string;
  unit_id: string;
  vehicle_id: string;
  skills: Skill[];
  from_at: string;
  until_at: string;
  version: number;
}

export interface Vehicle {
  id: string;
  station_id: string;
  kind: UnitKind;
  unit_id: string | null;
  supplies: Record<string, number>;
  /** Null as long as nobody has counted. */
  stocked_at: string | null;
  version: number;
}
