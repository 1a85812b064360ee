/** What triage has found, the protocol in force, and where a caller's phone says it is. */

import type { Level } from "./words";

export type Recognised = "cardiac_arrest";
export type CallMark = "first_compression";
export type PhoneFixSource = "aml_sms" | "aml_https" | "link";
export type PhoneFixMethod = "gnss" | "wifi" | "cell" | "fused" | "unknown";

/** Codes of the package of that hash; never answers. */
export interface Triage {
  level: Level;
  package_hash: string;
  at: string;
  chapter: string | null;
  criteria: string[];
  flags: string[];
}

/** `approved_by` null: no medical council has signed it. All null before the first package. */
export interface ProtocolInForce {
  package_id: string | null;
  package_version: string | null;
  package_hash: string | null;
  approved_by: string | null;
  effective: string | null;
  set_by: string | null;
  set_at: string | null;
  version: number;
}

/**
 * `radius_m` holds the phone with probability `confidence`; either is null when the phone did not say. With `minor_m` it
 * is half the longer axis of an ellipse that points to `bearing_deg`.
 */
export interface PhoneFix {
  lon: number;
  lat: number;
  source: PhoneFixSource;
  method: PhoneFixMethod;
  fixed_at: string;
  radius_m: number | null;
  confidence: number | null;
  minor_m: number | null;
  bearing_deg: number | null;
  altitude_m: number | null;
  floor: string | null;
  network: string | null;
  doubts: string[];
}
