/** Runs. */

import type { Incident } from "../../api/types";
import { IllegalStep, UNCOVERING } from "../lifecycles";
import { activeRuns } from "../state";
import { get, nextIncident, type Room } from "./table";

/** A person took the unit back: the system does not send it there by itself again. */
export function bar(incident: Incident, unitId: string): void {
  incident.barred = [...incident.barred.filter((one) => one !== unitId), unitId];
}

export const runs: Room<"RunEnded"> = {
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
    run.hospital_id = event.hospital_id || run.hospital_id;
    if (run.cause !== null) bar(incident, event.unit_id);
    const isLeftAlone = activeRuns(incident).length === 0 && incident.status !== "waiting";
    if (UNCOVERING.has(event.outcome) && isLeftAlone) incident.status = nextIncident(incident, "uncovered");
    incident.version = recorded.version;
  },
};
