/** Patients. Who they are stands nowhere here. */

import type { Colour, Outcome, PatientStatus } from "./words";

export interface Patient {
  id: string;
  incident_id: string;
  number: number;
  status: PatientStatus;
  status_at: string;
  found_at: string;
  colour: Colour | null;
  colour_at: string | null;
  unit_id: string | null;
  hospital_id: string | null;
  outcome: Outcome | null;
  personal_token: string | null;
  version: number;
}
