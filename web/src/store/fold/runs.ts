/** Runs. */

import { IllegalStep, UNCOVERING } from "../lifecycles";
import { activeRuns } from "../state";
import { get, nextIncident, type Room } from "./table";

export const runs: Room<"RunEnded"> = {
  RunEnded(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const run = activeRuns(incident).find((candidate) => candidate.unit_id === event.unit_id);
    if (!run) {
      throw new IllegalStep(`unit ${event.unit_id} has no open run on incident ${event.incident_id}`);
    }
    run.outcome = event.outcome;
    run.hospital_id = event.hospital_id || run.hospital_id;
    const isLeftAlone = activeRuns(incident).length === 0 && incident.status !== "waiting";
    if (UNCOVERING.has(event.outcome) && isLeftAlone) incident.status = nextIncident(incident, "uncovered");
    incident.version = recorded.version;
  },
};
