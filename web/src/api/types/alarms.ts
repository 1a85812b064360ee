/** Alarms. */

import type { AlarmKind, AlarmStatus, Both } from "./words";

export interface Alarm {
  id: string;
  kind: AlarmKind;
  /** The stream of the thing, such as `unit:115-007` or `desk:coverage`. */
  about: string;
  status: AlarmStatus;
  /** When the condition began. */
  since: string;
  threshold_s: number;
  raised_at: string;
  incident_id: string | null;
  value: number | null;
  step: number;
  escalated_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  cleared_at: string | null;
  version: number;
}

/** What the city says about a kind of alarm. */
export interface AlarmRule {
  kind: AlarmKind;
  name: Both;
  do: Both;
  /** For all levels, or by level. */
  threshold_s: number | Record<string, number>;
  sound: "urgent" | "notice" | "none";
  who: string[];
  escalate_to: string[];
}
