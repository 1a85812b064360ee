/** Units. */

import type { Skill, UnitKind, UnitStatus } from "./words";

export interface Unit {
  id: string;
  station_id: string;
  kind: UnitKind;
  skills: Skill[];
  status: UnitStatus;
  status_at: string;
  incident_id: string | null;
  offer_id: string | null;
  hospital_id: string | null;
  /** Where it stands or is going, when not at its own station. */
  /** The open offer that asks it, under way, to go to a graver incident instead. */
  diversion_offer_id: string | null;
  post_id: string | null;
  asked_post_id: string | null;
  /** When it moved up within the last hour. */
  moved_at: string[];
  version: number;
}
