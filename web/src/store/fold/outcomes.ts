/** Outcomes that want details: entered with the end of a run or an incident, filled by what is told afterwards. */

import type { Incident, Outcome, OutcomeDetails, Recorded, Run, State } from "../../api/types";
import type * as ev from "../events";
import { listMissing, missingOfClosing, toldMore, wantedOf } from "../outcomes";
import { get, type Room } from "./table";

export const outcomes: Room<"OutcomeDetailsTold"> = {
  OutcomeDetailsTold(state, event, recorded) {
    const record = get(state.outcomes, "outcome", event.outcome_id);
    record.details = toldMore(record.details, event.details);
    record.missing = listMissing(record.outcome, record.details);
    record.version = recorded.version;
  },
};

/** The run that just ended. Who cancels by diverting is known: the desk, and nobody is asked. */
export function enterRun(
  state: State,
  incident: Incident,
  run: Run,
  event: ev.Of<"RunEnded">,
  recorded: Recorded,
): void {
  if (event.cause === "diverted") return;
  enter(state, run.offer_id, incident, run.unit_id, event, recorded);
}

/** The incident that was just closed, unless one of its runs ended so: then that one's details are asked for. */
export function enterClosing(
  state: State,
  incident: Incident,
  event: ev.Of<"IncidentClosed">,
  recorded: Recorded,
): void {
  if (!missingOfClosing(incident, event.outcome).length) return;
  enter(state, `${incident.id}.${recorded.version}`, incident, null, event, recorded);
}

/** It is open again: how it was closed holds no more. */
export function dropClosing(state: State, incidentId: string): void {
  for (const one of Object.values(state.outcomes)) {
    if (one.incident_id === incidentId && one.unit_id === null) delete state.outcomes[one.id];
  }
}

function enter(
  state: State,
  key: string,
  incident: Incident,
  unitId: string | null,
  event: { outcome: Outcome; details?: OutcomeDetails | null | undefined },
  recorded: Recorded,
): void {
  if (!wantedOf(event.outcome).length) return;
  const details = toldMore({}, event.details ?? {});
  state.outcomes[key] = {
    id: key,
    incident_id: incident.id,
    number: incident.number,
    outcome: event.outcome,
    ended_at: recorded.at,
    recorded_at: recorded.recorded_at,
    unit_id: unitId,
    details,
    missing: listMissing(event.outcome, details),
    version: 0,
  };
}
