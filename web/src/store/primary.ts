/** The one thing to do next for an incident: always in the same place, always Enter. */

import type { Candidate, Incident, Offer, Recommendation, State, Unit, UnitReport } from "../api/types";
import { commitments } from "./select";

export type Primary =
  | { do: "set_place" }
  | { do: "offer"; units: Candidate[]; isOverrule: boolean }
  | { do: "choose" }
  | { do: "wait" }
  | { do: "accept"; offers: Offer[] }
  | { do: "report"; unit: Unit; report: UnitReport }
  | { do: "close" }
  | { do: "reopen" };

/** What a crew says next, by its status. */
const NEXT_REPORT: Partial<Record<Unit["status"], UnitReport>> = {
  dispatched: "en_route",
  en_route: "on_scene",
  on_scene: "transporting",
  transporting: "at_hospital",
  at_hospital: "available",
};

/**
 * Who is still missing comes first, whoever is on the way already. `picked` is the alternative under the arrows (null: the recommendation itself). An incident without a place
 * can still be offered, once it has a recommendation: nobody is left without a unit for want of an address.
 */
export function primaryOf(
  state: State,
  incident: Incident,
  recommendation: Recommendation | null,
  picked: Candidate | null,
): Primary {
  if (incident.status === "closed") return { do: "reopen" };
  const { runs, open } = commitments(incident);
  if (picked && recommendation) return { do: "offer", units: [picked], isOverrule: true };
  if (recommendation?.action === "send" && recommendation.units.length) {
    return { do: "offer", units: proposedUnits(incident, recommendation), isOverrule: false };
  }
  if (open.length) return { do: "accept", offers: open };
  if (incident.status === "waiting") return waiting(incident, recommendation);
  for (const run of runs) {
    const unit = state.units[run.unit_id];
    const report = unit && reportOf(unit, run.stamps.handover_at !== undefined);
    if (unit && report) return { do: "report", unit, report };
  }
  return { do: "close" };
}

/** The units of a recommendation; for red also those of the second station, asked at once. */
export function proposedUnits(incident: Incident, found: Recommendation): Candidate[] {
  return [...found.units, ...(incident.priority === 1 ? (found.parallel ?? []) : [])];
}

function waiting(incident: Incident, recommendation: Recommendation | null): Primary {
  if (!incident.place) return { do: "set_place" };
  return recommendation?.alternatives.length ? { do: "choose" } : { do: "wait" };
}

function reportOf(unit: Unit, isHandedOver: boolean): UnitReport | undefined {
  if (unit.status === "at_hospital" && !isHandedOver) return "handed_over";
  return NEXT_REPORT[unit.status];
}
