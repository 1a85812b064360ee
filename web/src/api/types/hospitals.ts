/** Hospitals. */

import type { HospitalResource, HospitalStatus, ReservationStatus } from "./words";

/** One place kept for one incident; it leaves the state when it ends. */
export interface Reservation {
  id: string;
  incident_id: string;
  resource: HospitalResource;
  made_at: string;
  until: string;
  patient_id: string | null;
  status: ReservationStatus;
}

export interface Hospital {
  id: string;
  name: string;
  name_en: string;
  lon: number;
  lat: number;
  emergency: boolean;
  capabilities: string[];
  status: HospitalStatus;
  diversion: string[];
  /** Free places as told, those kept by reservations included; what is not there was never told. */
  capacity: Partial<Record<HospitalResource, number>>;
  reservations: Record<string, Reservation>;
  revised_at: string | null;
  version: number;
}
