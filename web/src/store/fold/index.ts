/**
 * State + event → state, in place and after validation: an illegal step throws and changes nothing.
 *
 * Mirrors dispatch/domain/fold/ room by room; both are held to the samples in tests/samples/fold/. A new room exports
 * its table and is added to FOLDERS.
 */

import type { Recorded, State } from "../../api/types";
import type * as ev from "../events";
import { IllegalStep } from "../lifecycles";
import { microseconds } from "../time";
import { alarms } from "./alarms";
import { call_backs } from "./call_backs";
import { calls } from "./calls";
import { city } from "./city";
import { crews } from "./crews";
import { desk } from "./desk";
import { diversions } from "./diversions";
import { hospitals } from "./hospitals";
import { incidents } from "./incidents";
import { major } from "./major";
import { move_ups } from "./move_ups";
import { offers } from "./offers";
import { outcomes } from "./outcomes";
import { patients } from "./patients";
import { phones } from "./phones";
import { policy } from "./policy";
import { roads } from "./roads";
import { runs } from "./runs";
import { triage } from "./triage";
import { units } from "./units";
import type { Room } from "./table";

const KEEP_CLOSED_US = 30 * 60 * 1_000_000;
const KEEP_OUTCOMES_US = 3 * 24 * 3600 * 1_000_000;

const FOLDERS: Room<ev.Name> = {
  ...alarms,
  ...call_backs,
  ...calls,
  ...city,
  ...crews,
  ...desk,
  ...diversions,
  ...hospitals,
  ...incidents,
  ...major,
  ...move_ups,
  ...offers,
  ...outcomes,
  ...patients,
  ...phones,
  ...policy,
  ...roads,
  ...runs,
  ...triage,
  ...units,
};

/** Fold one event in. The caller has seen to it that it is the next one (`feed.ts`). */
export function apply(state: State, recorded: Recorded): void {
  if (recorded.seq !== state.seq + 1) {
    throw new IllegalStep(
      `state at seq ${state.seq} cannot fold seq ${recorded.seq}; allowed: ${state.seq + 1}`,
    );
  }
  const folder = FOLDERS[recorded.type as ev.Name] as
    ((state: State, event: unknown, recorded: Recorded) => void) | undefined;
  if (!folder) throw new IllegalStep(`this console does not know ${recorded.type}; reload it`);
  folder(state, recorded.data, recorded);
  state.seq = recorded.seq;
  state.at = recorded.recorded_at;
  letGo(state, recorded);
}

function letGo(state: State, recorded: Recorded): void {
  const now = microseconds(recorded.recorded_at);
  while (state.leaving[0] && now - microseconds(state.leaving[0].closed_at) > KEEP_CLOSED_US) {
    const [kind, key] = halves(state.leaving.shift()!.stream);
    if (kind !== "incident") {
      delete (kind === "alarm" ? state.alarms : state.calls)[key];
      continue;
    }
    for (const callId of state.incidents[key]?.call_ids ?? []) delete state.calls[callId];
    delete state.incidents[key];
    for (const patient of Object.values(state.patients)) {
      if (patient.incident_id === key) delete state.patients[patient.id];
    }
  }
  for (const outcome of Object.values(state.outcomes)) {
    if (now - microseconds(outcome.recorded_at) <= KEEP_OUTCOMES_US) break;
    delete state.outcomes[outcome.id];
  }
}

function halves(stream: string): [string, string] {
  const at = stream.indexOf(":");
  return [stream.slice(0, at), stream.slice(at + 1)];
}

/** Every event that this console folds, for the tests. */
export const KNOWN_EVENTS: readonly string[] = Object.keys(FOLDERS);
