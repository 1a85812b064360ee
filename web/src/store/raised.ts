/** Whether an incident's level still stands for the sake of a call that has been taken out again: pure. */

import type { Incident, Recorded } from "../api/types";

/**
 * By all that was told of the incident, oldest first. A call that joins raises it in the same step; nothing lowers it
 * when the call leaves, since that is a person's to decide.
 */
export function isRaisedByLeft(incident: Incident, timeline: readonly Recorded[]): boolean {
  const told = timeline.filter(({ stream }) => stream === `incident:${incident.id}`);
  const last = told.findLastIndex(({ data }) => data["priority"] != null);
  const [joined, raised] = [told[last - 1], told[last]];
  if (joined?.type !== "IncidentJoined" || raised?.type !== "IncidentRevised") return false;
  const isOneStep = joined.at === raised.at && joined.actor === raised.actor;
  return isOneStep && !incident.call_ids.includes(String(joined.data["call_id"]));
}
