/** The state, and the events that make it. */

import type { Alarm } from "./alarms";
import type { Call } from "./calls";
import type { Station } from "./city";
import type { Crew, Vehicle } from "./crews";
import type { Hospital } from "./hospitals";
import type { Incident } from "./incidents";
import type { OutcomeRecord } from "./outcomes";
import type { PolicyInForce } from "./policy";
import type { Patient } from "./patients";
import type { Closure } from "./roads";
import type { ProtocolInForce } from "./triage";
import type { Unit } from "./units";
import type { OverruleKind, OverruleReason } from "./words";

/** A place in the room with a telephone, and who sits there. */
export interface Seat {
  id: string;
  user: string | null;
  taken_at: string | null;
  version: number;
}

export interface Surge {
  on: boolean;
  set_by: string | null;
  set_at: string | null;
  reason: string | null;
  version: number;
}

export interface State {
  fold_version: number;
  seq: number;
  at: string | null;
  calls: Record<string, Call>;
  incidents: Record<string, Incident>;
  units: Record<string, Unit>;
  stations: Record<string, Station>;
  hospitals: Record<string, Hospital>;
  closures: Record<string, Closure>;
  patients: Record<string, Patient>;
  /** Those of the last days that want details, oldest first. */
  outcomes: Record<string, OutcomeRecord>;
  vehicles: Record<string, Vehicle>;
  crews: Record<string, Crew>;
  alarms: Record<string, Alarm>;
  policy: PolicyInForce;
  protocol: ProtocolInForce;
  seats: Record<string, Seat>;
  surge: Surge;
  /** By duty day, which advice and reason: how often a person went against it. */
  overrules: Record<string, Partial<Record<OverruleKind, Partial<Record<OverruleReason, number>>>>>;
  auto_dispatch_held: boolean;
  desk_version: number;
  leaving: { stream: string; closed_at: string }[];
}

export interface Recorded {
  seq: number;
  stream: string;
  version: number;
  type: string;
  actor: string;
  at: string;
  recorded_at: string;
  data: Record<string, unknown>;
}
