/** Runs. */

import type { Incident, Run, State } from "../../api/types";
import { IllegalStep, UNCOVERING } from "../lifecycles";
import { activeRuns } from "../state";
import { enterRun } from "./outcomes";
import { get, nextIncident, type Room } from "./table";

/** A person took the unit back: the system does not send it there by itself again. */
export function bar(incident: Incident, unitId: string): void {
  incident.barred = [...incident.barred.filter((one) => one !== unitId), unitId];
}

function runOf(state: State, incidentId: string, offerId: string): [Incident, Run] {
  const incident = get(state.incidents, "incident", incidentId);
  return [incident, get(incident.runs, "run", offerId)];
}

export const runs: Room<"RunEnded" | "RunStamped" | "StampCorrected"> = {
  RunStamped(state, event, recorded) {
    const [incident, run] = runOf(state, event.incident_id, event.offer_id);
    if (run.stamps[event.stamp] === undefined) {
      run.stamps[event.stamp] = recorded.at;
      const source = event.source ?? "app";
      run.told[event.stamp] = { recorded_at: recorded.recorded_at, source, corrected: 0 };
    }
    incident.version = recorded.version;
  },

  StampCorrected(state, event, recorded) {
    const [incident, run] = runOf(state, event.incident_id, event.offer_id);
    const corrected = (run.told[event.stamp]?.corrected ?? 0) + 1;
    run.stamps[event.stamp] = event.to;
    run.told[event.stamp] = { recorded_at: recorded.recorded_at, source: event.source, corrected };
    incident.version = recorded.version;
  },

  RunEnded(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const run = activeRuns(incident).find((candidate) => candidate.unit_id === event.unit_id);
    if (!run) {
      throw new IllegalStep(`unit ${event.unit_id} has no open run on incident ${event.incident_id}`);
    }
    if (event.cause === "diverted" && incident.priority === 1) {
      throw new IllegalStep(`incident ${incident.id} is red: no unit leaves it for another`);
    }
    run.outcome = event.outcome;
    run.cause = event.cause ?? null;
    run.ended_at = recorded.at;
    run.hospital_id = event.hospital_id || run.hospital_id;
    if (run.cause !== null) bar(incident, event.unit_id);
    const isLeftAlone = activeRuns(incident).length === 0 && incident.status !== "waiting";
    if (UNCOVERING.has(event.outcome) && isLeftAlone) {
      incident.status = nextIncident(incident, "uncovered");
      incident.waiting_since = recorded.at;
    }
    incident.version = recorded.version;
    enterRun(state, incident, run, event, recorded);
  },
};
