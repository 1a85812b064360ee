/** Units. */

import type { OutOfServiceReason, Skill, UnitKind, UnitStatus } from "./words";

export interface Unit {
  id: string;
  station_id: string;
  kind: UnitKind;
  skills: Skill[];
  status: UnitStatus;
  status_at: string;
  vehicle_id: string | null;
  crew_id: string | null;
  /** When its crew goes off duty, if it has said so. */
  shift_until: string | null;
  /** Lent to 115, asked by voice. */
  external: boolean;
  out_of_service_reason: OutOfServiceReason | null;
  incident_id: string | null;
  offer_id: string | null;
  hospital_id: string | null;
  /** What it did when it was asked, if it was not simply available. */
  before_offer: UnitStatus | null;
  /** The open offer that asks it, under way, to go to a graver incident instead. */
  diversion_offer_id: string | null;
  /** Where it stands or is going, when not at its own station. */
  post_id: string | null;
  asked_post_id: string | null;
  /** When it moved up within the last hour. */
  moved_at: string[];
  safe_at: string | null;
  version: number;
}
