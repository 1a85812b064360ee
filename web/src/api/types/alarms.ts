/** Alarms. */

import type { AlarmKind } from "./words";

export interface Alarm {
  id: string;
  kind: AlarmKind;
  raised_at: string;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
}
