/** What the rooms share. Each room's functions first look, then write. */

import type { Incident, Recorded, State } from "../../api/types";
import type * as ev from "../events";
import { INCIDENT_TRANSITIONS, IllegalStep, step } from "../lifecycles";

/** The functions that fold these events. */
export type Room<T extends ev.Name> = {
  [N in T]: (state: State, event: ev.Of<N>, recorded: Recorded) => void;
};

export function get<T>(table: Record<string, T>, thing: string, key: string): T {
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (found === undefined) throw new IllegalStep(`no ${thing} ${key}`);
  return found;
}

export const nextIncident = (incident: Incident, what: string) =>
  step(INCIDENT_TRANSITIONS, "incident", incident.id, incident.status, what);
