/** Units. */

import type { Recorded, State, Unit } from "../../api/types";
import { RUN_ENDING_REPORTS, STAMP_OF_REPORT, UNIT_TRANSITIONS, step } from "../lifecycles";
import { get, nextIncident, type Room } from "./table";

const LEAVING_POST: ReadonlySet<string> = new Set(["returning", "off_duty", "out_of_service"]);

function stepUnit(state: State, unitId: string, what: string, recorded: Recorded): Unit {
  const unit = get(state.units, "unit", unitId);
  const status = step(UNIT_TRANSITIONS, "unit", unit.id, unit.status, what);
  if (status !== unit.status) {
    unit.status = status;
    unit.status_at = recorded.at;
  }
  unit.version = recorded.version;
  return unit;
}

export const units: Room<"UnitOffered" | "UnitAssigned" | "UnitReleased" | "UnitReported"> = {
  UnitOffered(state, event, recorded) {
    const before = get(state.units, "unit", event.unit_id).status;
    const unit = stepUnit(state, event.unit_id, "offered", recorded);
    unit.before_offer = before === "available" ? null : before;
    unit.incident_id = event.incident_id;
    unit.offer_id = event.offer_id;
    unit.asked_post_id = null;
  },

  UnitAssigned(state, event, recorded) {
    const unit = stepUnit(state, event.unit_id, "assigned", recorded);
    unit.incident_id = event.incident_id;
    unit.offer_id = event.offer_id;
    unit.hospital_id = null;
    unit.post_id = unit.asked_post_id = unit.before_offer = null;
  },

  /** Who was only asked goes on as before: on its break, on its way back, on its way to a post. */
  UnitReleased(state, event, recorded) {
    const unit = stepUnit(state, event.unit_id, "released", recorded);
    if (unit.before_offer) unit.status = unit.before_offer;
    unit.before_offer = null;
    unit.incident_id = unit.offer_id = unit.hospital_id = null;
  },

  UnitReported(state, event, recorded) {
    const known = get(state.units, "unit", event.unit_id);
    const incident = state.incidents[known.incident_id ?? ""];
    const run = incident?.runs[known.offer_id ?? ""];
    const arrives = incident !== undefined && event.report === "on_scene";
    const arrived = arrives ? nextIncident(incident, "unit_arrived") : undefined;
    const unit = stepUnit(state, event.unit_id, event.report, recorded);
    unit.hospital_id = event.hospital_id || unit.hospital_id;
    unit.out_of_service_reason = event.report === "out_of_service" ? (event.reason ?? null) : null;
    if (arrives && arrived) incident.status = arrived;
    const stamp = STAMP_OF_REPORT[event.report];
    if (run && stamp) {
      if (run.stamps[stamp] === undefined) {
        run.stamps[stamp] = recorded.at;
        run.told[stamp] = { recorded_at: recorded.recorded_at, source: event.source ?? "app", corrected: 0 };
      }
      run.hospital_id = event.hospital_id || run.hospital_id;
    }
    if (LEAVING_POST.has(event.report)) unit.post_id = unit.asked_post_id = null;
    if (RUN_ENDING_REPORTS.has(event.report)) {
      unit.incident_id = unit.offer_id = unit.hospital_id = null;
    }
  },
};
